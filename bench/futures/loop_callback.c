/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A price of the loop's own: a future between two tasks of one loop. It is handed on within one
 * thread, without a lock or a wake-up, so no hand-off between threads is its like. A callback runs
 * when the loop comes round to it, never inside the resolver, as in every async library. */
#include "futures.h"

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
    if (i == futures_handoff_count(sides->futures))
        return;
    sides->watches[i].data = sides;
    future_wait(&sides->made[i], &sides->watches[i], side_resolved_cb);
    futures_note_resolved(&sides->futures->callbacks[i]);
    future_resolve(&sides->made[i], 0, &sides->futures->callbacks[i]);
}

int futures_own_prices(struct futures *futures, struct error *error)
{
    struct ready ready;
    int64_t count = futures_handoff_count(futures);
    int result = ready_init(&ready);
    if (result != 0)
        return error_set(error, result, "cannot make a loop: %s", uv_strerror(result));
    struct sides sides = {
        .futures = futures,
        .made = futures_make(&ready, count),
        .watches = calloc((size_t)count, sizeof *sides.watches),
    };
    futures->callbacks = calloc((size_t)count, sizeof *futures->callbacks);
    if (sides.made && sides.watches && futures->callbacks)
        side_turn(&sides);
    result = ready_run(&ready);
    free(sides.made);
    free(sides.watches);
    futures->callback_future_bytes = sizeof(struct future) + sizeof(struct watch);
    return result == 0 ? 0 : error_set(error, result, "callbacks: %s", uv_strerror(result));
}
