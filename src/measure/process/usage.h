/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a running process has used so far, read from outside. */
#ifndef WAITBENCH_MEASURE_PROCESS_USAGE_H
#define WAITBENCH_MEASURE_PROCESS_USAGE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct usage {
    int64_t cpu_ns; /* of all its threads, ended ones too; user and system */
    /* Of its living threads; -1: not measured, as where some ended meanwhile. */
    int64_t switches_voluntary;
    int64_t switches_involuntary;
    int64_t run_delay_ns; /* runnable, but waiting for a CPU (proc(5), schedstat) */
};

/* Reads all of it. Never within a measured window: the CPU clock of a process adds up its threads
 * (5 ms for 19,000 of them), and the rest takes two files per thread. Returns 0 or -errno. */
int usage_read(pid_t pid, struct usage *usage);

/* CPU time of these processes, and of children of theirs that were reaped (in steps of 10 ms); -1
 * when the first is gone. The others may go at any time. */
int64_t usage_family_ns(const pid_t *pids, size_t count);

/* CPU time of this process and of all its children that were reaped. Cheap. */
int64_t usage_own_ns(void);

/* How many threads the kernel counts, or -1 when the process is gone. */
int64_t usage_threads(pid_t pid);

/* The `share` (0 to 1) of what was used between the two; -1 for what was not measured in both. */
struct usage usage_between(const struct usage *before, const struct usage *after, double share);

#endif
