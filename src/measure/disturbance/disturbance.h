/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What disturbs a measurement: settings that spoil it from the start, and what happened meanwhile.
 * A run judges the machine's state before it begins, and the change over each trial and over
 * itself.
 *
 * disturbance.c takes the snapshots; lists and judgements are in judge.c. */
#ifndef WAITBENCH_MEASURE_DISTURBANCE_DISTURBANCE_H
#define WAITBENCH_MEASURE_DISTURBANCE_DISTURBANCE_H

#include "measure/cgroup/cpu_quota.h"
#include "measure/disturbance/cpu_times.h"

#include <hwloc.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Thresholds over which something is called a disturbance. */
#define DISTURBANCE_STEAL_SHARE            0.01 /* of the CPUs' time */
#define DISTURBANCE_LOAD_LEAST             0.5  /* and over 5 % of the CPUs */
#define DISTURBANCE_INVOLUNTARY_PER_SECOND 100.0
#define DISTURBANCE_COMFORTABLE_CPUS       4
#define DISTURBANCE_WALL_SECONDS           0.1   /* that the wall clock was set by */
#define DISTURBANCE_STEERED_SHARE          0.001 /* of the time: what histograms resolve */

/* A moment. Numbers are -1 and texts empty where they cannot be seen. */
struct disturbance_snapshot {
    int64_t time_ns;
    int cpus;              /* how many CPUs were looked at */
    double load_average;   /* of one minute */
    int64_t steal_ms;      /* of those CPUs since boot, in steps of 10 */
    int64_t throttled;     /* thermal throttling events of those CPUs since boot */
    int64_t involuntary;   /* context switches of the process's living threads */
    int64_t swapped_pages; /* in and out, since boot */
    int64_t swap_used_bytes;
    int64_t wall_ahead_ns; /* of the wall clock before CLOCK_MONOTONIC: moves when it is set */
    int64_t steered_ns;    /* of CLOCK_MONOTONIC before the raw one: moves when it is steered */
    int64_t suspended_ns;  /* since boot, in which CLOCK_MONOTONIC stood */
    int64_t own_ns;        /* CPU time of this process and of its children that were reaped */
    struct cpu_times times;
    struct cpu_quota quota;
    char governor[64]; /* "mixed" where the CPUs differ */
    char huge_pages[64];
    char clock_source[64];
};

struct disturbance_change {
    double elapsed_seconds;
    double steal_seconds;   /* these four are -1 where they cannot be seen */
    double foreign_seconds; /* CPU time of programs that are none of ours */
    int64_t involuntary;
    int64_t swapped_pages;
};

/* One thing to tell: what, in a sentence, and what to do about it (a command where there is one).
 */
struct disturbance {
    const char *name;
    char text[256];
    const char *fix;
};

#define DISTURBANCE_CAPACITY 20

struct disturbance_list {
    struct disturbance entries[DISTURBANCE_CAPACITY];
    size_t count;
};

/* Takes a snapshot below `root` ("" for this machine) of `cpus`, and of process `pid` (0: none). It
 * reads one file for each thread of the process, so take it outside what is timed. */
void disturbance_take(struct disturbance_snapshot *snapshot, const char *root,
                      hwloc_const_bitmap_t cpus, pid_t pid);

/* Appends one: `name` and `fix` are kept as they are, the text is formatted and cut to fit. A full
 * list stays as it is. */
void disturbance_add(struct disturbance_list *list, const char *name, const char *fix,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Appends what would spoil a run that begins in this state. Take the snapshot before any load of
 * our own, which counts in the load average too. */
void disturbance_judge_state(const struct disturbance_snapshot *snapshot,
                             struct disturbance_list *list);

/* Works out the change between two snapshots of the same CPUs and process, and appends what
 * disturbed. Give it a generator's process: a server of many threads on few CPUs is switched out by
 * nature. Whatever ran between the two for us must have ended and been reaped, or it counts as
 * others' work. `change` may be NULL. */
void disturbance_judge_change(const struct disturbance_snapshot *before,
                              const struct disturbance_snapshot *after,
                              struct disturbance_change *change, struct disturbance_list *list);

#endif
