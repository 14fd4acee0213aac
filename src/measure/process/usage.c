/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/process/usage.h"

#include "base/clock.h"
#include "base/text.h"
#include "measure/process/proc_stat.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

/* The kernel's interface counts in USER_HZ, which is 100 on every architecture. */
#define NS_PER_TICK (10 * NS_PER_MS)

static int read_cpu(pid_t pid, struct usage *usage)
{
    clockid_t clock;
    struct timespec used;
    int result = clock_getcpuclockid(pid, &clock);
    if (result != 0)
        return -result;
    if (clock_gettime(clock, &used) < 0)
        return -errno;
    usage->cpu_ns = used.tv_sec * NS_PER_SECOND + used.tv_nsec;
    return 0;
}

static bool read_thread_file(pid_t pid, const char *tid, const char *name, char *text, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%.16s/%s", (int)pid, tid, name);
    return text_read_file(path, text, size) >= 0;
}

/* Adds one thread's; false when it ended in between. */
static bool add_switches(struct usage *usage, pid_t pid, const char *tid)
{
    char status[8192];
    int64_t voluntary;
    int64_t involuntary;
    if (!read_thread_file(pid, tid, "status", status, sizeof status) ||
        text_find_value(status, "voluntary_ctxt_switches", &voluntary) < 0 ||
        text_find_value(status, "nonvoluntary_ctxt_switches", &involuntary) < 0)
        return false;
    usage->switches_voluntary += voluntary;
    usage->switches_involuntary += involuntary;
    return true;
}

/* The same; false too where the kernel keeps no such figures (CONFIG_SCHED_INFO). */
static bool add_run_delay(struct usage *usage, pid_t pid, const char *tid)
{
    char schedstat[128];
    int64_t delay_ns;
    if (!read_thread_file(pid, tid, "schedstat", schedstat, sizeof schedstat) ||
        sscanf(schedstat, "%*d %" SCNd64, &delay_ns) != 1)
        return false;
    usage->run_delay_ns += delay_ns;
    return true;
}

int64_t usage_threads(pid_t pid)
{
    char path[64];
    char status[8192];
    int64_t threads;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    if (text_read_file(path, status, sizeof status) < 0 ||
        text_find_value(status, "Threads", &threads) < 0)
        return -1;
    return threads;
}

static int read_threads(pid_t pid, struct usage *usage)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    if (!tasks)
        return -errno;
    bool switches = true;
    bool delay = true;
    for (struct dirent *task = readdir(tasks); task; task = readdir(tasks)) {
        if (task->d_name[0] == '.')
            continue;
        switches = switches && add_switches(usage, pid, task->d_name);
        delay = delay && add_run_delay(usage, pid, task->d_name);
    }
    closedir(tasks);
    if (!switches)
        usage->switches_voluntary = usage->switches_involuntary = -1;
    if (!delay)
        usage->run_delay_ns = -1;
    return 0;
}

int64_t usage_family_ns(const pid_t *pids, size_t count)
{
    int64_t sum_ns = 0;
    for (size_t i = 0; i < count; i++) {
        struct usage usage;
        struct proc_stat stat;
        bool seen = read_cpu(pids[i], &usage) == 0 && proc_stat_read("", pids[i], &stat) == 0;
        if (!seen && i == 0)
            return -1;
        if (seen)
            sum_ns += usage.cpu_ns + stat.children_ticks * NS_PER_TICK;
    }
    return sum_ns;
}

static int64_t rusage_ns(int who)
{
    struct rusage used;
    if (getrusage(who, &used) < 0)
        return 0;
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * NS_PER_SECOND +
           (used.ru_utime.tv_usec + used.ru_stime.tv_usec) * NS_PER_US;
}

int64_t usage_own_ns(void)
{
    return rusage_ns(RUSAGE_SELF) + rusage_ns(RUSAGE_CHILDREN);
}

int usage_read(pid_t pid, struct usage *usage)
{
    struct usage read = {0};
    int result = read_cpu(pid, &read);
    if (result == 0)
        result = read_threads(pid, &read);
    if (result == 0)
        *usage = read;
    return result;
}

/* Less than before means that threads ended meanwhile and took their figures with them. */
static int64_t between(int64_t before, int64_t after, double share)
{
    return before >= 0 && after >= before ? llround((double)(after - before) * share) : -1;
}

struct usage usage_between(const struct usage *before, const struct usage *after, double share)
{
    return (struct usage){
        .cpu_ns = between(before->cpu_ns, after->cpu_ns, share),
        .switches_voluntary = between(before->switches_voluntary, after->switches_voluntary, share),
        .switches_involuntary =
            between(before->switches_involuntary, after->switches_involuntary, share),
        .run_delay_ns = between(before->run_delay_ns, after->run_delay_ns, share),
    };
}
