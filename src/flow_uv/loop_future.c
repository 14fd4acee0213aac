/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flow_uv/loop_future.h"

#include <errno.h>

/* What becomes ready meanwhile has a wake-up of its own. */
static void ready_cb(uv_async_t *async)
{
    struct loop_ready *ready = async->data;
    struct loop_watch *watch;
    uv_mutex_lock(&ready->mutex);
    STAILQ_CONCAT(&ready->running, &ready->queue);
    uv_mutex_unlock(&ready->mutex);
    while ((watch = STAILQ_FIRST(&ready->running)) != NULL) {
        STAILQ_REMOVE_HEAD(&ready->running, entry);
        watch->resolved_cb(watch, watch->future->error, watch->future->value);
    }
}

int loop_ready_init(struct loop_ready *ready)
{
    int result = uv_loop_init(&ready->loop);
    if (result != 0)
        return result;
    result = uv_async_init(&ready->loop, &ready->async, ready_cb);
    if (result != 0) {
        uv_loop_close(&ready->loop);
        return result;
    }
    ready->async.data = ready;
    uv_mutex_init(&ready->mutex);
    STAILQ_INIT(&ready->queue);
    STAILQ_INIT(&ready->running);
    return 0;
}

int loop_ready_run(struct loop_ready *ready)
{
    uv_run(&ready->loop, UV_RUN_DEFAULT);
    uv_mutex_destroy(&ready->mutex);
    return uv_loop_close(&ready->loop);
}

void loop_ready_leave(struct loop_ready *ready)
{
    uv_close((uv_handle_t *)&ready->async, NULL);
}

/* The wake-up happens under the lock: the loop that has the callback has had the lock after us, so
 * it may leave. */
static void ready_post(struct loop_ready *ready, struct loop_watch *watch)
{
    uv_mutex_lock(&ready->mutex);
    STAILQ_INSERT_TAIL(&ready->queue, watch, entry);
    uv_async_send(&ready->async);
    uv_mutex_unlock(&ready->mutex);
}

void loop_future_init(struct loop_future *future)
{
    uv_mutex_init(&future->mutex);
    STAILQ_INIT(&future->watches);
    future->value = NULL;
    future->error = 0;
    future->resolved = false;
}

void loop_future_finish(struct loop_future *future)
{
    uv_mutex_destroy(&future->mutex);
}

static int resolve(struct loop_future *future, int error, void *value)
{
    struct loop_watch *watch;
    uv_mutex_lock(&future->mutex);
    bool first = !future->resolved;
    if (first) {
        future->error = error;
        future->value = value;
        future->resolved = true;
    }
    while ((watch = STAILQ_FIRST(&future->watches)) != NULL) {
        STAILQ_REMOVE_HEAD(&future->watches, entry);
        ready_post(watch->ready, watch);
    }
    uv_mutex_unlock(&future->mutex);
    return first ? 0 : -EALREADY;
}

int loop_future_set_value(struct loop_future *future, void *value)
{
    return resolve(future, 0, value);
}

int loop_future_set_error(struct loop_future *future, int error)
{
    return resolve(future, error, NULL);
}

void loop_future_watch(struct loop_future *future, struct loop_watch *watch,
                       struct loop_ready *ready,
                       void (*resolved_cb)(struct loop_watch *watch, int error, void *value))
{
    watch->future = future;
    watch->ready = ready;
    watch->resolved_cb = resolved_cb;
    uv_mutex_lock(&future->mutex);
    if (future->resolved)
        ready_post(ready, watch);
    else
        STAILQ_INSERT_TAIL(&future->watches, watch, entry);
    uv_mutex_unlock(&future->mutex);
}

static bool queue_take(struct loop_watch_queue *queue, struct loop_watch *watch)
{
    struct loop_watch *found = STAILQ_FIRST(queue);
    while (found && found != watch)
        found = STAILQ_NEXT(found, entry);
    if (found)
        STAILQ_REMOVE(queue, watch, loop_watch, entry);
    return found != NULL;
}

/* A watch goes from the future to the loop under both their locks, and on only in this thread. */
void loop_future_unwatch(struct loop_future *future, struct loop_watch *watch)
{
    struct loop_ready *ready = watch->ready;
    uv_mutex_lock(&future->mutex);
    bool taken = queue_take(&future->watches, watch);
    uv_mutex_unlock(&future->mutex);
    if (taken)
        return;
    uv_mutex_lock(&ready->mutex);
    taken = queue_take(&ready->queue, watch);
    uv_mutex_unlock(&ready->mutex);
    if (!taken)
        queue_take(&ready->running, watch);
}
