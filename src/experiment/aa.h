/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A/A: an arm against itself, through the same path as any two. Whatever differs then is noise, so
 * this tests the statistics, the runner and the machine at once. */
#ifndef WAITBENCH_EXPERIMENT_AA_H
#define WAITBENCH_EXPERIMENT_AA_H

#include "base/error.h"
#include "experiment/trial_list.h"

#include <stddef.h>

/* What stands for a kind of setting is the one that is nearest to these, in factors. */
#define AA_WAITERS 1000.0
#define AA_ACTIVE  100.0
#define AA_IDLE    10000.0
#define AA_SHARE   0.5 /* of what an arm sustains */

/* Reduces an experiment's plan to threads and the loop of each scenario (or the first program where
 * there is neither) and the foreign subjects, and of their settings to one of each kind: kinds
 * differ in the work, the stack, the payload, warmth, whether others sleep; settings of one kind
 * in how many and how much. Adds each of these trials a second time as SUBJECT-again. So a run
 * tests every path and takes about as long as one of different arms. Writes which programs were
 * kept to `kept`, as "echo-threads, echo-loop". Returns 0 or -errno with `error` set. */
int aa_plan(struct trial_list *plan, char *kept, size_t size, struct error *error);

#endif
