/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A future that tasks of loops wait for, each loop in a thread of its own: what flow/future.h is to
 * threads. Whoever waits, leaves a callback, which runs in its own loop; any thread may resolve,
 * and wakes that loop with uv_async_send. */
#ifndef WAITBENCH_BENCH_FUTURES_LOOP_FUTURE_H
#define WAITBENCH_BENCH_FUTURES_LOOP_FUTURE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <uv.h>

struct future;
struct ready;

/* A waiter of a future; the caller's memory until the callback has run or future_unwait returned.
 */
struct watch {
    void (*resolved_cb)(struct watch *watch, int error, void *value);
    struct future *future;
    struct ready *ready;
    void *data;
    int64_t number;
    STAILQ_ENTRY(watch) entry;
};

STAILQ_HEAD(watch_queue, watch);

/* A loop, and the callbacks that others want it to run. */
struct ready {
    uv_loop_t loop;
    uv_async_t async;
    uv_mutex_t mutex;
    struct watch_queue queue;
};

struct future {
    uv_mutex_t mutex;
    struct watch_queue watches;
    void *value;
    int error;
    bool resolved;
};

/* Returns 0 or libuv's error. */
int ready_init(struct ready *ready);

/* Goes round until ready_leave has been called from within and nothing is left to do; then undoes
 * ready_init. Returns 0 or libuv's error. */
int ready_run(struct ready *ready);
void ready_leave(struct ready *ready);

void future_init(struct future *future);
void future_finish(struct future *future);

/* Resolves it: with a value, or with a negative errno. Once; from any thread. */
void future_resolve(struct future *future, int error, void *value);

/* Has `resolved_cb` called in the loop of `ready` when it comes round, from whose thread this is to
 * be called (or before it runs). */
void future_wait(struct future *future, struct watch *watch, struct ready *ready,
                 void (*resolved_cb)(struct watch *watch, int error, void *value));

/* Takes the watch back from a future that is not resolved. */
void future_unwait(struct future *future, struct watch *watch);

#endif
