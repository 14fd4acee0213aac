/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run folder of a test's own, in a temporary directory. */
#ifndef WAITBENCH_TESTS_RUN_FOLDER_H
#define WAITBENCH_TESTS_RUN_FOLDER_H

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct run_folder {
    char path[64];
};

static inline void run_folder_create(struct run_folder *folder)
{
    snprintf(folder->path, sizeof folder->path, "/tmp/waitbench-test-XXXXXX");
    if (!mkdtemp(folder->path))
        abort();
}

static inline FILE *run_folder_open(const struct run_folder *folder, const char *name,
                                    const char *mode)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    return fopen(path, mode);
}

static inline void run_folder_write(const struct run_folder *folder, const char *name,
                                    const char *text)
{
    FILE *file = run_folder_open(folder, name, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        abort();
}

/* Removes a directory and what is in it; returns how many files there were. */
static inline size_t run_folder_remove(const char *path)
{
    size_t count = 0;
    DIR *directory = opendir(path);
    if (!directory)
        abort();
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char inner[PATH_MAX];
        if (snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name) >= PATH_MAX)
            abort();
        if (entry->d_type == DT_DIR)
            count += run_folder_remove(inner);
        else if (unlink(inner) == 0)
            count++;
        else
            abort();
    }
    closedir(directory);
    if (rmdir(path) < 0)
        abort();
    return count;
}

/* Removes the folder with the files in it; returns how many there were. */
static inline size_t run_folder_destroy(const struct run_folder *folder)
{
    return run_folder_remove(folder->path);
}

#endif
