/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A load's result as cells of throughput.csv and latency.csv. */
#ifndef WAITBENCH_LOAD_ROW_H
#define WAITBENCH_LOAD_ROW_H

#include "base/csv.h"
#include "load/load.h"

/* Sets the cells of the row at hand; its columns are LOAD_COLUMNS and what came after
 * (run/columns.h). Those that only an observer of the server knows (server_cpu_seconds to
 * steal_seconds, server_cpus) stay empty. Quantiles that are not resolved (load_result_quantile_ns)
 * stay empty, as do p50_ns to max_ns of a closed loop: it has no intended send times. `client_cpus`
 * is text such as "1" or "2-3", or "" if not known. */
void load_row_set(struct csv_writer *writer, const struct load_options *options,
                  const struct load_result *result, const char *client_cpus);

#endif
