/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/folder.h"

#include "run/packed/packed_files.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool is_dot(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* 1 for a directory with nothing in it, 0 for one with something, or -errno. */
static int directory_is_empty(const char *path)
{
    DIR *directory = opendir(path);
    if (!directory)
        return -errno;
    int empty = 1;
    struct dirent *entry;
    while (empty && (entry = readdir(directory)))
        empty = is_dot(entry->d_name);
    closedir(directory);
    return empty;
}

/* mkdir -p. */
static int make_directories(const char *path)
{
    char partial[PATH_MAX];
    if (snprintf(partial, sizeof partial, "%s", path) >= (int)sizeof partial)
        return -ENAMETOOLONG;
    for (char *slash = partial + 1; *slash; slash++) {
        if (*slash != '/')
            continue;
        *slash = '\0';
        if (mkdir(partial, 0777) < 0 && errno != EEXIST)
            return -errno;
        *slash = '/';
    }
    return mkdir(partial, 0777) < 0 ? -errno : 0;
}

/* The host name becomes a folder's name: anything but letters, digits, . _ - turns into a dash. */
static void machine_name(char *name, size_t size)
{
    if (gethostname(name, size) < 0)
        snprintf(name, size, "machine");
    name[size - 1] = '\0';
    for (char *at = name; *at; at++)
        if (!isalnum((unsigned char)*at) && !strchr("._-", *at))
            *at = '-';
    if (name[0] == '.' || name[0] == '\0')
        snprintf(name, size, "machine");
}

const char *folder_results(void)
{
    const char *chosen = getenv("WAITBENCH_RESULTS");
    return chosen && *chosen ? chosen : "results";
}

int folder_create_dated(const char *prefix, char *path, size_t size, struct error *error)
{
    char moment[32];
    const char *results = folder_results();
    time_t now = time(NULL);
    struct tm utc;
    strftime(moment, sizeof moment, "%Y-%m-%dT%H%M%SZ", gmtime_r(&now, &utc));
    /* Two may start within a second: the second one's name gets a number. */
    for (int attempt = 1; attempt < 100; attempt++) {
        int length = attempt == 1
                         ? snprintf(path, size, "%s/%s%s", results, prefix, moment)
                         : snprintf(path, size, "%s/%s%s-%d", results, prefix, moment, attempt);
        if (length < 0 || (size_t)length >= size)
            return error_set(error, -ENAMETOOLONG, "%.100s/%.100s: the path is too long", results,
                             prefix);
        int result = make_directories(path);
        if (result != -EEXIST)
            return result < 0 ? error_set(error, result,
                                          "cannot make %s: %s; --output DIR puts it elsewhere",
                                          path, strerror(-result))
                              : 0;
    }
    return error_set(error, -EEXIST, "cannot find a free name beside %s", path);
}

static int create_default(char *path, size_t size, struct error *error)
{
    char machine[128];
    char prefix[sizeof machine + 1];
    machine_name(machine, sizeof machine);
    snprintf(prefix, sizeof prefix, "%s/", machine);
    return folder_create_dated(prefix, path, size, error);
}

int folder_create(const char *output, char *path, size_t size, struct error *error)
{
    if (!output)
        return create_default(path, size, error);
    size_t length = strlen(output);
    while (length > 1 && output[length - 1] == '/')
        length--;
    if (length == 0 || length >= size)
        return error_set(error, -EINVAL, "--output '%s' is not a path", output);
    snprintf(path, size, "%.*s", (int)length, output);
    int result = make_directories(path);
    if (result == -EEXIST) {
        result = directory_is_empty(path);
        if (result == 0)
            return error_set(error, -EEXIST,
                             "--output %s is not empty; a run goes into a new or empty folder",
                             path);
    }
    if (result < 0)
        return error_set(error, result, "cannot use --output %s: %s", path, strerror(-result));
    return 0;
}

void folder_discard(const char *path)
{
    char file[PATH_MAX];
    for (size_t i = 0; i < PACKED_FILES_MAX; i++)
        if (snprintf(file, sizeof file, "%s/%s", path, packed_names[i].name) < (int)sizeof file)
            unlink(file);
    rmdir(path);
}

int folder_exit_code(int result)
{
    switch (result) {
    case -EACCES:
    case -EEXIST:
    case -EINVAL:
    case -ELOOP:
    case -ENAMETOOLONG:
    case -ENOENT: /* below /proc, say: parents are made elsewhere */
    case -ENOTDIR:
    case -EPERM:
    case -EROFS:
        return EXIT_USAGE;
    default:
        return EXIT_MEASUREMENT_FAILED;
    }
}

/* From plots/ to the charts of a run below results/: such a link stays right when the tree is
 * moved. False for any other run. */
static bool find_target(const char *path, const char *source_dir, char target[PATH_MAX])
{
    char results[PATH_MAX];
    char charts[PATH_MAX];
    snprintf(results, sizeof results, "%s/results", source_dir);
    snprintf(charts, sizeof charts, "%s/charts", path);
    char *above = realpath(results, NULL);
    char *below = realpath(charts, NULL);
    size_t root = above ? strlen(above) : 0;
    bool inside = above && below && strncmp(below, above, root) == 0 && below[root] == '/';
    if (inside)
        inside = snprintf(target, PATH_MAX, "../results%s", below + root) < PATH_MAX;
    free(above);
    free(below);
    return inside;
}

void folder_link_latest(const char *path, const char *source_dir)
{
    char link[PATH_MAX];
    char fresh[PATH_MAX];
    char target[PATH_MAX];
    struct stat status;
    snprintf(link, sizeof link, "%s/plots/latest", source_dir);
    snprintf(fresh, sizeof fresh, "%s/plots/.latest-%ld", source_dir, (long)getpid());
    if (!find_target(path, source_dir, target) ||
        (lstat(link, &status) == 0 && !S_ISLNK(status.st_mode)))
        return;
    /* Made beside and renamed, so that there is always a whole link. */
    if (symlink(target, fresh) == 0 && rename(fresh, link) < 0)
        unlink(fresh);
}
