/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/cgroup/place.h"

#include "measure/cgroup/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes one line of /proc/self/cgroup, "ID:CONTROLLERS:PATH". A v1 line that names the
 * controller decides; the v2 line, "0::PATH", holds until one comes. */
static void take_membership(struct cgroup_place *place, char *line, char *path, size_t size)
{
    char *controllers = strchr(line, ':');
    char *own = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!own)
        return;
    *controllers++ = '\0';
    *own++ = '\0';
    own[strcspn(own, "\n")] = '\0';
    bool unified = strcmp(line, "0") == 0 && *controllers == '\0';
    if (cgroup_words_have(controllers, ",", place->controller))
        place->version = CGROUP_V1;
    else if (unified && place->version == CGROUP_NONE)
        place->version = CGROUP_V2;
    else
        return;
    snprintf(path, size, "%s", own);
}

static int read_membership(struct cgroup_place *place, const char *root, char *own, size_t size,
                           struct error *error)
{
    char path[CGROUP_PATH_SIZE];
    snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set(error, -errno, "cannot open %s: %s", path, strerror(errno));
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, file) > 0)
        take_membership(place, line, own, size);
    free(line);
    fclose(file);
    if (place->version == CGROUP_NONE)
        return error_set(error, -ENOTSUP, "%s names no hierarchy with a %s controller", path,
                         place->controller);
    return 0;
}

/* mountinfo writes a space, a tab, a newline and a backslash as \ and three octal digits. */
static void decode_octal(char *text)
{
    char *out = text;
    for (const char *in = text; *in != '\0';) {
        if (in[0] == '\\' && strspn(in + 1, "01234567") >= 3) {
            *out++ = (char)((in[1] - '0') * 64 + (in[2] - '0') * 8 + (in[3] - '0'));
            in += 4;
        } else {
            *out++ = *in++;
        }
    }
    *out = '\0';
}

struct mount {
    char root[CGROUP_PATH_SIZE]; /* the part of the hierarchy that is mounted */
    char point[CGROUP_PATH_SIZE];
};

/* Takes one line of mountinfo (proc(5)); false if it is not the hierarchy we look for. */
static bool parse_mount(const char *line, const struct cgroup_place *place, struct mount *mount)
{
    const char *tail = strstr(line, " - ");
    char type[32];
    char options[1024];
    _Static_assert(CGROUP_PATH_SIZE == 4096, "the widths below are one less");
    if (!tail || sscanf(line, "%*s %*s %*s %4095s %4095s", mount->root, mount->point) != 2 ||
        sscanf(tail, " - %31s %*s %1023s", type, options) != 2)
        return false;
    decode_octal(mount->root);
    decode_octal(mount->point);
    if (place->version == CGROUP_V2)
        return strcmp(type, "cgroup2") == 0;
    return strcmp(type, "cgroup") == 0 && cgroup_words_have(options, ",", place->controller);
}

/* A path inside the hierarchy as seen below what is mounted of it: a container often mounts only
 * its own part. NULL when the path lies outside. */
static const char *below_mount(const struct mount *mount, const char *path)
{
    size_t length = strcmp(mount->root, "/") == 0 ? 0 : strlen(mount->root);
    if (strncmp(path, mount->root, length) != 0)
        return NULL;
    path += length;
    if (*path != '/' && *path != '\0')
        return NULL;
    /* A process outside of its cgroup namespace's root has a path such as /../other. */
    if (strncmp(path, "/..", 3) == 0)
        return NULL;
    return strcmp(path, "/") == 0 ? "" : path;
}

static bool find_mount(struct cgroup_place *place, const char *root, FILE *file, const char *own)
{
    struct mount mount;
    char *line = NULL;
    size_t capacity = 0;
    bool found = false;
    while (!found && getline(&line, &capacity, file) > 0) {
        const char *below = NULL;
        if (parse_mount(line, place, &mount))
            below = below_mount(&mount, own);
        if (!below)
            continue;
        int length = snprintf(place->mount, sizeof place->mount, "%s%s", root, mount.point);
        int own_length =
            snprintf(place->own, sizeof place->own, "%s%s%s", root, mount.point, below);
        found = length < (int)sizeof place->mount && own_length < (int)sizeof place->own;
    }
    free(line);
    return found;
}

int cgroup_place_find(struct cgroup_place *place, const char *root, struct error *error)
{
    return cgroup_place_find_for(place, root, "memory", error);
}

int cgroup_place_find_for(struct cgroup_place *place, const char *root, const char *controller,
                          struct error *error)
{
    struct cgroup_place found = {.controller = controller, .version = CGROUP_NONE};
    char own[CGROUP_PATH_SIZE] = "";
    int result = read_membership(&found, root, own, sizeof own, error);
    if (result < 0)
        return result;

    char path[CGROUP_PATH_SIZE];
    snprintf(path, sizeof path, "%s/proc/self/mountinfo", root);
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set(error, -errno, "cannot open %s: %s", path, strerror(errno));
    bool mounted = find_mount(&found, root, file, own);
    fclose(file);
    if (!mounted)
        return error_set(error, -ENOENT, "the cgroup hierarchy that holds %s is not mounted", own);
    if (found.version == CGROUP_V2 &&
        !cgroup_file_lists(found.mount, "cgroup.controllers", controller))
        return error_set(error, -ENOTSUP, "%s/cgroup.controllers does not list %s", found.mount,
                         controller);
    *place = found;
    return 0;
}
