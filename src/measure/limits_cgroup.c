/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/limits_cgroup.h"

#include "base/text.h"
#include "measure/rooted.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* memory.limit_in_bytes of an unlimited v1 group is a huge number instead of "max". */
#define V1_UNLIMITED (INT64_C(1) << 60)

/* The calling process's group for one controller. */
struct place {
    char group[PATH_MAX]; /* as /proc/self/cgroup has it, seen from the hierarchy's top */
    char mount[PATH_MAX]; /* where the hierarchy is mounted */
    char top[PATH_MAX];   /* the group that is mounted there: not "/" in many containers */
    int version;
};

/* Whether `word` is one of the comma-separated words of `list`. */
static bool has_word(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += length)
        if ((at == list || at[-1] == ',') && (at[length] == '\0' || at[length] == ','))
            return true;
    return false;
}

/* Lines are "ID:CONTROLLERS:PATH"; no controllers is v2, which holds what v1 does not. */
static int find_group(const char *root, const char *controller, struct place *place)
{
    char text[16384];
    int64_t length = rooted_read(root, text, sizeof text, "/proc/self/cgroup");
    if (length < 0)
        return (int)length;
    place->version = 0;
    char *rest = text;
    for (char *line; (line = strsep(&rest, "\n"));) {
        strsep(&line, ":");
        const char *controllers = strsep(&line, ":");
        if (!line)
            continue;
        bool v1 = has_word(controllers, controller);
        if (!v1 && (controllers[0] != '\0' || place->version == 1))
            continue;
        place->version = v1 ? 1 : 2;
        snprintf(place->group, sizeof place->group, "%s", line);
    }
    return place->version == 0 ? -ENOENT : 0;
}

/* Parses a line of /proc/self/mountinfo; sets mount and top when it mounts the hierarchy. */
static bool is_mount(char *line, const char *controller, struct place *place)
{
    char *options = strstr(line, " - ");
    if (!options)
        return false;
    options += strlen(" - ");
    const char *type = strsep(&options, " ");
    strsep(&options, " ");
    if (!options || strcmp(type, place->version == 1 ? "cgroup" : "cgroup2") != 0)
        return false;
    options[strcspn(options, "\n")] = '\0';
    if (place->version == 1 && !has_word(options, controller))
        return false;
    return sscanf(line, "%*s %*s %*s %4095s %4095s", place->top, place->mount) == 2;
}

static int find_mount(const char *root, const char *controller, struct place *place)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/proc/self/mountinfo", root) >= (int)sizeof path)
        return -ENAMETOOLONG;
    FILE *mounts = fopen(path, "re");
    if (!mounts)
        return -errno;
    char *line = NULL;
    size_t size = 0;
    int result = -ENOENT;
    while (result != 0 && getline(&line, &size, mounts) >= 0)
        if (is_mount(line, controller, place))
            result = 0;
    free(line);
    fclose(mounts);
    return result;
}

/* The group's path below the mount. In a container the mount shows only a part of the hierarchy; a
 * group outside that part cannot be seen, and the mount's own limits are the nearest. */
static const char *below_mount(const struct place *place)
{
    size_t length = strcmp(place->top, "/") == 0 ? 0 : strlen(place->top);
    bool inside = strncmp(place->group, place->top, length) == 0 &&
                  (place->group[length] == '/' || place->group[length] == '\0');
    if (!inside || strcmp(place->group, "/") == 0 || strncmp(place->group, "/..", 3) == 0)
        return "";
    return place->group + length;
}

typedef int read_level(const char *root, const char *directory, struct limits_cgroup *level);

static int read_pids(const char *root, const char *directory, struct limits_cgroup *level)
{
    snprintf(level->file, sizeof level->file, "%s/pids.max", directory);
    int result = rooted_read_int64(root, &level->value, "%s", level->file);
    if (result < 0)
        return result;
    return rooted_read_int64(root, &level->in_use, "%s/pids.current", directory);
}

static int read_memory(const char *root, const char *directory, struct limits_cgroup *level)
{
    bool v1 = level->version == 1;
    snprintf(level->file, sizeof level->file, "%s/%s", directory,
             v1 ? "memory.limit_in_bytes" : "memory.max");
    int result = rooted_read_int64(root, &level->value, "%s", level->file);
    if (result < 0)
        return result;
    if (v1 && level->value >= V1_UNLIMITED)
        level->value = INT64_MAX;
    result = rooted_read_int64(root, &level->in_use, "%s/%s", directory,
                               v1 ? "memory.usage_in_bytes" : "memory.current");
    if (result < 0)
        return result;
    char stat[8192];
    int64_t cache = 0;
    if (rooted_read(root, stat, sizeof stat, "%s/memory.stat", directory) >= 0 &&
        text_find_value(stat, v1 ? "total_inactive_file" : "inactive_file", &cache) == 0)
        level->in_use = level->in_use > cache ? level->in_use - cache : 0;
    return 0;
}

static bool is_tighter(const struct limits_cgroup *level, const struct limits_cgroup *tightest)
{
    if (level->value == INT64_MAX)
        return false;
    return tightest->value == INT64_MAX ||
           level->value - level->in_use < tightest->value - tightest->in_use;
}

/* The root group has no limit files, so a level without them is passed over; but one level at least
 * must have them. */
static int climb(const char *root, const char *controller, read_level *read,
                 struct limits_cgroup *tightest)
{
    struct place place;
    int result = find_group(root, controller, &place);
    if (result == 0)
        result = find_mount(root, controller, &place);
    if (result < 0)
        return result;
    char directory[2 * PATH_MAX];
    snprintf(directory, sizeof directory, "%s%s", place.mount, below_mount(&place));
    struct limits_cgroup found = {.value = INT64_MAX, .version = place.version};
    size_t levels = 0;
    while (strlen(directory) >= strlen(place.mount)) {
        struct limits_cgroup level = {.version = place.version};
        if (strlen(directory) < PATH_MAX - NAME_MAX && read(root, directory, &level) == 0) {
            levels++;
            if (is_tighter(&level, &found))
                found = level;
        }
        *strrchr(directory, '/') = '\0';
    }
    if (levels == 0 && strcmp(place.group, "/") != 0)
        return -ENOENT;
    *tightest = found;
    return 0;
}

int limits_cgroup_pids(const char *root, struct limits_cgroup *tightest)
{
    return climb(root, "pids", read_pids, tightest);
}

int limits_cgroup_memory(const char *root, struct limits_cgroup *tightest)
{
    return climb(root, "memory", read_memory, tightest);
}
