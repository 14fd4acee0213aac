/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which arms of a run are set against which. Always threads against loop and loops of one pair
 * (run/pair.h), whatever way these go about it, with the same allocator: claims rest on them. A
 * pool of threads is set against both, and casts no vote. Foreign subjects are set against each of
 * ours and against one another: every two of a few, each against the first of many. Where a
 * baseline was chosen, every other arm is set against it instead. */
#ifndef WAITBENCH_ANALYSIS_SUMMARY_OPPONENTS_H
#define WAITBENCH_ANALYSIS_SUMMARY_OPPONENTS_H

#include "analysis/summary/trials.h"
#include "run/recorded_run.h"

#include <stdbool.h>

/* Up to so many foreign subjects every pair of them is compared: six pairs. With sixteen they would
 * be 120, of which nobody reads half. */
#define OPPONENTS_ALL_MAX 4

struct opponents {
    /* The foreign subjects of the run, in the order in which the command line named them; those
     * that machine.json does not name, by name, behind them. */
    char **foreign;
    size_t count;
    char *baseline; /* what the others are set against; NULL: every pair */
    /* Of more than OPPONENTS_ALL_MAX of them: the allocator of our loop, which each is set against
     * alone. NULL where they are few, where a baseline was chosen, or where it took no part. */
    const char *loop_allocator;
    bool chosen; /* somebody chose it, on this or on the run's own command line */
};

/* Looks through the groups of the run's experiments, of which there are `count`. `chosen` is the
 * baseline that was asked for; NULL takes the one that machine.json says the run was asked for, if
 * any. Returns 0, or -ENODATA with `error` naming the arms there are when none is called so. */
int opponents_find(struct opponents *opponents, const struct recorded_run *run, const char *chosen,
                   const struct trial_groups *const *experiments, size_t count,
                   struct error *error);

/* Whether a / b is such a pair, of two groups of one setting. */
bool opponents_are_pair(const struct opponents *opponents, const struct trial_group *a,
                        const struct trial_group *b);

/* Threads against loop or loops, both of one pair and with one allocator. Where a loop has several
 * ways to call what blocks, each is such a pair. */
bool opponents_are_of_one_pair(const struct trial_group *a, const struct trial_group *b);

/* Threads against a pool of threads, likewise. */
bool opponents_are_with_pool(const struct trial_group *a, const struct trial_group *b);

/* Whether that pair is one of many that nobody would read: foreign subjects are set against our
 * loop alone then, and not against each of our programs, or one another. What claims rest on never
 * is. */
bool opponents_are_spared(const struct opponents *opponents, const struct trial_group *a,
                          const struct trial_group *b);

void opponents_finish(struct opponents *opponents);

#endif
