/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bill for one more waiter: bytes by component, as slopes over the number of waiters in
 * memory.csv; written as memory-per-waiter.csv. */
#ifndef WAITBENCH_ANALYSIS_SUMMARY_BILL_H
#define WAITBENCH_ANALYSIS_SUMMARY_BILL_H

#include "analysis/statistics/slope.h"
#include "analysis/summary/trials.h"
#include "run/recorded_run.h"

/* user + kernel_stack + page_table + kernel_other = total. heap is the part of user that the
 * subject's allocator holds resident; charged is what the memory cgroup says of the whole. */
enum component {
    COMPONENT_USER,
    COMPONENT_HEAP,
    COMPONENT_KERNEL_STACK,
    COMPONENT_PAGE_TABLE,
    COMPONENT_KERNEL_OTHER,
    COMPONENT_TOTAL,
    COMPONENT_CHARGED,
    COMPONENT_COUNT,
};

/* One arm's bill. Slopes are bytes per waiter; a component that was not measured has no slope. */
struct bill_arm {
    struct trial_group trials; /* gathered by every column that names an arm */
    struct slope components[COMPONENT_COUNT];
};

struct bill {
    const struct csv_table *table; /* memory.csv, the run's; NULL when it was not run */
    struct trial_groups groups;
    struct bill_arm *bills; /* one per arm, ordered by its columns' texts */
    size_t count;
};

/* Works out the bill of the run, which must outlive it. A run without memory.csv has an empty one.
 * Returns 0, or -errno with `error` set (a malformed file: with its line). */
int bill_read(struct bill *bill, const struct recorded_run *run, uint64_t seed,
              struct error *error);

/* Writes RUN_DIR/memory-per-waiter.csv, whole or not at all; nothing for an empty bill. Returns 0
 * or -errno with `error` set. */
int bill_write(const struct bill *bill, const char *run_dir, struct error *error);

/* An arm's trials as points of one component over waiters, for the caller to free; returns how
 * many, or -EBADMSG with `error` set. */
int64_t bill_points(const struct trial_group *trials, enum component component,
                    struct slope_point **points, struct error *error);

/* The same of any column of memory.csv; none where it has no such column. */
int64_t bill_points_in(const struct trial_group *trials, const char *column,
                       struct slope_point **points, struct error *error);

/* "user", "heap", ... as in memory-per-waiter.csv. */
const char *component_name(enum component component);

void bill_finish(struct bill *bill);

#endif
