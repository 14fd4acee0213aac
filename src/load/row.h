/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A load's result as cells of throughput.csv and latency.csv. */
#ifndef WAITBENCH_LOAD_ROW_H
#define WAITBENCH_LOAD_ROW_H

#include "base/csv.h"
#include "load/load.h"

/* Their columns after the common ones, in order; those that only an observer of the server knows
 * (server_cpu_seconds to steal_seconds, server_cpus) stay empty here. */
#define LOAD_COLUMNS                                                                        \
    "connections", "active", "idle", "payload_bytes", "arrivals", "offered_per_second",     \
        "achieved_per_second", "duration_seconds", "samples", "errors", "p50_ns", "p90_ns", \
        "p99_ns", "p999_ns", "p9999_ns", "max_ns", "service_p50_ns", "service_p99_ns",      \
        "service_p999_ns", "lateness_p99_ns", "lateness_max_ns", "server_cpu_seconds",      \
        "client_cpu_seconds", "context_switches_voluntary", "context_switches_involuntary", \
        "steal_seconds", "server_cpus", "client_cpus", "idle_wait", "client_bound",         \
        "requests_offered", "requests_answered", "requests_lost", "requests_failed",        \
        "client_busy_ratio"

/* Those that came later stand after all others, in either file. */
#define LOAD_COLUMNS_LATER                                                                       \
    "protocol", "requests_per_connection", "overloaded", "lateness_p999_ns", "excursions_p99",   \
        "excursions_p999", "longest_stall_ns", "client_run_delay_seconds", "reply_delay_p99_ns", \
        "other_p50_ns", "other_p99_ns", "generator_stalls", "generator_longest_stall_ns",        \
        "generator_stalled_seconds", "client_work_seconds", "reconnects", "backlog_begin",       \
        "backlog_end"

/* Those that came later still: the last columns of either file. */
#define LOAD_COLUMNS_LAST "connect_seconds", "listen_drops", "connections_hung"

/* Sets the cells of the row at hand. Quantiles that are not resolved (load_result_quantile_ns) stay
 * empty, as do p50_ns to max_ns of a closed loop: it has no intended send times. `client_cpus` is
 * text such as "1" or "2-3", or "" if not known. */
void load_row_set(struct csv_writer *writer, const struct load_options *options,
                  const struct load_result *result, const char *client_cpus);

#endif
