/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which trials of a run are one arm, and which two arms are a pair. */
#ifndef WAITBENCH_COMPARE_SUBJECTS_H
#define WAITBENCH_COMPARE_SUBJECTS_H

#include "analysis/summary/trials.h"

#include <stdbool.h>

/* Gathers the trials of an experiment (EXPERIMENT_MEMORY, ...) by arm and conditions; memory's over
 * all numbers of waiters, through which its slopes go. They are
 * ordered by conditions, numbers by size, then by arm. Returns 0 or -EBADMSG with `error` set. */
int subjects_gather(struct trial_groups *groups, int experiment, const struct csv_table *table,
                    struct error *error);

/* Whether a column is a condition under which both arms of a pair were measured. */
bool subjects_is_condition(int experiment, const char *column);

/* Threads over loop or loops: programs of one pair with one allocator, under equal conditions. */
bool subjects_are_pair(int experiment, const struct trial_group *a, const struct trial_group *b);

#endif
