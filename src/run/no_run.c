/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/no_run.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* results/ holds a folder for each machine, and that a run's. */
#define LEVELS 2

/* A folder of many files is somebody's home: nobody waits for all of it to be looked through. */
#define LOOKS_MAX 10000

struct found {
    size_t looks;
    size_t count;
    char last[PATH_MAX]; /* by name */
};

static bool is_run(const char *folder)
{
    char path[PATH_MAX];
    return snprintf(path, sizeof path, "%s/machine.json", folder) < (int)sizeof path &&
           access(path, R_OK) == 0;
}

static void keep(struct found *found, const char *folder)
{
    if (found->count++ == 0 || strcmp(folder, found->last) > 0)
        snprintf(found->last, sizeof found->last, "%s", folder);
}

static void look(struct found *found, const char *folder, int levels)
{
    char path[PATH_MAX];
    const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
    DIR *directory = opendir(folder);
    if (!directory)
        return;
    struct dirent *entry;
    while ((entry = readdir(directory)) && found->looks++ < LOOKS_MAX) {
        if (entry->d_name[0] == '.' ||
            snprintf(path, sizeof path, "%s%s%s", folder, slash, entry->d_name) >= (int)sizeof path)
            continue;
        if (is_run(path))
            keep(found, path);
        else if (levels > 1)
            look(found, path, levels - 1);
    }
    closedir(directory);
}

int no_run(const char *path, struct error *error)
{
    struct stat status;
    struct found found = {.count = 0};
    if (stat(path, &status) < 0)
        return error_set(error, -ENODATA, "cannot open %s: %s", path, strerror(errno));
    if (path[0] != '\0')
        look(&found, path, LEVELS);
    if (found.count == 1)
        return error_set(error, -ENODATA, "%s is no run, but holds one: %s", path, found.last);
    if (found.count > 1)
        return error_set(error, -ENODATA, "%s is no run, but holds %zu; the last by name is %s",
                         path, found.count, found.last);
    return error_set(error, -ENODATA,
                     "%s is no run: it has neither machine.json nor a file of trials", path);
}
