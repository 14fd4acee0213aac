/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/cgroup/cgroup.h"
#include "measure/cgroup/file.h"
#include "measure/cgroup/place.h"
#include "measure/cgroup/remove.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Moves a child that does nothing else into the cgroup. Returns 0 or -errno. */
static int try_to_enter(const struct cgroup *cgroup)
{
    pid_t child = fork();
    if (child < 0)
        return -errno;
    if (child == 0)
        _exit(-cgroup_enter(cgroup));
    int status;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return -errno;
    }
    return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
}

/* Tries all that a trial will need, since permissions alone do not tell: on v2 a process may move
 * only where the mover may write to the common ancestor's cgroup.procs too. */
static int try_home(const struct cgroup_home *home, struct error *error)
{
    struct cgroup cgroup;
    int result = cgroup_init(&cgroup, home, 0, error);
    if (result < 0)
        return result;
    result = try_to_enter(&cgroup);
    if (result < 0)
        error_set(error, result, "cannot move a process into a cgroup below %s: %s",
                  home->directory, strerror(-result));
    int removed = cgroup_finish(&cgroup, result < 0 ? NULL : error);
    return result < 0 ? result : removed;
}

/* The root cgroup, and only it, has no cgroup.type; that of a namespace has one. */
static bool is_root_cgroup(const char *directory)
{
    char path[CGROUP_PATH_SIZE + 16];
    snprintf(path, sizeof path, "%s/cgroup.type", directory);
    return access(path, F_OK) < 0 && errno == ENOENT;
}

/* Whether cgroups made below `directory` have the memory controller. Ours cannot be made to hand
 * it down while we are in it, unless it is the root. */
static bool hands_memory_down(const char *directory, bool own)
{
    if (cgroup_file_lists(directory, "cgroup.subtree_control", "memory"))
        return true;
    return own && is_root_cgroup(directory) &&
           cgroup_file_write(directory, "cgroup.subtree_control", "+memory") == 0;
}

/* Walks up from our own cgroup to the first that can be a home. */
static int find_unified(struct cgroup_home *home, const struct cgroup_place *place,
                        struct error *error)
{
    int result = error_set(error, -EBUSY, "no cgroup at or above %s hands memory down to others",
                           place->own);
    size_t mount_length = strlen(place->mount);
    snprintf(home->directory, sizeof home->directory, "%s", place->own);
    for (bool own = true;; own = false) {
        if (hands_memory_down(home->directory, own)) {
            result = try_home(home, error);
            if (result == 0)
                return 0;
        }
        char *slash = strrchr(home->directory, '/');
        if (!slash || (size_t)(slash - home->directory) < mount_length)
            return result;
        *slash = '\0';
    }
}

/* Whether all we see of the hierarchy is our own cgroup, which is not the root: a container. */
static bool is_confined(const struct cgroup_place *place)
{
    return strcmp(place->own, place->mount) == 0 && !is_root_cgroup(place->own);
}

static const char *remedy_for(int result, const struct cgroup_place *place)
{
    if (result == -ENOTSUP)
        return "boot the kernel with cgroup_enable=memory";
    if (result == -EROFS || (place->version == CGROUP_V2 && is_confined(place)))
        return "start the container with --privileged --cgroupns=host";
    if (place->version == CGROUP_V2 && geteuid() != 0)
        return "systemd-run --user --scope -p Delegate=yes ./run_all.sh";
    if (place->version == CGROUP_V2)
        return "systemd-run --scope -p Delegate=yes ./run_all.sh";
    return geteuid() != 0 ? "sudo ./run_all.sh" : "mount the hierarchy of the memory controller";
}

void cgroup_home_find(struct cgroup_home *home, const char *root)
{
    struct cgroup_place place = {.version = CGROUP_NONE};
    struct error error;
    *home = (struct cgroup_home){.version = CGROUP_NONE};
    int result = cgroup_place_find(&place, root, &error);
    home->version = place.version;
    if (result == 0 && place.version == CGROUP_V1) {
        snprintf(home->directory, sizeof home->directory, "%s", place.own);
        result = try_home(home, &error);
    } else if (result == 0) {
        result = find_unified(home, &place, &error);
    }
    if (result == 0) {
        snprintf(home->mount, sizeof home->mount, "%s", place.mount);
        return;
    }
    *home = (struct cgroup_home){.version = CGROUP_NONE};
    snprintf(home->reason, sizeof home->reason, "%.*s", (int)sizeof home->reason - 1, error.text);
    snprintf(home->remedy, sizeof home->remedy, "%s", remedy_for(result, &place));
}
