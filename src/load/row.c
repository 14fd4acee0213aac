/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/row.h"

#include "base/clock.h"

static void set_quantile(struct csv_writer *writer, const char *column,
                         const struct histogram *histogram, double quantile)
{
    int64_t value_ns = histogram_resolved_ns(histogram, quantile);
    if (value_ns >= 0)
        csv_set_int64(writer, column, value_ns);
}

static void set_maximum(struct csv_writer *writer, const char *column,
                        const struct histogram *histogram)
{
    if (histogram_count(histogram) > 0)
        csv_set_int64(writer, column, histogram_max_ns(histogram));
}

static void set_load(struct csv_writer *writer, const struct load_options *options,
                     const char *client_cpus)
{
    csv_set_int64(writer, "connections", options->connections);
    csv_set_int64(writer, "active", options->active);
    csv_set_int64(writer, "idle", options->connections - options->active);
    if (protocol_find_option(options->protocol, "size"))
        csv_set_int64(writer, "payload_bytes", options->size_bytes);
    csv_set_text(writer, "arrivals",
                 options->closed ? "closed" : (options->constant ? "constant" : "poisson"));
    if (!options->closed)
        csv_set_double(writer, "offered_per_second", options->rate_per_second);
    csv_set_text(writer, "protocol", options->protocol->name);
    csv_set_int64(writer, "requests_per_connection", options->requests_per_connection);
    csv_set_text(writer, "idle_wait", options->block ? "block" : "spin");
    csv_set_text(writer, "client_cpus", client_cpus);
}

static void set_resolved(struct csv_writer *writer, const char *column,
                         const struct load_result *result, double quantile)
{
    int64_t value_ns = load_result_quantile_ns(result, quantile);
    if (value_ns >= 0)
        csv_set_int64(writer, column, value_ns);
}

static void set_latency(struct csv_writer *writer, const struct load_result *result)
{
    set_resolved(writer, "p50_ns", result, 0.5);
    set_resolved(writer, "p90_ns", result, 0.9);
    set_resolved(writer, "p99_ns", result, 0.99);
    set_resolved(writer, "p999_ns", result, 0.999);
    set_resolved(writer, "p9999_ns", result, 0.9999);
    set_maximum(writer, "max_ns", result->latency);
    set_quantile(writer, "lateness_p99_ns", result->lateness, 0.99);
    set_quantile(writer, "lateness_p999_ns", result->lateness, 0.999);
    set_maximum(writer, "lateness_max_ns", result->lateness);
    csv_set_int64(writer, "excursions_p99", load_result_excursions(result, 0.99));
    csv_set_int64(writer, "excursions_p999", load_result_excursions(result, 0.999));
    csv_set_int64(writer, "overloaded", result->overloaded);
    csv_set_int64(writer, "backlog_begin", result->backlog_begin);
    if (result->backlog.count > 0)
        csv_set_int64(writer, "backlog_end", result->backlog.values[result->backlog.count - 1]);
}

/* A service time's tail is worth no more than the latency's: the same events make both. */
static void set_service(struct csv_writer *writer, const struct load_result *result)
{
    bool open = result->latency != NULL;
    csv_set_int64(writer, "samples", histogram_count(result->service));
    set_quantile(writer, "service_p50_ns", result->service, 0.5);
    if (!open || load_result_quantile_ns(result, 0.99) >= 0)
        set_quantile(writer, "service_p99_ns", result->service, 0.99);
    if (!open || load_result_quantile_ns(result, 0.999) >= 0)
        set_quantile(writer, "service_p999_ns", result->service, 0.999);
}

static void set_other(struct csv_writer *writer, const char *column,
                      const struct load_result *result, double quantile)
{
    int64_t value_ns = load_result_other_ns(result, quantile);
    if (value_ns >= 0)
        csv_set_int64(writer, column, value_ns);
}

static void set_generator(struct csv_writer *writer, const struct load_result *result)
{
    const struct stalls *stalls = &result->stalls;
    csv_set_int64(writer, "longest_stall_ns", result->silence_ns);
    csv_set_int64(writer, "generator_stalls", stalls->count);
    csv_set_int64(writer, "generator_longest_stall_ns", stalls->longest_ns);
    csv_set_double(writer, "generator_stalled_seconds",
                   (double)stalls->sum_ns / (double)NS_PER_SECOND);
    csv_set_double(writer, "client_work_seconds", result->client_work_seconds);
    if (result->client_run_delay_ns >= 0)
        csv_set_double(writer, "client_run_delay_seconds",
                       (double)result->client_run_delay_ns / (double)NS_PER_SECOND);
    set_quantile(writer, "reply_delay_p99_ns", result->reply_delay, 0.99);
    set_other(writer, "other_p50_ns", result, 0.5);
    set_other(writer, "other_p90_ns", result, 0.9);
    set_other(writer, "other_p99_ns", result, 0.99);
}

static void set_counts(struct csv_writer *writer, const struct load_result *result)
{
    csv_set_double(writer, "achieved_per_second", result->achieved_per_second);
    csv_set_double(writer, "duration_seconds", (double)result->duration_ns / (double)NS_PER_SECOND);
    csv_set_double(writer, "client_cpu_seconds", result->client_cpu_seconds);
    csv_set_int64(writer, "client_bound", result->client_bound);
    csv_set_double(writer, "client_busy_ratio", result->client_busy);
    csv_set_int64(writer, "requests_offered", result->offered);
    csv_set_int64(writer, "requests_answered", result->answered);
    csv_set_int64(writer, "requests_lost", result->lost);
    csv_set_int64(writer, "requests_failed", result->failed);
    csv_set_int64(writer, "reconnects", result->reconnects);
    csv_set_int64(writer, "connections_hung", result->hung);
}

static void set_connecting(struct csv_writer *writer, const struct load_result *result)
{
    csv_set_double(writer, "connect_seconds", (double)result->connect_ns / (double)NS_PER_SECOND);
    if (result->listen_dropped >= 0)
        csv_set_int64(writer, "listen_drops", result->listen_dropped);
}

void load_row_set(struct csv_writer *writer, const struct load_options *options,
                  const struct load_result *result, const char *client_cpus)
{
    set_load(writer, options, client_cpus);
    csv_set_int64(writer, "errors", load_result_error_count(result));
    set_connecting(writer, result);
    /* Without histograms nothing was measured, and every figure stays empty. */
    if (!result->service || result->duration_ns == 0)
        return;
    set_counts(writer, result);
    set_service(writer, result);
    set_generator(writer, result);
    if (result->latency) {
        set_latency(writer, result);
        csv_set_int64(writer, "samples", histogram_count(result->latency));
    }
}
