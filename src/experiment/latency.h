/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WAITBENCH_EXPERIMENT_LATENCY_H
#define WAITBENCH_EXPERIMENT_LATENCY_H

#include "experiment/run.h"

/* latency.csv and latency-spectrum.csv: the tail at offered rates that are the same for every arm,
 * and of k active connections while N others sleep. */
extern const struct method latency_method;

/* Its `plan` and `prepare` (see struct method). */
int latency_plan(const struct run *run, const struct setting *setting, struct trial_list *list,
                 struct error *error);
int latency_prepare(struct run *run, struct trial_list *plan, struct error *error);

/* The part of `prepare` that comes when it is known what each arm sustains: sets each trial's rate
 * and window, says where one arm is far slower than another, and adds a rate that all keep up with
 * where a foreign one needs it. Returns 0, or -ENOMEM with `error` set. */
int latency_offer(struct run *run, struct trial_list *plan, struct error *error);

#endif
