/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A future that tasks of loops wait for, each loop in a thread of its own: what flow/future.h is to
 * threads. Whoever waits leaves a callback, which runs in its own loop; any thread may resolve, and
 * wakes that loop with uv_async_send.
 *
 * A future is pending, then resolved, once, with a value or with an error; it never changes again.
 * The value is a pointer that the future hands on and never looks into or frees.
 *
 * The memory is the caller's. A future may be finished and reused once each of its watches has had
 * its callback or was taken back, and the function that resolved it has returned. */
#ifndef WAITBENCH_FLOW_UV_LOOP_FUTURE_H
#define WAITBENCH_FLOW_UV_LOOP_FUTURE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <uv.h>

struct loop_future;
struct loop_ready;

/* A wait of a task for a future. The caller's memory, from loop_future_watch until the callback
 * begins or loop_future_unwatch has returned. */
struct loop_watch {
    /* Told of the result: `error` is 0 with `value` set, or a negative errno with `value` NULL. */
    void (*resolved_cb)(struct loop_watch *watch, int error, void *value);
    struct loop_future *future;
    struct loop_ready *ready;
    void *data;     /* the caller's own, */
    int64_t number; /* as is this */
    STAILQ_ENTRY(loop_watch) entry;
};

STAILQ_HEAD(loop_watch_queue, loop_watch);

/* A loop, and the callbacks that are ready to run in it. `loop` may have any other handle of the
 * caller's, too; the other fields are private. */
struct loop_ready {
    uv_loop_t loop;
    uv_async_t async;
    uv_mutex_t mutex;
    struct loop_watch_queue queue;   /* from other threads, under the mutex */
    struct loop_watch_queue running; /* this turn's; only the loop's own thread looks at them */
};

struct loop_future {
    uv_mutex_t mutex;
    struct loop_watch_queue watches;
    void *value;
    int error;
    bool resolved;
};

/* Makes the loop. Returns 0 or libuv's error (a negative errno); nothing is left behind then. */
int loop_ready_init(struct loop_ready *ready);

/* Goes round in this thread, which is the loop's own from then on, until loop_ready_leave was
 * called and no other handle is active; then undoes loop_ready_init. Returns 0, or UV_EBUSY when a
 * handle was left open. */
int loop_ready_run(struct loop_ready *ready);

/* Lets loop_ready_run return. For the loop's own thread, once, when no watch is left that anybody
 * could still resolve. */
void loop_ready_leave(struct loop_ready *ready);

void loop_future_init(struct loop_future *future);

/* No watch may be left. */
void loop_future_finish(struct loop_future *future);

/* Resolve it, from any thread. `error` is a negative errno. Returns 0, or -EALREADY when somebody
 * else was first: the future then keeps the first result. */
int loop_future_set_value(struct loop_future *future, void *value);
int loop_future_set_error(struct loop_future *future, int error);

/* Has `resolved_cb` called once with the result when the loop of `ready` comes round: never before
 * this returns, also when the future is resolved already. For the loop's own thread, or before it
 * runs. No lock is held while the callback runs, which may call any function here. */
void loop_future_watch(struct loop_future *future, struct loop_watch *watch,
                       struct loop_ready *ready,
                       void (*resolved_cb)(struct loop_watch *watch, int error, void *value));

/* For the loop's own thread. Afterwards the callback does not run and never will, though the future
 * may be resolved. Right after the callback ran, too. Takes time by the number of watches. */
void loop_future_unwatch(struct loop_future *future, struct loop_watch *watch);

#endif
