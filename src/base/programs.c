/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/programs.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Why that file cannot be run: -errno; or 0. */
static int run_fault(const char *path)
{
    struct stat status;
    if (stat(path, &status) < 0)
        return -errno;
    if (!S_ISREG(status.st_mode))
        return -EACCES;
    return access(path, X_OK) < 0 ? -errno : 0;
}

/* A file that may not be run is worth more than none. */
static int search_fault(const char *name)
{
    char path[PATH_MAX];
    const char *at = getenv("PATH");
    int fault = -ENOENT;
    for (at = at ? at : "/bin:/usr/bin";; at++) {
        int length = (int)strcspn(at, ":");
        snprintf(path, sizeof path, "%.*s%s%s", length, at, length > 0 ? "/" : "", name);
        int found = run_fault(path);
        if (found == 0)
            return 0;
        fault = found == -EACCES ? found : fault;
        at += length;
        if (*at == '\0')
            return fault;
    }
}

int programs_look(const char *name)
{
    return strchr(name, '/') ? run_fault(name) : search_fault(name);
}
