/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/result.h"

#include "base/clock.h"
#include "load/listen_queue.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Below this one, quantiles are no tail: what is beyond them is always joined up. */
#define EXCURSIONS_QUANTILE 0.99

const char *load_error_name(enum load_error_kind kind)
{
    static const char *const names[LOAD_ERROR_KINDS] = {
        [LOAD_ERROR_REFUSED] = "refused", [LOAD_ERROR_RESET] = "reset",
        [LOAD_ERROR_CLOSED] = "closed",   [LOAD_ERROR_WRONG] = "wrong echo",
        [LOAD_ERROR_SILENT] = "silent",   [LOAD_ERROR_SYSTEM] = "system error",
        [LOAD_ERROR_UNSENT] = "unsent",
    };
    return names[kind];
}

int result_init_histograms(struct load_result *result, const struct load_options *options)
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
    result->lost += worker->lost;
    result->failed += worker->failed;
    result->backlog_begin += worker->left_over;
    if (worker->longest_service_ns > result->longest_service_ns)
        result->longest_service_ns = worker->longest_service_ns;
    for (int kind = 0; kind < LOAD_ERROR_KINDS; kind++)
        result->errors[kind] += worker->errors[kind];
    if (worker->first_failed && result->first_error[0] == '\0')
        connection_describe_failure(worker->first_failed, result->first_error,
                                    sizeof result->first_error);
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

bool load_result_was_away(const struct load_result *result, double share)
{
    return result->duration_ns > 0 &&
           (double)result->away_ns >= share * (double)result->duration_ns;
}

static void add_trend(struct trend *sum, const struct trend *trend)
{
    for (size_t i = 0; i < trend->count; i++)
        sum->values[i] += trend->values[i];
    if (trend->count > sum->count)
        sum->count = trend->count;
}

void result_add_worker(struct load_result *result, const struct worker *worker)
{
    add_counts(result, worker);
    add_generator(result, worker);
    add_trend(&result->backlog, &worker->trend);
    histogram_merge(result->service, worker->service);
    histogram_merge(result->reply_delay, worker->reply_delay);
    if (worker->other)
        histogram_merge(result->other, worker->other);
    if (!worker->latency)
        return;
    histogram_merge(result->latency, worker->latency);
    histogram_merge(result->lateness, worker->lateness);
}

int result_add_excursions(struct load_result *result, const struct worker *worker)
{
    if (!result->latency)
        return 0;
    int code = excursions_merge(&result->excursions, &worker->excursions,
                                histogram_quantile_ns(result->latency, EXCURSIONS_QUANTILE));
    if (code == 0 && result->other)
        code = excursions_merge(&result->other_excursions, &worker->other_excursions,
                                histogram_quantile_ns(result->other, EXCURSIONS_QUANTILE));
    return code;
}

