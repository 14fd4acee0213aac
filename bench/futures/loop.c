/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Futures between loops, each in a thread of its own: whoever waits, leaves a callback.
 *
 * Two figures that surprise. A hand-off takes some 40 us where the kernel wakes the other loop on
 * this one's CPU: libuv (1.44 and others) lets it spin until uv_async_send is through, which cannot
 * be before it gives up. And many arrivals take longer than with threads: a waiter here has all its
 * futures pending and is told of each, while a thread waits for one at a time and then finds most
 * of the next resolved. */
#include "futures.h"

#include "base/clock.h"
#include "flow_uv/local_future.h"
#include "flow_uv/loop_future.h"

#include <errno.h>
#include <stdlib.h>

static struct loop_future *futures_make(int64_t count)
{
    struct loop_future *made = calloc((size_t)count, sizeof *made);
    for (int64_t i = 0; made && i < count; i++)
        loop_future_init(&made[i]);
    return made;
}

static void futures_free(struct loop_future *made, int64_t count)
{
    for (int64_t i = 0; made && i < count; i++)
        loop_future_finish(&made[i]);
    free(made);
}

struct side {
    struct futures *futures;
    struct loop_future *made;
    int64_t number;
    int64_t turn;
    struct loop_watch watch;
    struct loop_ready ready;
};

static void side_advance(struct side *side);

static void side_resolved_cb(struct loop_watch *watch, int error, void *value)
{
    if (error == 0)
        futures_note_received(value);
    side_advance(watch->data);
}

/* Resolves until it has to wait. */
static void side_advance(struct side *side)
{
    while (side->turn < futures_handoff_count(side->futures)) {
        int64_t i = side->turn++;
        void *value = &side->futures->handoffs[i];
        if (i % 2 == side->number) {
            futures_note_resolved(value);
            loop_future_set_value(&side->made[i], value);
        } else {
            loop_future_watch(&side->made[i], &side->watch, &side->ready, side_resolved_cb);
            return;
        }
    }
    loop_ready_leave(&side->ready);
}

static void side_run(void *argument)
{
    struct side *side = argument;
    side_advance(side);
    loop_ready_run(&side->ready);
}

/* Both loops are there before either runs. */
static int sides_init(struct side sides[2], struct futures *futures, struct loop_future *made)
{
    int result = 0;
    for (int i = 0; i < 2 && result == 0; i++) {
        sides[i] = (struct side){.futures = futures, .made = made, .number = i};
        sides[i].watch.data = &sides[i];
        result = loop_ready_init(&sides[i].ready);
    }
    return result;
}

int futures_handoff(struct futures *futures, struct error *error)
{
    int64_t count = futures_handoff_count(futures);
    struct loop_future *made = futures_make(count);
    if (!made)
        return error_set(error, -ENOMEM, "no memory for futures");
    struct side sides[2];
    uv_thread_t other;
    int result = sides_init(sides, futures, made);
    if (result == 0)
        result = uv_thread_create(&other, side_run, &sides[1]);
    if (result == 0) {
        side_run(&sides[0]);
        uv_thread_join(&other);
    }
    futures_free(made, count);
    futures->future_bytes = sizeof(struct loop_future) + sizeof(struct loop_watch);
    return result == 0 ? 0 : error_set(error, result, "cannot start: %s", uv_strerror(result));
}

/* A price of the loop's own: a future between two tasks of one loop. No hand-off between threads is
 * its like. */
struct local_sides {
    struct futures *futures;
    struct local_future *made;
    struct local_watch *watches;
    int64_t turn;
};

/* Both sides' code is the same, so whoever got a result is the one to resolve the next. */
static void local_sides_turn(struct local_sides *sides);

static void local_resolved_cb(struct local_watch *watch, int error, void *value)
{
    if (error == 0)
        futures_note_received(value);
    local_sides_turn(watch->data);
}

