/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/disturbance/cpu_times.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* /proc/stat counts in USER_HZ, which is 100 on every architecture that Linux still builds for, and
 * is part of its interface. */
#define MS_PER_TICK 10

/* The columns of a line "cpuN user nice system idle iowait irq softirq steal ...". */
enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, COLUMNS };

static bool parse_line(const char *line, unsigned *cpu, int64_t ticks[COLUMNS])
{
    return sscanf(line,
                  "cpu%u %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64
                  " %" SCNd64 " %" SCNd64,
                  cpu, &ticks[USER], &ticks[NICE], &ticks[SYSTEM], &ticks[IDLE], &ticks[IOWAIT],
                  &ticks[IRQ], &ticks[SOFTIRQ], &ticks[STEAL]) == COLUMNS + 1;
}

/* A kernel that samples with a timer interrupt never meets another interrupt's handler with it, for
 * handlers run with interrupts off: its irq time is 0 for ever. */
static void add_line(struct cpu_times *times, const int64_t ticks[COLUMNS])
{
    times->cpus++;
    times->work_ms += MS_PER_TICK * (ticks[USER] + ticks[NICE] + ticks[SYSTEM]);
    times->interrupt_ms += MS_PER_TICK * (ticks[IRQ] + ticks[SOFTIRQ]);
    times->idle_ms += MS_PER_TICK * (ticks[IDLE] + ticks[IOWAIT]);
    times->steal_ms += MS_PER_TICK * ticks[STEAL];
    times->interrupts_apart |= ticks[IRQ] > 0;
}

void cpu_times_read(struct cpu_times *times, const char *root, hwloc_const_bitmap_t cpus)
{
    char path[PATH_MAX];
    *times = (struct cpu_times){.cpus = 0};
    if (snprintf(path, sizeof path, "%s/proc/stat", root) >= (int)sizeof path)
        return;
    FILE *stat = fopen(path, "re");
    if (!stat)
        return;
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, stat) >= 0 && strncmp(line, "cpu", 3) == 0) {
        unsigned cpu;
        int64_t ticks[COLUMNS];
        if (parse_line(line, &cpu, ticks) && hwloc_bitmap_isset(cpus, cpu))
            add_line(times, ticks);
    }
    free(line);
    fclose(stat);
}

static double seconds(int64_t before_ms, int64_t after_ms)
{
    return (double)(after_ms - before_ms) / 1000;
}

/* Each way to know is off in its own direction: work is sampled by the tick, and so a matter of
 * chance over a short time, while what is not idle includes the way into sleep and out of it, which
 * is nobody's work. Only what both say is said. */
double cpu_times_busy_seconds(const struct cpu_times *before, const struct cpu_times *after,
                              double elapsed_seconds)
{
    double whole = elapsed_seconds * after->cpus;
    double interrupts = seconds(before->interrupt_ms, after->interrupt_ms);
    double work = seconds(before->work_ms, after->work_ms);
    double idle = seconds(before->idle_ms, after->idle_ms);
    double steal = seconds(before->steal_ms, after->steal_ms);
    if (before->cpus == 0 || before->cpus != after->cpus ||
        fabs(work + interrupts + idle + steal - whole) > whole / 2)
        return -1;
    double sampled = after->interrupts_apart ? work : work + interrupts;
    double rest = whole - idle - steal - (after->interrupts_apart ? interrupts : 0);
    return fmax(0, fmin(sampled, rest));
}

bool cpu_times_is_much(double foreign_seconds, int cpus, double elapsed_seconds)
{
    double share = CPU_TIMES_MUCH_OF_ONE + CPU_TIMES_MUCH_OF_ALL * cpus;
    return foreign_seconds > CPU_TIMES_MUCH_LEAST && foreign_seconds > share * elapsed_seconds;
}

double cpu_times_steal_seconds(const struct cpu_times *before, const struct cpu_times *after)
{
    if (before->cpus == 0 || before->cpus != after->cpus)
        return -1;
    return fmax(0, seconds(before->steal_ms, after->steal_ms));
}
