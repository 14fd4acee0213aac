/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/cgroup/cpu_quota.h"

#include "base/host_file.h"
#include "base/text.h"
#include "measure/cgroup/place.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NS_PER_US INT64_C(1000)

/* Each returns the CPUs that a group's quota allows, or 0 without one. */

static double read_v1(const char *root, const char *directory)
{
    int64_t quota_us;
    int64_t period_us;
    if (host_file_read_int64(root, &quota_us, "%s/cpu.cfs_quota_us", directory) < 0 ||
        host_file_read_int64(root, &period_us, "%s/cpu.cfs_period_us", directory) < 0 ||
        quota_us <= 0 || period_us <= 0)
        return 0;
    return (double)quota_us / (double)period_us;
}

/* "max 100000", or "50000 100000". */
static double read_v2(const char *root, const char *directory)
{
    char line[64];
    long long quota_us;
    long long period_us;
    if (host_file_read_line(root, line, sizeof line, "%s/cpu.max", directory) < 0 ||
        sscanf(line, "%lld %lld", &quota_us, &period_us) != 2 || quota_us <= 0 || period_us <= 0)
        return 0;
    return (double)quota_us / (double)period_us;
}

/* A group's own throttling only, so that levels add up. */
static void add_throttling(struct cpu_quota *quota, const char *root, const char *directory)
{
    char stat[4096];
    int64_t periods;
    int64_t throttled;
    int64_t time;
    bool v1 = quota->version == 1;
    if (host_file_read(root, stat, sizeof stat, "%s/cpu.stat", directory) < 0 ||
        text_find_value(stat, "nr_periods", &periods) < 0 ||
        text_find_value(stat, "nr_throttled", &throttled) < 0 ||
        text_find_value(stat, v1 ? "throttled_time" : "throttled_usec", &time) < 0)
        return;
    quota->periods += periods;
    quota->throttled_periods += throttled;
    quota->throttled_ns += v1 ? time : time * NS_PER_US;
}

static void read_level(struct cpu_quota *quota, const char *root, const char *directory)
{
    bool v1 = quota->version == 1;
    double cpus = v1 ? read_v1(root, directory) : read_v2(root, directory);
    if (cpus > 0 && (quota->cpus <= 0 || cpus < quota->cpus)) {
        quota->cpus = cpus;
        snprintf(quota->file, sizeof quota->file, "%.200s/%s", directory,
                 v1 ? "cpu.cfs_quota_us" : "cpu.max");
    }
    add_throttling(quota, root, directory);
}

void cpu_quota_read(struct cpu_quota *quota, const char *root)
{
    struct cgroup_place place;
    *quota = (struct cpu_quota){.version = 0};
    if (cgroup_place_find_for(&place, root, "cpu", NULL) < 0)
        return;
    quota->version = place.version == CGROUP_V1 ? 1 : 2;
    /* The own group first, then each ancestor up to what is mounted; all without the root. */
    char *directory = place.own + strlen(root);
    size_t top = strlen(place.mount) - strlen(root);
    while (strlen(directory) >= top) {
        read_level(quota, root, directory);
        char *last = strrchr(directory, '/');
        if (!last)
            return;
        *last = '\0';
    }
}
