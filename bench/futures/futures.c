/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "futures.h"

#include "base/clock.h"
#include "subject/blocked.h"
#include "subject/parameter.h"

#include <errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#define ERROR_EVERY 10

int futures_error_of(int64_t index)
{
    return index % ERROR_EVERY == ERROR_EVERY - 1 ? -EIO : 0;
}

void futures_note_arrival(struct futures *futures, int64_t waiter, int64_t index, int error,
                          const void *value)
{
    int expected = futures_error_of(index);
    if (error == expected && (error != 0 || value == &futures->values[index]))
        futures->arrivals[waiter * futures->count + index]++;
}

int64_t futures_handoff_count(const struct futures *futures)
{
    return FUTURES_WARM_UP + 2 * futures->rounds;
}

void futures_note_waiting(struct futures *futures, int64_t waiter)
{
    futures->waiter_threads[waiter] = gettid();
    sem_post(&futures->waiting);
}

int futures_await_waiting(struct futures *futures)
{
    int result = 0;
    for (int64_t i = 0; i < futures->waiters; i++)
        while (sem_wait(&futures->waiting) != 0)
            continue;
    for (int64_t i = 0; i < futures->waiters && result == 0; i++)
        result = blocked_await(futures->waiter_threads[i]);
    return result;
}

void futures_note_resolved(struct handoff *handoff)
{
    handoff->resolved_ns = clock_now_ns();
}

void futures_note_received(struct handoff *handoff)
{
    handoff->received_ns = clock_now_ns();
    handoff->received_count++;
}

static int prepare(struct futures *futures, struct error *error)
{
    size_t count = (size_t)futures->count;
    futures->handoffs = calloc((size_t)futures_handoff_count(futures), sizeof *futures->handoffs);
    futures->waiter_threads = calloc((size_t)futures->waiters, sizeof *futures->waiter_threads);
    sem_init(&futures->waiting, 0, 0);
    futures->order = calloc(count, sizeof *futures->order);
    futures->completed = calloc(count, sizeof *futures->completed);
    futures->values = calloc(count, sizeof *futures->values);
    futures->arrivals = calloc((size_t)futures->waiters, count);
    if (!futures->handoffs || !futures->waiter_threads || !futures->order || !futures->completed ||
        !futures->values || !futures->arrivals ||
        samples_init(&futures->timeout_late, (size_t)futures->timeouts) != 0)
        return error_set(error, -ENOMEM, "futures: no memory for %" PRId64, futures->count);
    for (int64_t i = 0; i < futures->count; i++)
        futures->order[i] = i;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, (unsigned long)futures->seed);
    gsl_ran_shuffle(rng, futures->order, count, sizeof *futures->order);
    gsl_rng_free(rng);
    return 0;
}

static void finish(struct futures *futures)
{
    free(futures->handoffs);
    free(futures->callbacks);
    free(futures->waiter_threads);
    sem_destroy(&futures->waiting);
    free(futures->order);
    free(futures->completed);
    free(futures->values);
    free(futures->arrivals);
    samples_finish(&futures->timeout_late);
}

static int verify_handoffs(const struct futures *futures, const struct handoff *handoffs,
                           struct error *error)
{
    for (int64_t i = 0; handoffs && i < futures_handoff_count(futures); i++) {
        const struct handoff *handoff = &handoffs[i];
        if (handoff->received_count != 1 || handoff->received_ns < handoff->resolved_ns)
            return error_set(error, -EPROTO,
                             "futures: result %" PRId64 " arrived %" PRId64 " times", i,
                             handoff->received_count);
    }
    return 0;
}

static int verify_crowd(const struct futures *futures, struct error *error)
{
    for (int64_t i = 0; i < futures->waiters * futures->count; i++)
        if (futures->arrivals[i] != 1)
            return error_set(error, -EPROTO,
                             "futures: waiter %" PRId64 " had %d right results of future %" PRId64,
                             i / futures->count, futures->arrivals[i], i % futures->count);
    for (int64_t i = 0; i < futures->count; i++)
        if (futures->completed[i] != futures->order[i])
            return error_set(error, -EPROTO,
                             "futures: place %" PRId64 " was future %" PRId64 "'s, came %" PRId64,
                             i, futures->order[i], futures->completed[i]);
    return 0;
}

