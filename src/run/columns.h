/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of a run's files, in order. They are only ever added, at the end: other people's
 * scripts find them by name, and some by place. results/README.md has a line for each. */
#ifndef WAITBENCH_RUN_COLUMNS_H
#define WAITBENCH_RUN_COLUMNS_H

/* The columns every trial row begins with. */
#define TRIAL_COLUMNS \
    "block", "order", "seed", "scenario", "model", "allocator", "subject", "pid", "valid", "note"

/* What the subject is written in, in the files of trials; they came late and stand at the end. */
#define RUNTIME_COLUMNS "runtime", "runtime_threads", "pair"

/* memory.csv's behind these. */
#define MEMORY_COLUMNS                                                                             \
    "waiters_requested", "waiters", "threads", "stack_bytes", "warm", "work_stack_bytes",          \
        "work_heap_bytes", "hold_bytes", "user_bytes", "heap_bytes", "kernel_stack_bytes",         \
        "page_table_bytes", "kernel_other_bytes", "total_bytes", "charged_bytes",                  \
        "huge_page_bytes", "rss_bytes", "spawn_seconds", "kernel_source", "listen_drops", "store", \
        "store_call", "store_connections", "pool_size", RUNTIME_COLUMNS, "shards"

/* What the load generator knows of a load, in throughput.csv, latency.csv and `waitbench load`'s
 * row. */
#define LOAD_COLUMNS                                                                        \
    "connections", "active", "idle", "payload_bytes", "arrivals", "offered_per_second",     \
        "achieved_per_second", "duration_seconds", "samples", "errors", "p50_ns", "p90_ns", \
        "p99_ns", "p999_ns", "p9999_ns", "max_ns", "service_p50_ns", "service_p99_ns",      \
        "service_p999_ns", "lateness_p99_ns", "lateness_max_ns", "server_cpu_seconds",      \
        "client_cpu_seconds", "context_switches_voluntary", "context_switches_involuntary", \
        "steal_seconds", "server_cpus", "client_cpus", "idle_wait", "client_bound",         \
        "requests_offered", "requests_answered", "requests_lost", "requests_failed",        \
        "client_busy_ratio"

/* Those that came later stand after all others. */
#define LOAD_COLUMNS_LATER                                                                       \
    "protocol", "requests_per_connection", "overloaded", "lateness_p999_ns", "excursions_p99",   \
        "excursions_p999", "longest_stall_ns", "client_run_delay_seconds", "reply_delay_p99_ns", \
        "other_p50_ns", "other_p99_ns", "generator_stalls", "generator_longest_stall_ns",        \
        "generator_stalled_seconds", "client_work_seconds", "reconnects", "backlog_begin",       \
        "backlog_end"

/* Those that came later still. */
#define LOAD_COLUMNS_LAST "connect_seconds", "listen_drops", "connections_hung"

/* The options of server scenarios (run/scenario.h), which are conditions or tell arms apart. */
#define SERVER_OPTION_COLUMNS                                                              \
    "store", "store_call", "store_connections", "store_delay_us", "pool_size", "block_us", \
        "block_every", "block_call"

/* What a server's store did meanwhile. */
#define STORE_COLUMNS "store_connections_used", "store_cpus", "store_cpu_seconds"

/* The columns of throughput.csv and latency.csv. */
#define LOAD_TRIAL_COLUMNS                                                                      \
    TRIAL_COLUMNS, LOAD_COLUMNS, "stack_bytes", "loops", "work_cpu_us", "work_stack_bytes",     \
        "work_heap_bytes", "hold_bytes", "capacity_share", LOAD_COLUMNS_LATER, "rate_basis",    \
        "work_slow_us", "work_slow_every", "work_cache_bytes", "utilisation",                   \
        "server_run_delay_seconds", "charged_bytes", "both_cpu_seconds", "foreign_cpu_seconds", \
        "throttled_seconds", LOAD_COLUMNS_LAST, SERVER_OPTION_COLUMNS, STORE_COLUMNS,           \
        RUNTIME_COLUMNS, "shards", "clients", "other_p90_ns"

/* Those of latency-spectrum.csv. */
#define SPECTRUM_COLUMNS                                                                          \
    TRIAL_COLUMNS, "connections", "active", "idle", "payload_bytes", "arrivals",                  \
        "offered_per_second", "idle_wait", "stack_bytes", "loops", "work_cpu_us",                 \
        "work_stack_bytes", "work_heap_bytes", "hold_bytes", "quantile", "latency_ns", "samples", \
        "rate_basis", "capacity_share", "work_slow_us", "work_slow_every", "work_cache_bytes",    \
        "requests_per_connection", "overloaded", SERVER_OPTION_COLUMNS, "shards", "clients"

/* flow.csv's behind TRIAL_COLUMNS and before the scenarios' options (run/scenario.h); of these,
 * those of so many editions stand before RUNTIME_COLUMNS, and later ones behind. */
#define FLOW_COLUMNS  "metric", "unit", "value"
#define FLOW_EDITIONS 2

#endif
