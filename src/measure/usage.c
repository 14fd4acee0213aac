/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/usage.h"

#include "base/clock.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

int usage_read_cpu(pid_t pid, struct usage *usage)
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

/* Adds one thread's; false when it ended in between. */
static bool add_thread(struct usage *usage, pid_t pid, const char *tid)
{
    char path[64];
    char status[8192];
    int64_t voluntary;
    int64_t involuntary;
    snprintf(path, sizeof path, "/proc/%d/task/%.16s/status", (int)pid, tid);
    if (text_read_file(path, status, sizeof status) < 0 ||
        text_find_value(status, "voluntary_ctxt_switches", &voluntary) < 0 ||
        text_find_value(status, "nonvoluntary_ctxt_switches", &involuntary) < 0)
        return false;
    usage->switches_voluntary += voluntary;
    usage->switches_involuntary += involuntary;
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

int usage_read_switches(pid_t pid, struct usage *usage)
{
    char path[64];
    int64_t threads = usage_threads(pid);
    usage->switches_voluntary = usage->switches_involuntary = -1;
    if (threads < 0)
        return -ESRCH;
    if (threads > USAGE_THREADS_MAX)
        return 0;
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    if (!tasks)
        return -errno;
    usage->switches_voluntary = usage->switches_involuntary = 0;
    bool whole = true;
    for (struct dirent *task = readdir(tasks); task; task = readdir(tasks))
        if (task->d_name[0] != '.')
            whole = add_thread(usage, pid, task->d_name) && whole;
    closedir(tasks);
    if (!whole)
        usage->switches_voluntary = usage->switches_involuntary = -1;
    return 0;
}

struct usage usage_difference(const struct usage *before, const struct usage *after)
{
    bool switches = before->switches_voluntary >= 0 && after->switches_voluntary >= 0;
    return (struct usage){
        .cpu_ns = after->cpu_ns - before->cpu_ns,
        .switches_voluntary =
            switches ? after->switches_voluntary - before->switches_voluntary : -1,
        .switches_involuntary =
            switches ? after->switches_involuntary - before->switches_involuntary : -1,
    };
}
