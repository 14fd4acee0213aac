/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/warm_up.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "measure/process/measured.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define SLICE_NS (200 * NS_PER_MS)
#define BAND     0.1

/* One slice while it runs. */
struct slice {
    const struct measured *measured;
    int64_t before_ns;
    int64_t after_ns;
    int64_t answered;
};

bool warm_up_is_steady(const double cost[WARM_UP_SLICES])
{
    if (isnan(cost[0]) || isnan(cost[1]) || isnan(cost[2]))
        return false;
    double low = fmin(fmin(cost[0], cost[1]), cost[2]);
    double high = fmax(fmax(cost[0], cost[1]), cost[2]);
    double middle = cost[0] + cost[1] + cost[2] - low - high;
    return high <= middle * (1 + BAND) && low >= middle * (1 - BAND);
}

static void phase_cb(void *data, const struct load_progress *progress)
{
    struct slice *slice = data;
    if (progress->phase == LOAD_CONNECTED)
        slice->before_ns = measured_family_ns(slice->measured);
    else if (progress->phase == LOAD_FINISHED) {
        slice->after_ns = measured_family_ns(slice->measured);
        slice->answered = progress->answered;
    }
}

/* Nanoseconds per reply. */
static double cost_of(const struct slice *slice)
{
    if (slice->answered <= 0)
        return NAN;
    if (slice->before_ns < 0 || slice->after_ns <= slice->before_ns)
        return (double)SLICE_NS / (double)slice->answered;
    return (double)(slice->after_ns - slice->before_ns) / (double)slice->answered;
}

static int run_slice(struct slice *slice, struct clients *clients,
                     const struct load_options *options, double *cost, struct error *error)
{
    struct load_options own = *options;
    struct load_result result;
    own.connections = options->active;
    own.closed = true;
    own.warmup_ns = 0;
    own.duration_ns = SLICE_NS;
    own.progress = phase_cb;
    own.progress_data = slice;
    slice->before_ns = slice->after_ns = -1;
    slice->answered = 0;
    int code = clients_load(clients, &own, &result, error);
    if (code < 0)
        return code;
    load_result_finish(&result);
    *cost = cost_of(slice);
    return 0;
}

/* Waiters of a slice that is over are none of the next load's. */
static int wait_for_none(struct shards *shards, struct error *error)
{
    int64_t deadline_ns = clock_now_ns() + SUBJECT_ANSWER_SECONDS * NS_PER_SECOND;
    int64_t waiters = -1;
    int result = shards_waiters(shards, &waiters, error);
    while (result == 0 && waiters > 0 && clock_now_ns() < deadline_ns && !interrupt_signal()) {
        clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
        result = shards_waiters(shards, &waiters, error);
    }
    if (result == 0 && waiters > 0)
        return error_set(error, -EPROTO,
                         "subject still has %" PRId64 " waiters %d s after their connections were "
                         "closed",
                         waiters, SUBJECT_ANSWER_SECONDS);
    return result;
}

/* A thread that has said goodbye to its waiter is not gone yet, and would be counted as another's.
 * A runtime may keep threads for later: then it is not waited for long. */
static void wait_for_threads(const struct shards *shards, int64_t before)
{
    int64_t deadline_ns = clock_now_ns() + NS_PER_SECOND;
    while (shards_threads(shards) > before && clock_now_ns() < deadline_ns && !interrupt_signal())
        clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
}

int warm_up_run(struct measured *measured, struct clients *clients,
                const struct load_options *options, int64_t longest_ns, char *note,
                size_t note_size, struct error *error)
{
    struct slice slice = {.measured = measured};
    double cost[WARM_UP_SLICES] = {NAN, NAN, NAN};
    int result = 0;
    int64_t loaded_ns = 0;
    int64_t threads = shards_threads(&measured->shards);
    note[0] = '\0';
    while (result == 0 && loaded_ns < longest_ns && !warm_up_is_steady(cost)) {
        cost[0] = cost[1];
        cost[1] = cost[2];
        result = run_slice(&slice, clients, options, &cost[2], error);
        if (result == 0)
            result = interrupt_signal() ? error_set(error, -EINTR, "interrupted")
                                        : wait_for_none(&measured->shards, error);
        loaded_ns += SLICE_NS;
    }
    if (result == 0)
        wait_for_threads(&measured->shards, threads);
    if (result == 0 && !warm_up_is_steady(cost))
        snprintf(note, note_size,
                 "not steady after %.1f s of warm-up: a reply took %.1f, %.1f and %.1f us of CPU "
                 "time in its last parts",
                 (double)loaded_ns / (double)NS_PER_SECOND, cost[0] / 1e3, cost[1] / 1e3,
                 cost[2] / 1e3);
    return result;
}
