/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Futures between threads: whoever waits, blocks. */
#include "futures.h"

#include "base/clock.h"
#include "flow/completed.h"
#include "flow/future.h"
#include "flow/scope.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct future *futures_make(int64_t count)
{
    struct future *made = calloc((size_t)count, sizeof *made);
    for (int64_t i = 0; made && i < count; i++)
        future_init(&made[i]);
    return made;
}

static void futures_free(struct future *made, int64_t count)
{
    for (int64_t i = 0; made && i < count; i++)
        future_finish(&made[i]);
    free(made);
}

struct side {
    struct futures *futures;
    struct future *made;
    int64_t number;
};

static int side_run(struct token *token, void *argument)
{
    (void)token;
    struct side *side = argument;
    for (int64_t i = 0; i < futures_handoff_count(side->futures); i++) {
        void *value = &side->futures->handoffs[i];
        if (i % 2 == side->number) {
            futures_note_resolved(value);
            future_set_value(&side->made[i], value);
        } else if (future_wait(&side->made[i], &value) == 0) {
            futures_note_received(value);
        }
    }
    return 0;
}

int futures_handoff(struct futures *futures, struct error *error)
{
    int64_t count = futures_handoff_count(futures);
    struct future *made = futures_make(count);
    if (!made)
        return error_set(error, -ENOMEM, "no memory for futures");
    struct side sides[] = {{futures, made, 0}, {futures, made, 1}};
    struct scope scope;
    scope_init(&scope, NULL);
    int result = scope_start(&scope, side_run, &sides[1]);
    if (result == 0)
        result = side_run(&scope.token, &sides[0]);
    scope_finish(&scope);
    futures_free(made, count);
    futures->future_bytes = sizeof(struct future);
    return result == 0 ? 0 : error_set(error, result, "cannot start: %s", strerror(-result));
}

int futures_own_prices(struct futures *futures, struct error *error)
{
    (void)futures;
    (void)error;
    return 0;
}

struct waiter {
    struct futures *futures;
    struct future *made;
    int64_t number;
};

static int waiter_run(struct token *token, void *argument)
{
    (void)token;
    struct waiter *waiter = argument;
    futures_note_waiting(waiter->futures, waiter->number);
    for (int64_t i = 0; i < waiter->futures->count; i++) {
        void *value = NULL;
        int error = future_wait(&waiter->made[i], &value);
        futures_note_arrival(waiter->futures, waiter->number, i, error, value);
    }
    return 0;
}

static void resolve_all(struct futures *futures, struct future *made)
{
    for (int64_t i = 0; i < futures->count; i++) {
        int64_t index = futures->order[i];
        if (futures_error_of(index) != 0)
            future_set_error(&made[index], futures_error_of(index));
        else
            future_set_value(&made[index], &futures->values[index]);
    }
}

static int set_watch(struct futures *futures, struct future *made, struct completed **completed)
{
    struct future **set = calloc((size_t)futures->count, sizeof *set);
    if (!set)
        return -ENOMEM;
    for (int64_t i = 0; i < futures->count; i++)
        set[i] = &made[i];
    int result = completed_create(completed, set, (size_t)futures->count);
    free(set);
    return result;
}

static void set_take_all(struct futures *futures, struct completed *completed)
{
    size_t index;
    for (int64_t i = 0; completed_next(completed, FLOW_NEVER, &index) == 0; i++)
        futures->completed[i] = (int64_t)index;
}

/* The futures are resolved in any case: a thread that waits ends no other way. */
static int crowd_run(struct futures *futures, struct future *made, struct waiter *waiters)
{
    struct scope scope;
    int result = 0;
    scope_init(&scope, NULL);
    for (int64_t i = 0; i < futures->waiters && result == 0; i++) {
        waiters[i] = (struct waiter){futures, made, i};
        result = scope_start(&scope, waiter_run, &waiters[i]);
    }
    if (result == 0)
        result = futures_await_waiting(futures);
    int64_t begin_ns = clock_now_ns();
    resolve_all(futures, made);
    scope_leave(&scope);
    futures->crowd_elapsed_ns = clock_now_ns() - begin_ns;
    scope_finish(&scope);
    return result;
}

int futures_crowd(struct futures *futures, struct error *error)
{
    struct completed *completed = NULL;
    struct future *made = futures_make(futures->count);
    struct waiter *waiters = calloc((size_t)futures->waiters, sizeof *waiters);
    int result = made && waiters ? set_watch(futures, made, &completed) : -ENOMEM;
    if (result == 0)
        result = crowd_run(futures, made, waiters);
    if (result == 0)
        set_take_all(futures, completed);
    completed_destroy(completed);
    futures_free(made, futures->count);
    free(waiters);
    return result == 0 ? 0 : error_set(error, result, "crowd: %s", strerror(-result));
}

int futures_timeouts(struct futures *futures, struct error *error)
{
    (void)error;
    for (int64_t i = 0; i < futures->timeouts; i++) {
        struct future future;
        void *value = NULL;
        future_init(&future);
        int64_t deadline_ns = clock_now_ns() + FUTURES_TIMEOUT_MS * NS_PER_MS;
        if (future_wait_until(&future, deadline_ns) == -ETIMEDOUT)
            samples_add(&futures->timeout_late, clock_now_ns() - deadline_ns);
        future_set_value(&future, futures);
        if (future_wait(&future, &value) == 0 && value == futures)
            futures->timeouts_resolved++;
        future_finish(&future);
    }
    return 0;
}
