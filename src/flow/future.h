/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A future: a place for one result that comes later, and for those who wait for it.
 *
 * A future is pending, then resolved, once, with a value or with an error; it never changes again.
 * The value is a pointer that the future hands on and never looks into or frees.
 *
 * Any thread may resolve, wait or watch. The memory is the caller's. It may be finished and reused
 * as soon as a wait on it has returned its result, even while the resolver is still on its way out;
 * other waiters and watches must be through, too. */
#ifndef WAITBENCH_FLOW_FUTURE_H
#define WAITBENCH_FLOW_FUTURE_H

#include "flow/monotonic.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

/* Told of the result: `error` is 0 with `value` set, or a negative errno. The caller's memory, from
 * future_watch until the callback has run or future_unwatch has returned. */
struct future_watch {
    void (*resolved_cb)(struct future_watch *watch, int error, void *value);
    bool linked;
    LIST_ENTRY(future_watch) entry;
};

struct future {
    pthread_mutex_t mutex;
    pthread_cond_t resolved_cond;
    LIST_HEAD(, future_watch) watches;
    void *value;
    int error;
    bool resolved;
};

void future_init(struct future *future);
void future_finish(struct future *future);

/* Resolve it. `error` is a negative errno. Returns 0, or -EALREADY when somebody else was first:
 * the future then keeps the first result. */
int future_set_value(struct future *future, void *value);
int future_set_error(struct future *future, int error);

/* Waits for the result. Returns 0 with `value` set (unless it is NULL), or the error it was
 * resolved with. */
int future_wait(struct future *future, void **value);

/* Waits at most until `deadline_ns`. Returns 0 when it is resolved, or -ETIMEDOUT: the future stays
 * as it was, and may be waited for again. The result itself is then had from future_wait, so that a
 * future that failed with -ETIMEDOUT is not mistaken for one that is late. */
int future_wait_until(struct future *future, int64_t deadline_ns);

/* Calls `resolved_cb` once with the result, from the resolving thread; at once, from this thread,
 * if it is resolved already. The future is locked meanwhile: the callback must be short, and call
 * neither this future's functions nor token_cancel (a token is locked before a future, never
 * after). */
void future_watch(struct future *future, struct future_watch *watch,
                  void (*resolved_cb)(struct future_watch *watch, int error, void *value));

/* Afterwards the callback does not run and never will. */
void future_unwatch(struct future *future, struct future_watch *watch);

#endif
