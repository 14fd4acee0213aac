/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trials whose database was the limit: what they achieve is the database's figure, and the same for
 * every program. */
#ifndef WAITBENCH_ANALYSIS_SUMMARY_STORE_BOUND_H
#define WAITBENCH_ANALYSIS_SUMMARY_STORE_BOUND_H

#include "analysis/summary/trials.h"
#include "base/error.h"

/* Whether the row's database was busy for 90 % of the window or more: its connections, each of
 * which answers one query at a time and takes `store_delay_us` at least, or the CPUs that it has to
 * itself. Returns 1 or 0, or -EBADMSG with `error` set for a bad number. */
int store_bound_is(const struct csv_table *trials, size_t row, struct error *error);

/* How many CPUs the server has, where its database runs on them, too; 0 where it does not, or has
 * no processes. */
size_t store_shared_cpus(const struct csv_table *trials, size_t row);

/* Adds the group's trials that are. Returns 0 or -EBADMSG with `error` set. */
int store_bound_count(const struct trial_group *group, size_t *bound, struct error *error);

#endif