static void local_sides_turn(struct local_sides *sides)
{
    int64_t i = sides->turn++;
    if (i == futures_handoff_count(sides->futures))
        return;
    sides->watches[i].data = sides;
    local_future_watch(&sides->made[i], &sides->watches[i], local_resolved_cb);
    futures_note_resolved(&sides->futures->callbacks[i]);
    local_future_set_value(&sides->made[i], &sides->futures->callbacks[i]);
}

int futures_own_prices(struct futures *futures, struct error *error)
{
    struct local_ready ready;
    int64_t count = futures_handoff_count(futures);
    int result = local_ready_init(&ready);
    if (result != 0)
        return error_set(error, result, "cannot make a loop: %s", uv_strerror(result));
    struct local_sides sides = {
        .futures = futures,
        .made = calloc((size_t)count, sizeof *sides.made),
        .watches = calloc((size_t)count, sizeof *sides.watches),
    };
    futures->callbacks = calloc((size_t)count, sizeof *futures->callbacks);
    for (int64_t i = 0; sides.made && i < count; i++)
        local_future_init(&sides.made[i], &ready);
    bool made = sides.made && sides.watches && futures->callbacks;
    if (made)
        local_sides_turn(&sides);
    result = local_ready_run(&ready);
    if (result == 0 && !made)
        result = -ENOMEM;
    free(sides.made);
    free(sides.watches);
    futures->callback_future_bytes = sizeof(struct local_future) + sizeof(struct local_watch);
    return result == 0 ? 0 : error_set(error, result, "callbacks: %s", uv_strerror(result));
}

struct waiter {
    struct futures *futures;
    struct loop_future *made;
    struct loop_watch *watches;
    int64_t number;
    int64_t left;
    struct loop_ready ready;
    uv_thread_t thread;
};

static void waiter_resolved_cb(struct loop_watch *watch, int error, void *value)
{
    struct waiter *waiter = watch->data;
    futures_note_arrival(waiter->futures, waiter->number, watch->number, error, value);
    if (--waiter->left == 0)
        loop_ready_leave(&waiter->ready);
}

static void waiter_wait(struct waiter *waiter,
                        void (*resolved_cb)(struct loop_watch *watch, int error, void *value))
{
    for (int64_t i = 0; i < waiter->futures->count; i++) {
        waiter->watches[i].data = waiter;
        waiter->watches[i].number = i;
        loop_future_watch(&waiter->made[i], &waiter->watches[i], &waiter->ready, resolved_cb);
    }
}

static void waiter_run(void *argument)
{
    struct waiter *waiter = argument;
    waiter_wait(waiter, waiter_resolved_cb);
    futures_note_waiting(waiter->futures, waiter->number);
    loop_ready_run(&waiter->ready);
}

static void resolve_all(struct futures *futures, struct loop_future *made)
{
    for (int64_t i = 0; i < futures->count; i++) {
        int64_t index = futures->order[i];
        if (futures_error_of(index) != 0)
            loop_future_set_error(&made[index], futures_error_of(index));
        else
            loop_future_set_value(&made[index], &futures->values[index]);
    }
}

/* The set that yields futures as they complete is one more waiter, on this thread. */
static void set_resolved_cb(struct loop_watch *watch, int error, void *value)
{
    struct waiter *set = watch->data;
    struct futures *futures = set->futures;
    (void)error;
    (void)value;
    futures->completed[futures->count - set->left] = watch->number;
    if (--set->left == 0)
        loop_ready_leave(&set->ready);
}

static int waiter_init(struct waiter *waiter, struct futures *futures, struct loop_future *made,
                       int64_t number)
{
    *waiter = (struct waiter){futures, made, .number = number, .left = futures->count};
    waiter->watches = calloc((size_t)futures->count, sizeof *waiter->watches);
    return waiter->watches ? loop_ready_init(&waiter->ready) : -ENOMEM;
}

