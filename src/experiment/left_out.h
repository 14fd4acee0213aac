/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a machine's limits do not allow. Of the plans that come with waitbench it is told and left
 * out, since the numbers are ours and not the user's; what somebody asked for is refused. */
#ifndef WAITBENCH_EXPERIMENT_LEFT_OUT_H
#define WAITBENCH_EXPERIMENT_LEFT_OUT_H

#include "experiment/run.h"

/* Arms of that model with so many waiters. `limit` says why, and `fault` is what limits_check
 * returned. Told once for each model, of the fewest. Returns 0, or `fault` with `error` set where
 * it was asked for: with file and line, if in a plan. */
int left_out_waiters(const struct run *run, struct trial_list *list, const struct setting *setting,
                     enum model model, int64_t waiters, int fault, const struct error *limit,
                     struct error *error);

/* The same of an arm, by these limits. What a foreign one was measured to take is its own: told
 * whatever was told of others of its model. */
int left_out_arm(const struct run *run, struct trial_list *list, const struct setting *setting,
                 const struct arm *arm, const struct limits *limits, int64_t waiters, int fault,
                 const struct error *limit, struct error *error);

/* A setting whose store is not to be had here. Told once for each reason. */
int left_out_store(struct run *run, struct trial_list *list, const struct setting *setting,
                   int fault, const struct error *why, struct error *error);

/* The same of a program. */
int left_out_program(const struct run *run, struct trial_list *list, const struct setting *setting,
                     int fault, const struct error *limit, struct error *error);

#endif
