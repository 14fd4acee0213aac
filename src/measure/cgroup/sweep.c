/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/cgroup/cgroup.h"
#include "measure/cgroup/remove.h"
#include "measure/process/proc_stat.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Hierarchies are a few levels deep; no run shall hang on one that is not. */
#define DEPTH_MAX   16
#define CGROUPS_MAX 10000

/* A trial's cgroup is empty from its making until the subject has started: far less than this. */
#define EMPTY_SECONDS 10

/* Whether a cgroup's name is ours and, as far as this pid namespace tells, the run that made it has
 * ended. */
static bool is_orphan(const char *name)
{
    int pid;
    int64_t start_ticks;
    unsigned sequence;
    int end = 0;
    if (sscanf(name, CGROUP_NAME_PREFIX "%d-%" SCNd64 "-%u%n", &pid, &start_ticks, &sequence,
               &end) != 3 ||
        name[end] != '\0')
        return false;
    struct proc_stat owner;
    int result = proc_stat_read("", pid, &owner);
    if (result == -ENOENT || result == -ESRCH)
        return true;
    /* What cannot be read is left alone; another start time means the pid was given out again. */
    return result == 0 && (owner.start_ticks != start_ticks || owner.state == 'Z');
}

/* Removes the orphans in our own home, members and all. */
static int sweep_home(const struct cgroup_home *home, struct error *error)
{
    DIR *directory = opendir(home->directory);
    if (!directory)
        return error_set(error, -errno, "cannot list %s: %s", home->directory, strerror(errno));
    int removed = 0;
    int failure = 0;
    for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        char path[CGROUP_PATH_SIZE + sizeof entry->d_name];
        if (!is_orphan(entry->d_name))
            continue;
        snprintf(path, sizeof path, "%s/%s", home->directory, entry->d_name);
        int result = cgroup_remove(path, error);
        if (result < 0)
            failure = result;
        else
            removed++;
    }
    closedir(directory);
    return failure < 0 ? failure : removed;
}

struct sweep {
    char path[CGROUP_PATH_SIZE]; /* of the cgroup at hand */
    int seen;
    int removed;
};

static bool is_old(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && time(NULL) - status.st_mtime >= EMPTY_SECONDS;
}

/* Removes what is empty below the cgroup at hand. What cannot be listed or removed is somebody
 * else's, or has members: rmdir, in one step, refuses those. */
static void sweep_empty(struct sweep *sweep, int depth)
{
    size_t length = strlen(sweep->path);
    size_t left = sizeof sweep->path - length;
    DIR *directory = depth < DEPTH_MAX ? opendir(sweep->path) : NULL;
    if (!directory)
        return;
    for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        if (entry->d_type != DT_DIR || entry->d_name[0] == '.' || sweep->seen >= CGROUPS_MAX ||
            snprintf(sweep->path + length, left, "/%s", entry->d_name) >= (int)left)
            continue;
        sweep->seen++;
        if (!is_orphan(entry->d_name))
            sweep_empty(sweep, depth + 1);
        else if (is_old(sweep->path) && rmdir(sweep->path) == 0)
            sweep->removed++;
    }
    sweep->path[length] = '\0';
    closedir(directory);
}

int cgroup_home_sweep(const struct cgroup_home *home, struct error *error)
{
    struct sweep sweep = {.seen = 0};
    if (home->version == CGROUP_NONE)
        return 0;
    int removed = sweep_home(home, error);
    snprintf(sweep.path, sizeof sweep.path, "%s", home->mount);
    sweep_empty(&sweep, 0);
    return removed < 0 ? removed : removed + sweep.removed;
}
