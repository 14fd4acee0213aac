/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a waiter of each arm takes of memory on this machine, measured before trials are planned
 * that may not fit (memory_slope.h has the rules), once for each arm of a run. The memory is that
 * of both ends of the connections: of the subject, and of the clients that are put into its cgroup.
 */
#ifndef WAITBENCH_EXPERIMENT_MEMORY_SLOPES_H
#define WAITBENCH_EXPERIMENT_MEMORY_SLOPES_H

#include "base/error.h"
#include "experiment/arm.h"
#include "experiment/memory_slope.h"
#include "measure/limits/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct run;

/* "largest" in a plan is no more than this: with more waiters a run would take hours, and a trial
 * of latency be mostly connecting. */
#define MEMORY_SLOPES_LARGEST INT64_C(100000)

struct memory_slopes_entry {
    struct arm arm; /* owned; as a trial of memory has it, in one process */
    bool warm;
    bool tried;
    bool known; /* false: not tried, or it could not be measured, which has been told */
    struct memory_slope slope; /* where it is known */
};

/* On the caller's memory, zeroed; `run` is borrowed, and outlives it. */
struct memory_slopes {
    struct run *run;
    struct memory_slopes_entry *entries;
    size_t count;
};

/* Completes `options`, which are those of the arm, with what a waiter of it takes here, if any of
 * these numbers of waiters (PLAN_LARGEST among them) may take much of the memory that is free, and
 * nothing else is in its way; measures it if need be, and says so on stderr. Otherwise, with a
 * store, and where it could not be measured, the estimate stands. `warm`: the waiters have served.
 * Returns 0; or -errno with `error` set: -EINTR, -ENOMEM. */
int memory_slopes_learn(struct memory_slopes *slopes, const struct arm *arm, bool warm,
                        const int64_t *waiters, size_t count, struct limits_options *options,
                        struct error *error);

/* Frees what was learnt. */
void memory_slopes_finish(struct memory_slopes *slopes);

#endif
