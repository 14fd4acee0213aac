/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CPU time that control groups allow in each period (docker --cpus, CPUQuota= of systemd): of
 * our own group and of every ancestor that can be seen. When it is used up, all inside stand still
 * until the period ends, the generator and the subject alike. */
#ifndef WAITBENCH_MEASURE_CGROUP_CPU_QUOTA_H
#define WAITBENCH_MEASURE_CGROUP_CPU_QUOTA_H

#include <stdint.h>

struct cpu_quota {
    int version;    /* 1 or 2; 0: no hierarchy with the cpu controller is seen */
    double cpus;    /* that the tightest quota allows; 0: there is none */
    char file[256]; /* that sets it, without the root; cut where it is longer */
    /* Added up over all levels since they were made. */
    int64_t periods;
    int64_t throttled_periods; /* in which a quota was used up */
    int64_t throttled_ns;      /* for which CPUs stood still, added up over CPUs */
};

/* Reads it below `root` ("" for this machine): a handful of small files. */
void cpu_quota_read(struct cpu_quota *quota, const char *root);

#endif
