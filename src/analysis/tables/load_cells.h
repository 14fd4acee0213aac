/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a cell of the terminal's tables of load says of one arm under one load: medians over blocks.
 */
#ifndef WAITBENCH_ANALYSIS_TABLES_LOAD_CELLS_H
#define WAITBENCH_ANALYSIS_TABLES_LOAD_CELLS_H

#include "analysis/summary/trials.h"
#include "base/error.h"

#define LOAD_CELL_SIZE 256

/* Each writes at most LOAD_CELL_SIZE bytes, of which at most 24 characters are used with figures in
 * their units, and leaves the cell alone where nothing was measured. Returns 0, or -EBADMSG with
 * `error` set for a bad number in the file. */

/* Requests/s, marked * where the generator was the limit and the server was not, # where the
 * database was (store_bound.h); CPU per request of
 * the server, and of server and client: "148 k 6.65 us 11.0 us". */
int load_cell_throughput(const struct trial_group *group, char *cell, struct error *error);

/* What the kernel charged at the window's end: "5.44 MiB". */
int load_cell_memory(const struct trial_group *group, char *cell, struct error *error);

/* p50, p99, p99.9, each "-" where it was not measured: "16.5 us 42.7 us 1.20 ms"; where so few were
 * asked for that there is no p99, p50 and that: "7.02 ms p99: too few", "p50: too few samples"; or,
 * where the backlog of some trials grew, p50 and in how many: "3.68 ms overloaded 3/6". */
int load_cell_latency(const struct trial_group *group, char *cell, struct error *error);

/* p50 and p99 of the requests that were not slow: "16.5 us 42.7 us -"; p90 where p99 is withheld:
 * "16.5 us p90: 1.44 ms -". */
int load_cell_others(const struct trial_group *group, char *cell, struct error *error);

#endif
