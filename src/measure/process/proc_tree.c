/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/process/proc_tree.h"

#include "base/text.h"
#include "measure/process/proc_stat.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct kinship {
    pid_t pid;
    pid_t parent;
};

struct census {
    struct kinship *all;
    size_t count;
    size_t capacity;
};

static int census_add(struct census *census, struct kinship kinship)
{
    if (census->count == census->capacity) {
        size_t capacity = census->capacity ? 2 * census->capacity : 256;
        struct kinship *all = realloc(census->all, capacity * sizeof *all);
        if (!all)
            return -ENOMEM;
        census->all = all;
        census->capacity = capacity;
    }
    census->all[census->count++] = kinship;
    return 0;
}

/* Takes every living process. One that ends while we look is not an error. */
static int census_take(struct census *census, const char *root)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/proc", root);
    DIR *proc = opendir(path);
    if (!proc)
        return -errno;
    int result = 0;
    for (struct dirent *entry = readdir(proc); entry && result == 0; entry = readdir(proc)) {
        int64_t pid;
        struct proc_stat stat;
        if (text_parse_int64(entry->d_name, 1, INT_MAX, &pid) < 0 ||
            proc_stat_read(root, (pid_t)pid, &stat) < 0 || stat.state == 'Z')
            continue;
        result = census_add(census, (struct kinship){(pid_t)pid, stat.parent});
    }
    closedir(proc);
    return result;
}

/* Moves the processes of the tree to the front, generation after generation: those before `found`
 * are in it, and each of them in turn brings its children. Returns how many. */
static size_t gather(struct kinship *all, size_t count, pid_t pid)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (all[i].pid == pid) {
            struct kinship first = all[i];
            all[i] = all[0];
            all[0] = first;
            found = 1;
        }
    }
    for (size_t parent = 0; parent < found; parent++) {
        for (size_t i = found; i < count; i++) {
            if (all[i].parent == all[parent].pid) {
                struct kinship child = all[i];
                all[i] = all[found];
                all[found++] = child;
            }
        }
    }
    return found;
}

int proc_tree_list(const char *root, pid_t pid, pid_t *pids, size_t capacity)
{
    struct census census = {0};
    int result = census_take(&census, root);
    if (result == 0) {
        size_t found = gather(census.all, census.count, pid);
        for (size_t i = 0; i < found && i < capacity; i++)
            pids[i] = census.all[i].pid;
        result = found > 0 ? (int)found : -ESRCH;
    }
    free(census.all);
    return result;
}
