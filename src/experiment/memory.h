/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WAITBENCH_EXPERIMENT_MEMORY_H
#define WAITBENCH_EXPERIMENT_MEMORY_H

#include "experiment/run.h"
#include "measure/memory/memory.h"

/* memory.csv: what N idle connections cost, cold and warm. */
extern const struct method memory_method;

/* Its `plan` (see struct method). */
int memory_plan(const struct run *run, const struct setting *setting, struct trial_list *list,
                struct error *error);

/* A trial without a row: so many waiters and both ends of their connections, all of which `bill`
 * then has: the clients are put into the trial's cgroup before they connect. Returns 0 or -errno
 * with `error` set. Leaves nothing running. */
int memory_try(struct run *run, const struct trial *trial, struct memory_bill *bill,
               struct error *error);

#endif
