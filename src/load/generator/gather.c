/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/generator/gather.h"

#include "base/clock.h"

#include <errno.h>
#include <string.h>

int gather_begin(struct load_result *result, const struct load_options *options)
{
    bool open = !options->closed;
    result->service = histogram_create();
    result->reply_delay = histogram_create();
    result->latency = open ? histogram_create() : NULL;
    result->lateness = open ? histogram_create() : NULL;
    result->other = options->slow_every > 0 ? histogram_create() : NULL;
    bool whole = result->service && result->reply_delay &&
                 (!open || (result->latency && result->lateness)) &&
                 (options->slow_every <= 0 || result->other);
    return whole ? 0 : -ENOMEM;
}

static void add_counts(struct load_result *result, const struct worker *worker)
{
    result->offered += worker->offered;
    result->answered += worker->answered;
    result->replies += worker->replies;
    result->punctual += worker->punctual;
    result->reconnects += worker->reconnects;
    result->repeated += worker->repeated;
    result->given_up += worker->given_up;
    result->lost += worker->lost;
    result->failed += worker->failed;
    result->backlog_begin += worker->left_over;
    if (worker->longest_service_ns > result->longest_service_ns)
        result->longest_service_ns = worker->longest_service_ns;
    for (int kind = 0; kind < LOAD_ERROR_KINDS; kind++)
        result->errors[kind] += worker->errors[kind];
    if (result->first_error[0] == '\0')
        memcpy(result->first_error, worker->first_error, sizeof result->first_error);
}

/* Of the generator itself. Stalls of several threads add up: each is late for its own part of the
 * requests. */
static void add_generator(struct load_result *result, const struct worker *worker)
{
    const struct stalls *stalls = &worker->stalls;
    result->client_cpu_seconds += worker->cpu_seconds;
    result->client_work_seconds += worker->work_seconds;
    if (worker->busy > result->client_busy)
        result->client_busy = worker->busy;
    if (worker->run_delay_ns < 0 || result->client_run_delay_ns < 0)
        result->client_run_delay_ns = -1;
    else
        result->client_run_delay_ns += worker->run_delay_ns;
    result->stalls.count += stalls->count;
    result->stalls.sum_ns += stalls->sum_ns;
    if (stalls->longest_ns > result->stalls.longest_ns)
        result->stalls.longest_ns = stalls->longest_ns;
    if (worker->silence_ns > result->silence_ns)
        result->silence_ns = worker->silence_ns;
    if (worker->away_ns > result->away_ns)
        result->away_ns = worker->away_ns;
}

void gather_worker(struct load_result *result, const struct worker *worker)
{
    add_counts(result, worker);
    add_generator(result, worker);
    trend_add(&result->backlog, &worker->trend);
    histogram_merge(result->service, worker->service);
    histogram_merge(result->reply_delay, worker->reply_delay);
    if (worker->other)
        histogram_merge(result->other, worker->other);
    if (!worker->latency)
        return;
    histogram_merge(result->latency, worker->latency);
    histogram_merge(result->lateness, worker->lateness);
}

/* What lies beyond the quantile of several generators' requests, only they can tell together. */
static int64_t lowest_tail_ns(const struct histogram *histogram, double quantile,
                              const struct load_options *options)
{
    return options->part.of > 1 ? 0 : histogram_quantile_ns(histogram, quantile);
}

int gather_excursions(struct load_result *result, const struct worker *worker,
                      const struct load_options *options)
{
    if (!result->latency)
        return 0;
    int code = excursions_merge(&result->excursions, &worker->excursions,
                                lowest_tail_ns(result->latency, LOAD_TAIL_QUANTILE, options));
    if (code == 0 && result->other)
        code = excursions_merge(&result->other_excursions, &worker->other_excursions,
                                lowest_tail_ns(result->other, LOAD_OTHERS_TAIL_QUANTILE, options));
    return code;
}

/* Whether the generator alone could have made that quantile. */
static bool is_in_doubt(const struct load_result *result, double quantile)
{
    double lateness_ns = (double)histogram_quantile_ns(result->lateness, quantile);
    double service_ns = (double)histogram_quantile_ns(result->service, quantile);
    double beyond_ns = (1 - quantile) * (double)result->duration_ns;
    /* A stall of one of several delays its own share of the requests. */
    double stalled_ns =
        (double)result->stalls.sum_ns / (double)(result->generators > 1 ? result->generators : 1);
    return lateness_ns > LOAD_LATE_SHARE * service_ns ||
           stalled_ns > LOAD_STALLED_SHARE * beyond_ns;
}

static bool backlog_grows(const struct load_result *result)
{
    double growth = trend_growth(&result->backlog);
    double median_ns = (double)histogram_quantile_ns(result->latency, 0.5);
    double per_ns = (double)result->offered / (double)result->duration_ns;
    return growth > LOAD_OVERLOAD_REQUESTS &&
           growth > LOAD_OVERLOAD_ERRORS * trend_growth_error(&result->backlog) &&
           growth > median_ns * per_ns;
}

static bool backlog_stands(const struct load_result *result, const struct load_options *options)
{
    double per_us = (double)result->offered / ((double)result->duration_ns / (double)NS_PER_US);
    double bound =
        LOAD_OVERLOAD_PER_CONNECTION * (double)options->active + (double)options->slow_us * per_us;
    return trend_middle(&result->backlog) > bound;
}

static void conclude_open(struct load_result *result, const struct load_options *options)
{
    result->overloaded = result->offered > 0 && result->duration_ns > 0 &&
                         (backlog_grows(result) || backlog_stands(result, options));
    result->client_bound = result->client_busy >= LOAD_LOADED_BUSY;
    result->late = histogram_resolved_ns(result->latency, 0.99) >= 0 && is_in_doubt(result, 0.99);
}

void gather_conclude(struct load_result *result, const struct load_options *options)
{
    bool open = result->latency != NULL;
    int64_t achieved = open ? result->punctual : result->replies;
    if (result->duration_ns > 0)
        result->achieved_per_second =
            (double)achieved * (double)NS_PER_SECOND / (double)result->duration_ns;
    result->client_bound = result->client_busy >= LOAD_BOUND_BUSY;
    if (open)
        conclude_open(result, options);
    result->client_bound = result->client_bound || load_result_was_away(result, LOAD_AWAY_DOUBT);
}
