/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limits that control groups set on the calling process: its own group's and every ancestor's.
 */
#ifndef WAITBENCH_MEASURE_LIMITS_CGROUP_H
#define WAITBENCH_MEASURE_LIMITS_CGROUP_H

#include <linux/limits.h>
#include <stdint.h>

/* One group of the way up, the one with the least room. */
struct limits_cgroup {
    char file[PATH_MAX]; /* the file that holds the limit, without the root; empty: no group has one
                          */
    int64_t value;       /* INT64_MAX = unlimited */
    int64_t in_use;
    int version; /* 1 or 2 */
};

/* Finds the tightest limit on tasks (controller "pids"), whatever the cgroup version. Returns 0, or
 * -errno (-ENOENT: the controller is not mounted, or its files are not there). */
int limits_cgroup_pids(const char *root, struct limits_cgroup *tightest);

/* The same for memory, in bytes; page cache that the kernel can drop does not count as in use. */
int limits_cgroup_memory(const char *root, struct limits_cgroup *tightest);

#endif