static int verify_timeouts(const struct futures *futures, struct error *error)
{
    if ((int64_t)futures->timeout_late.count != futures->timeouts ||
        futures->timeouts_resolved != futures->timeouts)
        return error_set(
            error, -EPROTO,
            "futures: of %" PRId64 " waits %zu timed out and %" PRId64 " went well later",
            futures->timeouts, futures->timeout_late.count, futures->timeouts_resolved);
    for (size_t i = 0; i < futures->timeout_late.count; i++)
        if (futures->timeout_late.values[i] < -(double)futures->tick_ns)
            return error_set(error, -EPROTO, "futures: a wait timed out %.0f ns early",
                             -futures->timeout_late.values[i]);
    return 0;
}

static void print_handoffs(const struct futures *futures, const char *name,
                           const struct handoff *handoffs)
{
    struct samples samples;
    if (samples_init(&samples, 2 * (size_t)futures->rounds) != 0)
        abort();
    for (int64_t i = FUTURES_WARM_UP; i < futures_handoff_count(futures); i++)
        samples_add(&samples, handoffs[i].received_ns - handoffs[i].resolved_ns);
    metric_print_samples(name, &samples);
    samples_finish(&samples);
}

static void print_figures(const struct futures *futures)
{
    print_handoffs(futures, "handoff", futures->handoffs);
    double arrivals = (double)(futures->count * futures->waiters);
    metric_print("arrivals_per_second",
                 arrivals * (double)NS_PER_SECOND / (double)futures->crowd_elapsed_ns);
    metric_print("timeout_late_ns", samples_mean(&futures->timeout_late));
    metric_print_count("future_bytes", futures->future_bytes);
    if (!futures->callbacks)
        return;
    print_handoffs(futures, "callback", futures->callbacks);
    metric_print_count("callback_future_bytes", futures->callback_future_bytes);
}

static int run(struct futures *futures, struct error *error)
{
    int result = prepare(futures, error);
    if (result == 0)
        result = futures_handoff(futures, error);
    if (result == 0)
        result = verify_handoffs(futures, futures->handoffs, error);
    if (result == 0)
        result = futures_own_prices(futures, error);
    if (result == 0)
        result = verify_handoffs(futures, futures->callbacks, error);
    if (result == 0)
        result = futures_crowd(futures, error);
    if (result == 0)
        result = verify_crowd(futures, error);
    if (result == 0)
        result = futures_timeouts(futures, error);
    if (result == 0)
        result = verify_timeouts(futures, error);
    return result;
}

int main(int argc, char **argv)
{
    struct futures futures = {
        .rounds = 20000, .count = 10000, .waiters = 4, .timeouts = 20, .seed = 1};
    const struct parameter parameters[] = {
        {"rounds", "count", "hand-offs to and fro", &futures.rounds, 1, 10000000, NULL, NULL},
        {"futures", "count", "futures pending at once", &futures.count, 1, 10000000, NULL, NULL},
        {"waiters", "count", "waiters at each of them", &futures.waiters, 1, 1000, NULL, NULL},
        {"timeouts", "count", "waits that time out", &futures.timeouts, 1, 1000, NULL, NULL},
        {"seed", "", "of the order of resolving", &futures.seed, 0, INT64_MAX, NULL, NULL},
        {0},
    };
    struct error error;
    parameters_parse(parameters, "One side resolves a future, another waits for it.", argc, argv);
    int result = run(&futures, &error);
    if (result == 0) {
        parameters_print(parameters);
        print_figures(&futures);
    }
    finish(&futures);
    if (result == 0)
        return metric_end();
    error_print("%s", error.text);
    return EXIT_MEASUREMENT_FAILED;
}
