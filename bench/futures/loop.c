/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Futures between tasks of one loop: whoever waits, leaves a callback. A callback runs when the
 * loop comes round to it, never inside the resolver, as in every async library. */
#include "futures.h"

#include "base/clock.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <uv.h>

/* A waiter of a future. */
struct watch {
    void (*resolved_cb)(struct watch *watch, int error, void *value);
    struct future *future;
    void *data;
    int64_t number;
    STAILQ_ENTRY(watch) entry;
};

STAILQ_HEAD(watch_queue, watch);

/* A loop, and the callbacks that are to run when it goes round. */
struct ready {
    uv_loop_t loop;
    uv_idle_t idle;
    struct watch_queue queue;
};

struct future {
    struct ready *ready;
    struct watch_queue watches;
    void *value;
    int error;
    bool resolved;
};

/* What becomes ready meanwhile has the next turn. */
static void ready_cb(uv_idle_t *idle)
{
    struct ready *ready = idle->data;
    struct watch_queue now = STAILQ_HEAD_INITIALIZER(now);
    struct watch *watch;
    STAILQ_CONCAT(&now, &ready->queue);
    while ((watch = STAILQ_FIRST(&now)) != NULL) {
        STAILQ_REMOVE_HEAD(&now, entry);
        watch->resolved_cb(watch, watch->future->error, watch->future->value);
    }
    if (STAILQ_EMPTY(&ready->queue))
        uv_idle_stop(&ready->idle);
}

static int ready_init(struct ready *ready)
{
    STAILQ_INIT(&ready->queue);
    int result = uv_loop_init(&ready->loop);
    if (result == 0)
        uv_idle_init(&ready->loop, &ready->idle);
    ready->idle.data = ready;
    return result;
}

/* Goes round until nothing is left to do. */
static int ready_run(struct ready *ready)
{
    uv_run(&ready->loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&ready->idle, NULL);
    uv_run(&ready->loop, UV_RUN_DEFAULT);
    return uv_loop_close(&ready->loop);
}

static void ready_move(struct ready *ready, struct watch_queue *watches)
{
    if (STAILQ_EMPTY(watches))
        return;
    STAILQ_CONCAT(&ready->queue, watches);
    uv_idle_start(&ready->idle, ready_cb);
}

static void future_resolve(struct future *future, int error, void *value)
{
    future->error = error;
    future->value = value;
    future->resolved = true;
    ready_move(future->ready, &future->watches);
}

static void future_wait(struct future *future, struct watch *watch,
                        void (*resolved_cb)(struct watch *watch, int error, void *value))
{
    watch->future = future;
    watch->resolved_cb = resolved_cb;
    STAILQ_INSERT_TAIL(&future->watches, watch, entry);
    if (future->resolved)
        ready_move(future->ready, &future->watches);
}

static struct future *futures_make(struct ready *ready, int64_t count)
{
    struct future *made = calloc((size_t)count, sizeof *made);
    for (int64_t i = 0; made && i < count; i++) {
        made[i].ready = ready;
        STAILQ_INIT(&made[i].watches);
    }
    return made;
}

struct sides {
    struct futures *futures;
    struct future *made;
    struct watch *watches;
    int64_t turn;
};

/* Both sides' code is the same, so whoever got a result is the one to resolve the next. */
static void side_turn(struct sides *sides);

static void side_resolved_cb(struct watch *watch, int error, void *value)
{
    if (error == 0)
        futures_note_received(value);
    side_turn(watch->data);
}

static void side_turn(struct sides *sides)
{
    int64_t i = sides->turn++;
    if (i == 2 * sides->futures->rounds)
        return;
    sides->watches[i].data = sides;
    future_wait(&sides->made[i], &sides->watches[i], side_resolved_cb);
    futures_note_resolved(&sides->futures->handoffs[i]);
    future_resolve(&sides->made[i], 0, &sides->futures->handoffs[i]);
}

int futures_handoff(struct futures *futures, struct error *error)
{
    struct ready ready;
    int result = ready_init(&ready);
    if (result != 0)
        return error_set(error, result, "cannot make a loop: %s", uv_strerror(result));
    struct sides sides = {
        .futures = futures,
        .made = futures_make(&ready, 2 * futures->rounds),
        .watches = calloc(2 * (size_t)futures->rounds, sizeof *sides.watches),
    };
    if (sides.made && sides.watches)
        side_turn(&sides);
    result = ready_run(&ready);
    free(sides.made);
    free(sides.watches);
    futures->future_bytes = sizeof(struct future) + sizeof(struct watch);
    return result == 0 ? 0 : error_set(error, result, "handoff: %s", uv_strerror(result));
}

struct crowd {
    struct futures *futures;
    struct future *made;
    struct watch *watches; /* each waiter's, then the set's */
    int64_t completed_count;
};