/* Whether the generator alone could have made that quantile. */
static bool is_in_doubt(const struct load_result *result, double quantile)
{
    double lateness_ns = (double)histogram_quantile_ns(result->lateness, quantile);
    double service_ns = (double)histogram_quantile_ns(result->service, quantile);
    double beyond_ns = (1 - quantile) * (double)result->duration_ns;
    return lateness_ns > LOAD_LATE_SHARE * service_ns ||
           (double)result->stalls.sum_ns > LOAD_STALLED_SHARE * beyond_ns;
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

void result_conclude(struct load_result *result, const struct load_options *options)
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

int64_t load_result_excursions(const struct load_result *result, double quantile)
{
    if (!result->latency)
        return -1;
    return excursions_beyond(&result->excursions, histogram_quantile_ns(result->latency, quantile),
                             result->duration_ns / EXCURSIONS_SLICES);
}

/* `excursions` is NULL where there are none to count, as for a closed loop. */
static int64_t resolved_ns(const struct load_result *result, const struct histogram *histogram,
                           const struct excursions *excursions, double quantile)
{
    int64_t value_ns = histogram_resolved_ns(histogram, quantile);
    if (value_ns >= 0 && excursions && quantile >= EXCURSIONS_QUANTILE &&
        excursions_beyond(excursions, histogram_quantile_ns(histogram, quantile),
                          result->duration_ns / EXCURSIONS_SLICES) < EXCURSIONS_MIN)
        return -1;
    return value_ns;
}

int64_t load_result_quantile_ns(const struct load_result *result, double quantile)
{
    if (!result->latency)
        return resolved_ns(result, result->service, NULL, quantile);
    return resolved_ns(result, result->latency, &result->excursions, quantile);
}

int64_t load_result_other_ns(const struct load_result *result, double quantile)
{
    if (!result->other)
        return -1;
    return resolved_ns(result, result->other, result->latency ? &result->other_excursions : NULL,
                       quantile);
}

void load_result_finish(struct load_result *result)
{
    histogram_destroy(result->latency);
    histogram_destroy(result->service);
    histogram_destroy(result->lateness);
    histogram_destroy(result->other);
    histogram_destroy(result->reply_delay);
    excursions_finish(&result->excursions);
    excursions_finish(&result->other_excursions);
    result->latency = NULL;
    result->service = NULL;
    result->lateness = NULL;
    result->other = NULL;
    result->reply_delay = NULL;
}

int64_t load_result_error_count(const struct load_result *result)
{
    int64_t count = 0;
    for (int kind = 0; kind < LOAD_ERROR_KINDS; kind++)
        count += result->errors[kind];
    return count;
}

static void note_errors(FILE *out, const struct load_options *options,
                        const struct load_result *result)
{
    const char *separator = "";
    for (int kind = 0; kind < LOAD_ERROR_KINDS; kind++) {
        if (result->errors[kind] == 0)
            continue;
        fprintf(out, "%s%" PRId64 " %s", separator, result->errors[kind],
                load_error_name((enum load_error_kind)kind));
        if (kind == LOAD_ERROR_SILENT)
            fprintf(out, " for %g s", (double)options->patience_ns / (double)NS_PER_SECOND);
        separator = ", ";
    }
    fprintf(out, " (first: %s); ", result->first_error[0] ? result->first_error : "an idle one");
}

/* A connection that is dropped is tried again after one, three and seven seconds. More drops than
 * ours can make are others'. */
#define DROPS_PER_CONNECTION 4

/* The kernel counts for the whole machine. */
static void note_dropped(FILE *out, const struct load_options *options,
                         const struct load_result *result)
{
    char text[256];
    bool connected = result->connected == options->connections;
    if (result->listen_dropped <= 0 ||
        result->listen_dropped >
            DROPS_PER_CONNECTION * (options->connections + result->reconnects) ||
        (connected && result->connect_ns < LISTEN_QUEUE_RETRY_NS && result->reconnects == 0))
        return;
    listen_queue_describe(result->listen_dropped, text, sizeof text);
    if (result->connect_ns >= LISTEN_QUEUE_RETRY_NS)
        fprintf(out,
                "connecting took %.1f s: ", (double)result->connect_ns / (double)NS_PER_SECOND);
    fprintf(out, "%s; ", text);
}

static bool has_reply(const struct load_result *result)
{
    return result->latency ? result->answered > 0 : result->replies > 0;
}

/* A row without figures worth the name. */
static void note_unanswered(FILE *out, const struct load_options *options,
                            const struct load_result *result)
{
    if (!result->service || result->interrupted)
        return;
    if (result->offered == 0)
        fputs("no request was due in the window; ", out);
    else if (!has_reply(result))
        fprintf(out, "none of %" PRId64 " requests was answered%s; ", result->offered,
                result->answered > 0 ? " within the window" : "");
    if (result->hung > 0)
        fprintf(out,
                "%" PRId64 " of %" PRId64 " active connections hang, %" PRId64
                " without a reply since the window began; ",
                result->hung, options->active, result->never_answered);
}

/* A quantile that has its samples and is withheld all the same. */
static void note_joined(FILE *out, const struct load_result *result, double quantile,
                        const char *name)
{
    int64_t beyond = histogram_beyond(result->latency, quantile);
    if (beyond < HISTOGRAM_SAMPLES_BEYOND)
        return;
    int64_t separate = load_result_excursions(result, quantile);
    if (separate < EXCURSIONS_MIN)
        fprintf(out,
                "no %s: the %" PRId64 " requests beyond it are %" PRId64
                " separate event%s (longest without a reply: %.1f ms); ",
                name, beyond, separate, separate == 1 ? "" : "s",
                (double)result->silence_ns / (double)NS_PER_MS);
}

/* Waiting for a CPU tells the kernel's choice of another program from a stop. */
static void note_away(FILE *out, const struct load_result *result)
{
    if (!load_result_was_away(result, LOAD_AWAY_DOUBT))
        return;
    bool waited = 2 * result->client_run_delay_ns >= result->away_ns;
    fprintf(out, "the generator did not run for %.3f s of the %.3f s window: %s; ",
            (double)result->away_ns / (double)NS_PER_SECOND,
            (double)result->duration_ns / (double)NS_PER_SECOND,
            waited ? "its CPU was not free" : "it was stopped, or the machine stood still");
}

static void note_generator(FILE *out, const struct load_result *result)
{
    if (result->late)
        fprintf(out,
                "the generator may have made p99: late by %.1f us at p99, %" PRId64
                " stalls of %.1f ms in all; ",
                (double)histogram_quantile_ns(result->lateness, 0.99) / (double)NS_PER_US,
                result->stalls.count, (double)result->stalls.sum_ns / (double)NS_PER_MS);
    if (result->client_busy >= LOAD_LOADED_BUSY)
        fprintf(out, "the generator was loaded: busy for %.0f %% of the window; ",
                100 * result->client_busy);
}

/* What does not spoil the row but must be known. */
static void note_cautions(FILE *out, const struct load_result *result)
{
    if (result->lost > 0)
        fprintf(out, "%" PRId64 " requests unanswered at the end; ", result->lost);
    note_away(out, result);
    if (!result->latency)
        return;
    bool grew = result->backlog.count > 0 &&
                result->backlog.values[result->backlog.count - 1] > result->backlog_begin;
    if (result->overloaded && !grew)
        fprintf(out,
                "overloaded: for half of the window or more the backlog stood at over %d requests "
                "per active connection; ",
                LOAD_OVERLOAD_PER_CONNECTION);
    else if (result->overloaded)
        fprintf(out, "overloaded: the backlog went from %" PRId64 " to %" PRId64 " requests; ",
                result->backlog_begin, result->backlog.values[result->backlog.count - 1]);
    note_generator(out, result);
    note_joined(out, result, 0.99, "p99");
    note_joined(out, result, 0.999, "p99.9");
    if (histogram_overflow(result->latency) > 0)
        fprintf(out, "%" PRId64 " latencies over an hour; ", histogram_overflow(result->latency));
}

bool load_result_is_answered(const struct load_result *result)
{
    return has_reply(result) && result->hung == 0;
}

static void note_all(FILE *out, const struct load_options *options,
                     const struct load_result *result)
{
    if (result->connected < options->connections)
        fprintf(out, "%" PRId64 " of %" PRId64 " connections were served; ", result->connected,
                options->connections);
    if (result->interrupted)
        fputs("interrupted; ", out);
    if (load_result_error_count(result) > 0)
        note_errors(out, options, result);
    note_unanswered(out, options, result);
    note_dropped(out, options, result);
    note_cautions(out, result);
}

bool load_result_note(const struct load_options *options, const struct load_result *result,
                      char *note, size_t note_bytes)
{
    FILE *out = fmemopen(note, note_bytes, "w");
    note[0] = '\0';
    if (out) {
        note_all(out, options, result);
        fclose(out);
        note[note_bytes - 1] = '\0';
    }
    size_t length = strlen(note);
    if (length >= 2 && strcmp(note + length - 2, "; ") == 0)
        note[length - 2] = '\0';
    return result->connected == options->connections && load_result_error_count(result) == 0 &&
           !result->interrupted && load_result_is_answered(result) &&
           !load_result_was_away(result, LOAD_AWAY_WRONG);
}
