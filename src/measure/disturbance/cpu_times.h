/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What CPUs have done since boot, by /proc/stat: whose work it was is for the caller to find out.
 */
#ifndef WAITBENCH_MEASURE_DISTURBANCE_CPU_TIMES_H
#define WAITBENCH_MEASURE_DISTURBANCE_CPU_TIMES_H

#include <hwloc.h>
#include <stdbool.h>
#include <stdint.h>

/* Others' work disturbs when it takes more than this share of one CPU, and of all CPUs as much as
 * any machine needs for itself; and more than a few steps of /proc/stat. */
#define CPU_TIMES_MUCH_OF_ONE 0.10
#define CPU_TIMES_MUCH_OF_ALL 0.01
#define CPU_TIMES_MUCH_LEAST  0.05 /* seconds */

/* Added up over the CPUs of a set, in steps of 10 ms. */
struct cpu_times {
    int cpus; /* of the set that were found; 0: nothing was seen */
    int64_t work_ms;
    int64_t interrupt_ms; /* hard and soft ones */
    int64_t idle_ms;
    int64_t steal_ms;
    bool interrupts_apart; /* the kernel measures them, and leaves them out of the CPU time of the
                              program they interrupt */
};

/* Reads those of `cpus` below `root` ("" for this machine). It reads one file, whose length goes
 * with the number of CPUs and interrupts: a fraction of a millisecond on small machines. */
void cpu_times_read(struct cpu_times *times, const char *root, hwloc_const_bitmap_t cpus);

/* CPU time that programs used between two readings `elapsed_seconds` apart: all but idle time, time
 * of the hypervisor's other guests, and interrupts where these are apart. Never below 0; -1 where
 * it cannot be seen, as where /proc/stat is a container's idea of itself. */
double cpu_times_busy_seconds(const struct cpu_times *before, const struct cpu_times *after,
                              double elapsed_seconds);

/* Whether so much work of others, on so many CPUs in so long a time, disturbs; not where it is -1.
 */
bool cpu_times_is_much(double foreign_seconds, int cpus, double elapsed_seconds);

/* What the hypervisor gave to others; -1: not seen. */
double cpu_times_steal_seconds(const struct cpu_times *before, const struct cpu_times *after);

#endif
