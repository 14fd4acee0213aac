/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A future between tasks of one loop. It is handed on within one thread, without a lock or a
 * wake-up; a callback runs when the loop comes round to it, never inside the resolver, as in every
 * async library. loop_future.h is for loops in several threads.
 *
 * A future is pending, then resolved, once. The value is a pointer that the future hands on and
 * never looks into or frees. All memory is the caller's; every function is for the loop's own
 * thread. */
#ifndef WAITBENCH_FLOW_UV_LOCAL_FUTURE_H
#define WAITBENCH_FLOW_UV_LOCAL_FUTURE_H

#include <stdbool.h>
#include <sys/queue.h>
#include <uv.h>

struct local_future;

/* A wait of a task for a future. The caller's memory, from local_future_watch until the callback
 * begins. */
struct local_watch {
    /* Told of the result: `error` is 0 with `value` set, or a negative errno with `value` NULL. */
    void (*resolved_cb)(struct local_watch *watch, int error, void *value);
    struct local_future *future;
    void *data; /* the caller's own */
    STAILQ_ENTRY(local_watch) entry;
};

STAILQ_HEAD(local_watch_queue, local_watch);

/* A loop, and the callbacks that are to run when it goes round. `loop` may have other handles. */
struct local_ready {
    uv_loop_t loop;
    uv_idle_t idle;
    struct local_watch_queue queue;
};

/* It may go once each of its watches has had its callback. */
struct local_future {
    struct local_ready *ready;
    struct local_watch_queue watches;
    void *value;
    int error;
    bool resolved;
};

/* Makes the loop. Returns 0 or libuv's error (a negative errno); nothing is left behind then. */
int local_ready_init(struct local_ready *ready);

/* Goes round until no callback is ready and no other handle is active, then undoes
 * local_ready_init; the watches of futures that are pending then are never told. Returns 0, or
 * UV_EBUSY when a handle was left open. */
int local_ready_run(struct local_ready *ready);

/* `ready` must outlive it. There is nothing to finish. */
void local_future_init(struct local_future *future, struct local_ready *ready);

/* Resolve it. `error` is a negative errno. Returns 0, or -EALREADY when it was resolved before: it
 * then keeps the first result. */
int local_future_set_value(struct local_future *future, void *value);
int local_future_set_error(struct local_future *future, int error);

/* Has `resolved_cb` called once with the result when the loop comes round: never before this
 * returns, also when the future is resolved already. */
void local_future_watch(struct local_future *future, struct local_watch *watch,
                        void (*resolved_cb)(struct local_watch *watch, int error, void *value));

#endif