static void waiter_resolved_cb(struct watch *watch, int error, void *value)
{
    struct crowd *crowd = watch->data;
    futures_note_arrival(crowd->futures, watch->number, watch->future - crowd->made, error, value);
}

static void resolve_all(struct futures *futures, struct future *made)
{
    for (int64_t i = 0; i < futures->count; i++) {
        int64_t index = futures->order[i];
        if (futures_error_of(index) != 0)
            future_resolve(&made[index], futures_error_of(index), NULL);
        else
            future_resolve(&made[index], 0, &futures->values[index]);
    }
}

static void set_resolved_cb(struct watch *watch, int error, void *value)
{
    (void)error;
    (void)value;
    struct crowd *crowd = watch->data;
    crowd->futures->completed[crowd->completed_count++] = watch->future - crowd->made;
}

static void crowd_wait(struct crowd *crowd, int64_t waiter,
                       void (*resolved_cb)(struct watch *watch, int error, void *value))
{
    for (int64_t i = 0; i < crowd->futures->count; i++) {
        struct watch *watch = &crowd->watches[waiter * crowd->futures->count + i];
        watch->data = crowd;
        watch->number = waiter;
        future_wait(&crowd->made[i], watch, resolved_cb);
    }
}

static int crowd_run(struct futures *futures, struct ready *ready, struct crowd *crowd)
{
    crowd_wait(crowd, futures->waiters, set_resolved_cb);
    for (int64_t i = 0; i < futures->waiters; i++)
        crowd_wait(crowd, i, waiter_resolved_cb);
    int64_t begin_ns = clock_now_ns();
    resolve_all(futures, crowd->made);
    int result = ready_run(ready);
    futures->crowd_elapsed_ns = clock_now_ns() - begin_ns;
    return result;
}

int futures_crowd(struct futures *futures, struct error *error)
{
    struct ready ready;
    int result = ready_init(&ready);
    if (result != 0)
        return error_set(error, result, "cannot make a loop: %s", uv_strerror(result));
    size_t watch_count = (size_t)((futures->waiters + 1) * futures->count);
    struct crowd crowd = {
        .futures = futures,
        .made = futures_make(&ready, futures->count),
        .watches = calloc(watch_count, sizeof *crowd.watches),
    };
    result = crowd.made && crowd.watches ? crowd_run(futures, &ready, &crowd) : -ENOMEM;
    free(crowd.made);
    free(crowd.watches);
    return result == 0 ? 0 : error_set(error, result, "crowd: %s", uv_strerror(result));
}

/* A wait with a deadline: the watch and a timer, and whichever comes first undoes the other. */
struct timed {
    struct futures *futures;
    struct future future;
    struct watch watch;
    uv_timer_t timer;
    int64_t deadline_ns;
    int64_t left;
};

static void timed_begin(struct timed *timed);

static void timed_resolved_cb(struct watch *watch, int error, void *value)
{
    struct timed *timed = watch->data;
    uv_timer_stop(&timed->timer);
    if (error == 0 && value == timed->futures)
        timed->futures->timeouts_resolved++;
    if (--timed->left > 0)
        timed_begin(timed);
    else
        uv_close((uv_handle_t *)&timed->timer, NULL);
}

static void timed_out_cb(uv_timer_t *timer)
{
    struct timed *timed = timer->data;
    samples_add(&timed->futures->timeout_late, clock_now_ns() - timed->deadline_ns);
    STAILQ_REMOVE(&timed->future.watches, &timed->watch, watch, entry);
    future_wait(&timed->future, &timed->watch, timed_resolved_cb);
    future_resolve(&timed->future, 0, timed->futures);
}

static void timed_begin(struct timed *timed)
{
    timed->future.resolved = false;
    future_wait(&timed->future, &timed->watch, timed_resolved_cb);
    uv_update_time(timed->timer.loop);
    timed->deadline_ns = clock_now_ns() + FUTURES_TIMEOUT_MS * NS_PER_MS;
    uv_timer_start(&timed->timer, timed_out_cb, FUTURES_TIMEOUT_MS, 0);
}

int futures_timeouts(struct futures *futures, struct error *error)
{
    struct ready ready;
    int result = ready_init(&ready);
    if (result != 0)
        return error_set(error, result, "cannot make a loop: %s", uv_strerror(result));
    struct timed timed = {.futures = futures, .left = futures->timeouts};
    timed.future.ready = &ready;
    STAILQ_INIT(&timed.future.watches);
    timed.watch.data = &timed;
    timed.timer.data = &timed;
    uv_timer_init(&ready.loop, &timed.timer);
    /* A libuv timer counts whole milliseconds of a clock that is read once per turn. */
    futures->tick_ns = NS_PER_MS;
    timed_begin(&timed);
    result = ready_run(&ready);
    return result == 0 ? 0 : error_set(error, result, "timeouts: %s", uv_strerror(result));
}
