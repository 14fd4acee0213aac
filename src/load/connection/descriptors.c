/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/connection/descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>

static int64_t open_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    int64_t count = 0;
    if (!directory)
        return 3;
    while (readdir(directory))
        count++;
    closedir(directory);
    return count - 3; /* ".", ".." and the directory's own */
}

int64_t descriptors_total(int64_t needed)
{
    return open_descriptors() + needed;
}

int descriptors_allow(int64_t needed, struct error *error)
{
    struct rlimit limit;
    int64_t total = descriptors_total(needed);
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return error_set(error, -errno, "cannot read the limit of open files: %s", strerror(errno));
    if ((uint64_t)total <= limit.rlim_cur)
        return 0;
    if ((uint64_t)total > limit.rlim_max)
        return error_set(error, -EMFILE,
                         "this needs %" PRId64 " descriptors, and nofile is limited to %" PRIu64
                         ": ask for fewer connections, or raise it",
                         total, (uint64_t)limit.rlim_max);
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
        return error_set(error, -errno, "cannot raise the limit of open files: %s",
                         strerror(errno));
    return 0;
}
