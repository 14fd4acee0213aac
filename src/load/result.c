/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/result.h"

#include "base/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

int result_init_histograms(struct load_result *result, bool closed)
{
    result->service = histogram_create();
    result->latency = closed ? NULL : histogram_create();
    result->lateness = closed ? NULL : histogram_create();
    bool whole = result->service && (closed || (result->latency && result->lateness));
    return whole ? 0 : -ENOMEM;
}

void result_add_worker(struct load_result *result, const struct worker *worker)
{
    result->offered += worker->offered;
    result->answered += worker->answered;
    result->replies += worker->replies;
    result->lost += worker->lost;
    result->failed += worker->failed;
    for (int kind = 0; kind < LOAD_ERROR_KINDS; kind++)
        result->errors[kind] += worker->errors[kind];
    if (worker->first_failed && result->first_error[0] == '\0')
        connection_describe_failure(worker->first_failed, result->first_error,
                                    sizeof result->first_error);
    histogram_merge(result->service, worker->service);
    if (worker->latency) {
        histogram_merge(result->latency, worker->latency);
        histogram_merge(result->lateness, worker->lateness);
    }
    result->client_cpu_seconds += worker->cpu_seconds;
    if (worker->busy > result->client_busy)
        result->client_busy = worker->busy;
}

void result_conclude(struct load_result *result)
{
    if (result->duration_ns > 0)
        result->achieved_per_second =
            (double)result->replies * (double)NS_PER_SECOND / (double)result->duration_ns;
    result->client_bound = result->client_busy >= LOAD_BOUND_BUSY;
    result->late = result->latency &&
                   (double)histogram_quantile_ns(result->lateness, 0.99) >
                       LOAD_LATE_SHARE * (double)histogram_quantile_ns(result->latency, 0.99);
}

void load_result_finish(struct load_result *result)
{
    histogram_destroy(result->latency);
    histogram_destroy(result->service);
    histogram_destroy(result->lateness);
    result->latency = NULL;
    result->service = NULL;
    result->lateness = NULL;
}

int64_t load_result_error_count(const struct load_result *result)
{
    int64_t count = 0;
    for (int kind = 0; kind < LOAD_ERROR_KINDS; kind++)
        count += result->errors[kind];
    return count;
}

static void note_errors(FILE *out, const struct load_result *result)
{
    const char *separator = "";
    for (int kind = 0; kind < LOAD_ERROR_KINDS; kind++) {
        if (result->errors[kind] == 0)
            continue;
        fprintf(out, "%s%" PRId64 " %s", separator, result->errors[kind],
                load_error_name((enum load_error_kind)kind));
        separator = ", ";
    }
    fprintf(out, " (first: %s); ", result->first_error[0] ? result->first_error : "an idle one");
}

/* What does not spoil the row but must be known. */
static void note_cautions(FILE *out, const struct load_result *result)
{
    if (result->lost > 0)
        fprintf(out, "%" PRId64 " requests unanswered at the end; ", result->lost);
    if (result->late)
        fprintf(out, "the generator was late: p99 of lateness over %.0f %% of p99; ",
                100 * LOAD_LATE_SHARE);
    if (result->latency && histogram_overflow(result->latency) > 0)
        fprintf(out, "%" PRId64 " latencies over an hour; ", histogram_overflow(result->latency));
}

bool load_result_note(const struct load_options *options, const struct load_result *result,
                      char *note, size_t note_bytes)
{
    FILE *out = fmemopen(note, note_bytes, "w");
    note[0] = '\0';
    bool connected = result->connected == options->connections;
    bool errors = load_result_error_count(result) > 0;
    if (!out)
        return connected && !errors && !result->interrupted;
    if (!connected)
        fprintf(out, "%" PRId64 " of %" PRId64 " connections were served; ", result->connected,
                options->connections);
    if (result->interrupted)
        fputs("interrupted; ", out);
    if (errors)
        note_errors(out, result);
    note_cautions(out, result);
    fclose(out);
    size_t length = strlen(note);
    if (length >= 2 && strcmp(note + length - 2, "; ") == 0)
        note[length - 2] = '\0';
    return connected && !errors && !result->interrupted;
}
