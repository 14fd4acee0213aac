/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/disturbance/disturbance.h"

#include "base/clock.h"
#include "base/host_file.h"
#include "base/text.h"
#include "measure/placement/cpus.h"
#include "measure/process/usage.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define CPU_FOLDER "/sys/devices/system/cpu"

static double read_load_average(const char *root)
{
    char line[128];
    double load;
    if (host_file_read_line(root, line, sizeof line, "/proc/loadavg") < 0 ||
        sscanf(line, "%lf", &load) != 1)
        return -1;
    return load;
}

/* Counters are per core or package, so siblings repeat them: good for "it happened", not how often.
 */
static int64_t read_throttled(const char *root, hwloc_const_bitmap_t cpus)
{
    int64_t total = -1;
    int cpu;
    hwloc_bitmap_foreach_begin(cpu, cpus)
    {
        static const char *const counters[] = {"core_throttle_count", "package_throttle_count"};
        for (int i = 0; i < 2; i++) {
            int64_t count;
            if (host_file_read_int64(root, &count, CPU_FOLDER "/cpu%d/thermal_throttle/%s", cpu,
                                     counters[i]) == 0)
                total = total < 0 ? count : total + count;
        }
    }
    hwloc_bitmap_foreach_end();
    return total;
}

static int64_t read_involuntary_of_thread(const char *root, pid_t pid, const char *thread)
{
    char status[8192];
    int64_t count;
    if (host_file_read(root, status, sizeof status, "/proc/%d/task/%s/status", (int)pid, thread) <
            0 ||
        text_find_value(status, "nonvoluntary_ctxt_switches", &count) < 0)
        return 0;
    return count;
}

/* /proc/PID/status has the main thread's only, so every thread is asked. */
static int64_t read_involuntary(const char *root, pid_t pid)
{
    char path[PATH_MAX];
    if (pid == 0 || snprintf(path, sizeof path, "%s/proc/%d/task", root, (int)pid) >= PATH_MAX)
        return -1;
    DIR *threads = opendir(path);
    if (!threads)
        return -1;
    int64_t total = 0;
    for (const struct dirent *entry; (entry = readdir(threads));)
        if (isdigit((unsigned char)entry->d_name[0]))
            total += read_involuntary_of_thread(root, pid, entry->d_name);
    closedir(threads);
    return total;
}

static int64_t read_swapped_pages(const char *root)
{
    char vmstat[32768];
    int64_t in;
    int64_t out;
    if (host_file_read(root, vmstat, sizeof vmstat, "/proc/vmstat") < 0 ||
        text_find_value(vmstat, "pswpin", &in) < 0 || text_find_value(vmstat, "pswpout", &out) < 0)
        return -1;
    return in + out;
}

static int64_t read_swap_used(const char *root)
{
    char meminfo[16384];
    int64_t total;
    int64_t unused;
    if (host_file_read(root, meminfo, sizeof meminfo, "/proc/meminfo") < 0 ||
        text_find_value(meminfo, "SwapTotal", &total) < 0 ||
        text_find_value(meminfo, "SwapFree", &unused) < 0)
        return -1;
    return total - unused;
}

/* How far one clock is ahead of another: read on both sides of the other, of which the middle
 * counts (a thread that is switched out in between is off by as long). */
static int64_t ahead_ns(clockid_t clock, clockid_t of)
{
    struct timespec before;
    struct timespec middle;
    struct timespec after;
    clock_gettime(of, &before);
    clock_gettime(clock, &middle);
    clock_gettime(of, &after);
    int64_t of_ns =
        (before.tv_sec + after.tv_sec) * (NS_PER_SECOND / 2) + (before.tv_nsec + after.tv_nsec) / 2;
    return middle.tv_sec * NS_PER_SECOND + middle.tv_nsec - of_ns;
}

void disturbance_take(struct disturbance_snapshot *snapshot, const char *root,
                      hwloc_const_bitmap_t cpus, pid_t pid)
{
    *snapshot = (struct disturbance_snapshot){
        .time_ns = clock_now_ns(),
        .cpus = hwloc_bitmap_weight(cpus),
        .load_average = read_load_average(root),
        .throttled = read_throttled(root, cpus),
        .involuntary = read_involuntary(root, pid),
        .swapped_pages = read_swapped_pages(root),
        .swap_used_bytes = read_swap_used(root),
        .wall_ahead_ns = ahead_ns(CLOCK_REALTIME, CLOCK_MONOTONIC),
        .steered_ns = ahead_ns(CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW),
        .suspended_ns = ahead_ns(CLOCK_BOOTTIME, CLOCK_MONOTONIC),
        .own_ns = usage_own_ns(),
    };
    cpu_times_read(&snapshot->times, root, cpus);
    snapshot->steal_ms = snapshot->times.cpus > 0 ? snapshot->times.steal_ms : -1;
    cpu_quota_read(&snapshot->quota, root);
    /* What cannot be read stays empty. */
    cpus_read_governor(root, cpus, snapshot->governor, sizeof snapshot->governor);
    host_file_read_choice(root, snapshot->huge_pages, sizeof snapshot->huge_pages,
                          "/sys/kernel/mm/transparent_hugepage/enabled");
    host_file_read_line(root, snapshot->clock_source, sizeof snapshot->clock_source,
                        "/sys/devices/system/clocksource/clocksource0/current_clocksource");
}
