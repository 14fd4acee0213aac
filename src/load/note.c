/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/note.h"

#include "base/clock.h"
#include "load/connection/listen_queue.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

/* Each request is counted where it ends. One that is missing or is there twice is a fault of ours,
 * and what else the row says is in doubt with it. */
static void note_sum(FILE *out, const struct load_result *result)
{
    if (!load_result_adds_up(result))
        fprintf(out,
                "does not add up: %" PRId64 " requests offered, but %" PRId64 " answered + %" PRId64
                " lost + %" PRId64 " failed; ",
                result->offered, result->answered, result->lost, result->failed);
}

static void note_given_up(FILE *out, const struct load_options *options,
                          const struct load_result *result)
{
    if (result->given_up > 0)
        fprintf(out,
                "%" PRId64 " of %" PRId64
                " active connections were given up, after %d failures in a row each; ",
                result->given_up, options->active, LOAD_FAILURES_MAX);
}

/* An open loop's server may have been at work all the time, on what was due before the window. */
static void note_none(FILE *out, const struct load_result *result)
{
    if (result->latency && result->replies > 0)
        fprintf(out,
                "none of the window's own %" PRId64 " requests was answered (%" PRId64
                " earlier ones were meanwhile); ",
                result->offered, result->replies);
    else
        fprintf(out, "none of %" PRId64 " requests was answered%s; ", result->offered,
                result->answered > 0 ? " within the window" : "");
}

/* A row without figures worth the name. */
static void note_unanswered(FILE *out, const struct load_options *options,
                            const struct load_result *result)
{
    if (!result->service || result->interrupted)
        return;
    if (result->offered == 0)
        fputs("no request was due in the window; ", out);
    else if (!load_result_has_reply(result))
        note_none(out, result);
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
    note_given_up(out, options, result);
    note_sum(out, result);
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
           !result->interrupted && load_result_adds_up(result) && load_result_is_answered(result) &&
           !load_result_was_away(result, LOAD_AWAY_WRONG);
}
