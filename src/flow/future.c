/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flow/future.h"

#include <errno.h>

void future_init(struct future *future)
{
    pthread_mutex_init(&future->mutex, NULL);
    monotonic_cond_init(&future->resolved_cond);
    LIST_INIT(&future->watches);
    future->value = NULL;
    future->error = 0;
    future->resolved = false;
}

void future_finish(struct future *future)
{
    pthread_cond_destroy(&future->resolved_cond);
    pthread_mutex_destroy(&future->mutex);
}

/* Everything happens under the lock, the wake-up included: a waiter that has the result has had the
 * lock after us, so it may free the future. */
static int resolve(struct future *future, int error, void *value)
{
    pthread_mutex_lock(&future->mutex);
    bool first = !future->resolved;
    if (first) {
        future->value = value;
        future->error = error;
        future->resolved = true;
        pthread_cond_broadcast(&future->resolved_cond);
        struct future_watch *watch;
        while ((watch = LIST_FIRST(&future->watches)) != NULL) {
            LIST_REMOVE(watch, entry);
            watch->linked = false;
            watch->resolved_cb(watch, error, value);
        }
    }
    pthread_mutex_unlock(&future->mutex);
    return first ? 0 : -EALREADY;
}

int future_set_value(struct future *future, void *value)
{
    return resolve(future, 0, value);
}

int future_set_error(struct future *future, int error)
{
    return resolve(future, error, NULL);
}

int future_wait(struct future *future, void **value)
{
    pthread_mutex_lock(&future->mutex);
    while (!future->resolved)
        pthread_cond_wait(&future->resolved_cond, &future->mutex);
    int error = future->error;
    if (error == 0 && value)
        *value = future->value;
    pthread_mutex_unlock(&future->mutex);
    return error;
}

int future_wait_until(struct future *future, int64_t deadline_ns)
{
    int result = 0;
    pthread_mutex_lock(&future->mutex);
    while (!future->resolved && result == 0)
        result = monotonic_cond_wait_until(&future->resolved_cond, &future->mutex, deadline_ns);
    if (future->resolved)
        result = 0;
    pthread_mutex_unlock(&future->mutex);
    return result;
}

void future_watch(struct future *future, struct future_watch *watch,
                  void (*resolved_cb)(struct future_watch *watch, int error, void *value))
{
    watch->resolved_cb = resolved_cb;
    pthread_mutex_lock(&future->mutex);
    watch->linked = !future->resolved;
    if (watch->linked)
        LIST_INSERT_HEAD(&future->watches, watch, entry);
    else
        resolved_cb(watch, future->error, future->value);
    pthread_mutex_unlock(&future->mutex);
}

void future_unwatch(struct future *future, struct future_watch *watch)
{
    pthread_mutex_lock(&future->mutex);
    if (watch->linked)
        LIST_REMOVE(watch, entry);
    watch->linked = false;
    pthread_mutex_unlock(&future->mutex);
}
