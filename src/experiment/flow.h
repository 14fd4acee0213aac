/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WAITBENCH_EXPERIMENT_FLOW_H
#define WAITBENCH_EXPERIMENT_FLOW_H

#include "experiment/run.h"

/* flow.csv: what control flow costs. Programs that are not servers: each runs its scenario,
 * verifies its own answer, prints its figures, and ends. One row per figure. */
extern const struct method flow_method;

/* Its `plan` (see struct method). */
int flow_plan(const struct run *run, const struct setting *setting, struct trial_list *list,
              struct error *error);

#endif
