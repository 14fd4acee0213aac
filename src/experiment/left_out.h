/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this machine's limits forbid and nobody asked for by number is left out, and said to be. */
#ifndef WAITBENCH_EXPERIMENT_LEFT_OUT_H
#define WAITBENCH_EXPERIMENT_LEFT_OUT_H

#include "base/error.h"
#include "experiment/plan.h"
#include "measure/limits/limits.h"

#include <stdint.h>

/* Warns that so many waiters of that model, and more, are left out of the experiment, once a model.
 * `limit` says why. Plans are made from few waiters to many: a smaller number is told, too. */
void left_out_waiters(struct plan *plan, const char *experiment, enum limits_model model,
                      int64_t waiters, const struct error *limit);

/* Warns that a program is left out. */
void left_out_program(struct plan *plan, const char *experiment, const struct error *limit);

#endif
