/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/places.h"

#include <errno.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* An installed folder is relative to the prefix, unless the build was told another place; one that
 * is not installed is in the source, or beside the program that runs. */
static const struct {
    const char *installed;
    const char *in_source; /* NULL: it is built */
    const char *in_build;
} places[] = {
    [PLACE_PROGRAMS] = {WAITBENCH_LIBEXECDIR "/waitbench", NULL, "bench"},
    [PLACE_PLOTS] = {WAITBENCH_DATADIR "/waitbench/plots", WAITBENCH_SOURCE_DIR "/plots", NULL},
    [PLACE_PLANS] = {WAITBENCH_DATADIR "/waitbench/plans", WAITBENCH_SOURCE_DIR "/bench/plans",
                     NULL},
    [PLACE_RUNTIMES] = {WAITBENCH_DATADIR "/waitbench/runtimes",
                        WAITBENCH_SOURCE_DIR "/bench/runtimes", NULL},
    [PLACE_BUILT_RUNTIMES] = {WAITBENCH_LIBEXECDIR "/waitbench/runtimes", NULL, "bench/runtimes"},
};

/* Joins the two, but for a name that is a whole path. */
static int join(char path[PATH_MAX], const char *folder, const char *name)
{
    int length = name[0] == '/' ? snprintf(path, PATH_MAX, "%s", name)
                                : snprintf(path, PATH_MAX, "%s/%s", folder, name);
    return length < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* The folder that the running program lies in. Returns 0 or -errno. */
static int find_own_folder(char folder[PATH_MAX])
{
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length < 0)
        return -errno;
    program[length] = '\0';
    snprintf(folder, PATH_MAX, "%s", dirname(program));
    return 0;
}

/* From the program's folder to the prefix, if that is a place where programs are installed. */
static bool cut_to_prefix(char folder[PATH_MAX])
{
    if (strcmp(folder, WAITBENCH_BINDIR) == 0) {
        snprintf(folder, PATH_MAX, "%s", WAITBENCH_PREFIX);
        return true;
    }
    size_t whole = strlen(folder);
    size_t end = strlen("/" WAITBENCH_BINDIR);
    if (whole < end || strcmp(folder + whole - end, "/" WAITBENCH_BINDIR) != 0)
        return false;
    folder[whole - end] = '\0';
    return true;
}

/* The prefix of the program that lies in `own`; false when it was not installed. A build folder may
 * be called `bin`, too: only beside an installed one there are the programs of a scenario. */
static bool find_prefix(const char own[PATH_MAX], char prefix[PATH_MAX])
{
    char programs[PATH_MAX];
    snprintf(prefix, PATH_MAX, "%s", own);
    return cut_to_prefix(prefix) && join(programs, prefix, places[PLACE_PROGRAMS].installed) == 0 &&
           access(programs, F_OK) == 0;
}

int places_find(enum place place, char path[PATH_MAX], struct error *error)
{
    char own[PATH_MAX];
    char prefix[PATH_MAX];
    int result = find_own_folder(own);
    if (result < 0)
        return error_set(error, result, "cannot find what belongs to waitbench: /proc/self/exe: %s",
                         strerror(-result));
    if (find_prefix(own, prefix))
        result = join(path, prefix, places[place].installed);
    else
        result = places[place].in_source ? join(path, "", places[place].in_source)
                                         : join(path, own, places[place].in_build);
    return result < 0 ? error_set(error, result, "%.500s: the path is too long", own) : 0;
}

const char *places_source(void)
{
    char own[PATH_MAX];
    char prefix[PATH_MAX];
    return find_own_folder(own) == 0 && find_prefix(own, prefix) ? NULL : WAITBENCH_SOURCE_DIR;
}
