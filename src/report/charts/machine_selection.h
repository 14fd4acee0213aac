/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rows of compare.csv each chart of a comparison shows, and how soon a reader asks for them:
 * see machine_lines.h. */
#ifndef WAITBENCH_REPORT_CHARTS_MACHINE_SELECTION_H
#define WAITBENCH_REPORT_CHARTS_MACHINE_SELECTION_H

#include "base/csv.h"

#include <stdbool.h>
#include <stddef.h>

/* All bytes per waiter of each program. */
bool machine_shows_memory(const struct csv_table *table, size_t row);

/* What each program answers, without work. */
bool machine_shows_throughput(const struct csv_table *table, size_t row);

/* Three percentiles of each program, at equal rates and without work. */
bool machine_shows_latency(const struct csv_table *table, size_t row);

/* Of all these, threads over one loop: what travels best between machines. */
bool machine_shows_ratio(const struct csv_table *table, size_t row);

/* From 0 on, the soonest first. */
int machine_place_of_memory(const struct csv_table *table, size_t row);
int machine_place_of_throughput(const struct csv_table *table, size_t row);
int machine_place_of_latency(const struct csv_table *table, size_t row);
int machine_place_of_ratio(const struct csv_table *table, size_t row);

#endif