/* The futures are resolved in any case: a loop that waits ends no other way. */
static int crowd_run(struct futures *futures, struct loop_future *made, struct waiter *waiters)
{
    struct waiter *set = &waiters[futures->waiters];
    int64_t started = 0;
    int result = waiter_init(set, futures, made, futures->waiters);
    if (result != 0)
        return result;
    waiter_wait(set, set_resolved_cb);
    while (started < futures->waiters && result == 0) {
        struct waiter *waiter = &waiters[started];
        result = waiter_init(waiter, futures, made, started);
        if (result == 0)
            result = uv_thread_create(&waiter->thread, waiter_run, waiter);
        if (result == 0)
            started++;
    }
    if (result == 0)
        result = futures_await_waiting(futures);
    int64_t begin_ns = clock_now_ns();
    resolve_all(futures, made);
    for (int64_t i = 0; i < started; i++)
        uv_thread_join(&waiters[i].thread);
    futures->crowd_elapsed_ns = clock_now_ns() - begin_ns;
    int left = loop_ready_run(&set->ready);
    return result != 0 ? result : left;
}

int futures_crowd(struct futures *futures, struct error *error)
{
    struct loop_future *made = futures_make(futures->count);
    struct waiter *waiters = calloc((size_t)futures->waiters + 1, sizeof *waiters);
    int result = made && waiters ? crowd_run(futures, made, waiters) : -ENOMEM;
    for (int64_t i = 0; waiters && i <= futures->waiters; i++)
        free(waiters[i].watches);
    futures_free(made, futures->count);
    free(waiters);
    return result == 0 ? 0 : error_set(error, result, "crowd: %s", uv_strerror(result));
}

/* A wait with a deadline: the watch and a timer, and whichever comes first undoes the other. */
struct timed {
    struct futures *futures;
    struct loop_ready ready;
    struct loop_future future;
    struct loop_watch watch;
    uv_timer_t timer;
    int64_t deadline_ns;
    int64_t left;
};

static void timed_begin(struct timed *timed);

static void timed_resolved_cb(struct loop_watch *watch, int error, void *value)
{
    struct timed *timed = watch->data;
    uv_timer_stop(&timed->timer);
    if (error == 0 && value == timed->futures)
        timed->futures->timeouts_resolved++;
    loop_future_finish(&timed->future);
    if (--timed->left > 0) {
        timed_begin(timed);
    } else {
        uv_close((uv_handle_t *)&timed->timer, NULL);
        loop_ready_leave(&timed->ready);
    }
}

static void timed_out_cb(uv_timer_t *timer)
{
    struct timed *timed = timer->data;
    samples_add(&timed->futures->timeout_late, clock_now_ns() - timed->deadline_ns);
    loop_future_unwatch(&timed->future, &timed->watch);
    loop_future_watch(&timed->future, &timed->watch, &timed->ready, timed_resolved_cb);
    loop_future_set_value(&timed->future, timed->futures);
}

static void timed_begin(struct timed *timed)
{
    loop_future_init(&timed->future);
    loop_future_watch(&timed->future, &timed->watch, &timed->ready, timed_resolved_cb);
    uv_update_time(timed->timer.loop);
    timed->deadline_ns = clock_now_ns() + FUTURES_TIMEOUT_MS * NS_PER_MS;
    uv_timer_start(&timed->timer, timed_out_cb, FUTURES_TIMEOUT_MS, 0);
}

int futures_timeouts(struct futures *futures, struct error *error)
{
    struct timed timed = {.futures = futures, .left = futures->timeouts};
    int result = loop_ready_init(&timed.ready);
    if (result != 0)
        return error_set(error, result, "cannot make a loop: %s", uv_strerror(result));
    timed.watch.data = &timed;
    timed.timer.data = &timed;
    uv_timer_init(&timed.ready.loop, &timed.timer);
    /* A libuv timer counts whole milliseconds of a clock that is read once per turn. */
    futures->tick_ns = NS_PER_MS;
    timed_begin(&timed);
    result = loop_ready_run(&timed.ready);
    return result == 0 ? 0 : error_set(error, result, "timeouts: %s", uv_strerror(result));
}
