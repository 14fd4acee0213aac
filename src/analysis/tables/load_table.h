/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Throughput and latency for the terminal: a line per load, a column per arm, medians over blocks;
 * lines of one kind of work below its name. */
#ifndef WAITBENCH_ANALYSIS_TABLES_LOAD_TABLE_H
#define WAITBENCH_ANALYSIS_TABLES_LOAD_TABLE_H

#include "base/error.h"
#include "run/recorded_run.h"

#include <stdio.h>

/* Prints what the run has of throughput.csv and latency.csv, at most 100 columns wide: more
 * than three arms make further tables; nothing for what was not run. Returns 0, or -errno with
 * `error` set for a malformed file.
 */
int load_table_print(const struct recorded_run *run, FILE *out, struct error *error);

#endif
