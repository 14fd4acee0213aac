/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an arm can serve for ever: the highest rate of an open loop at which its backlog does not
 * grow. A closed loop's rate is more than that, since its clients wait for the server: offered that
 * to an open loop's, threads were at 98 % of their CPU and their p99 anywhere from 1 to 180 ms. */
#ifndef WAITBENCH_EXPERIMENT_CAPACITY_H
#define WAITBENCH_EXPERIMENT_CAPACITY_H

#include "experiment/run.h"
#include "load/result.h"

#include <stdbool.h>
#include <stdint.h>

/* Looks for it by bisection between 30 and 105 % of the closed loop's rate (below, where 30 % are
 * not sustained), on a fresh process of the arm at each step: 6 steps leave a bracket of 1.2 %,
 * whose middle it is. A rate is sustained when the window's requests are answered within it but for
 * 2 %, and for what is on its way to clients elsewhere, the window is not overloaded (load/load.h),
 * and the generator keeps up. Each rate is tried
 * twice before it counts as not sustained, since disturbances only ever take away; what noise the
 * result has is common to all blocks and in no interval. Idle connections are left out. Returns 0
 * with `per_second` set, or -errno with `error` set: the arm failed, or an interruption. */
int capacity_find(struct run *run, const struct trial *trial, int steps, double *per_second,
                  struct error *error);

/* Whether an open loop's window says so of its rate; the way to the clients and back takes
 * `path_ns`. */
bool capacity_is_sustained(const struct load_result *result, int64_t path_ns);

/* Whether two trials have the same capacity: the same arm with the same work on as many active
 * connections. */
bool capacity_is_shared(const struct trial *a, const struct trial *b);

/* The same for two arms: whether they are offered shares of one rate. */
bool capacity_is_comparable(const struct trial *a, const struct trial *b);

#endif
