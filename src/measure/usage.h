/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a running process has used so far, read from outside. */
#ifndef WAITBENCH_MEASURE_USAGE_H
#define WAITBENCH_MEASURE_USAGE_H

#include <stdint.h>
#include <sys/types.h>

/* Context switches are kept per thread, one file each. With more threads than this, reading them
 * would take so long that it disturbs what is measured, and they count as not measured. */
#define USAGE_THREADS_MAX 1100

struct usage {
    int64_t cpu_ns;               /* of all its threads, ended ones too; user and system */
    int64_t switches_voluntary;   /* of its living threads; -1: not measured */
    int64_t switches_involuntary; /* the same */
};

/* Reads the CPU clock alone: a system call. Returns 0 or -errno, leaving the rest as it was. */
int usage_read_cpu(pid_t pid, struct usage *usage);

/* Reads the switches alone: a file per thread. Returns 0, with -1 where they are not measured, or
 * -errno. */
int usage_read_switches(pid_t pid, struct usage *usage);

/* How many threads the kernel counts, or -1 when the process is gone. */
int64_t usage_threads(pid_t pid);

/* `after` - `before`, switches -1 unless both were measured. */
struct usage usage_difference(const struct usage *before, const struct usage *after);

#endif
