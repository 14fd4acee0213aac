/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WAITBENCH_EXPERIMENT_MEMORY_H
#define WAITBENCH_EXPERIMENT_MEMORY_H

#include "experiment/run.h"

/* memory.csv: what N idle connections cost, cold and warm. */
extern const struct method memory_method;

/* Its `plan` (see struct method). */
int memory_plan(const struct run *run, const struct setting *setting, struct trial_list *list,
                struct error *error);

#endif
