/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "loop_future.h"

/* What becomes ready meanwhile has a wake-up of its own. */
static void ready_cb(uv_async_t *async)
{
    struct ready *ready = async->data;
    struct watch_queue now = STAILQ_HEAD_INITIALIZER(now);
    struct watch *watch;
    uv_mutex_lock(&ready->mutex);
    STAILQ_CONCAT(&now, &ready->queue);
    uv_mutex_unlock(&ready->mutex);
    while ((watch = STAILQ_FIRST(&now)) != NULL) {
        STAILQ_REMOVE_HEAD(&now, entry);
        watch->resolved_cb(watch, watch->future->error, watch->future->value);
    }
}

int ready_init(struct ready *ready)
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
    return 0;
}

int ready_run(struct ready *ready)
{
    uv_run(&ready->loop, UV_RUN_DEFAULT);
    uv_mutex_destroy(&ready->mutex);
    return uv_loop_close(&ready->loop);
}

void ready_leave(struct ready *ready)
{
    uv_close((uv_handle_t *)&ready->async, NULL);
}

/* The wake-up happens under the lock: the loop that has the callback has had the lock after us, so
 * it may leave. */
static void ready_post(struct ready *ready, struct watch *watch)
{
    uv_mutex_lock(&ready->mutex);
    STAILQ_INSERT_TAIL(&ready->queue, watch, entry);
    uv_async_send(&ready->async);
    uv_mutex_unlock(&ready->mutex);
}

void future_init(struct future *future)
{
    uv_mutex_init(&future->mutex);
    STAILQ_INIT(&future->watches);
    future->value = NULL;
    future->error = 0;
    future->resolved = false;
}

void future_finish(struct future *future)
{
    uv_mutex_destroy(&future->mutex);
}

void future_resolve(struct future *future, int error, void *value)
{
    struct watch *watch;
    uv_mutex_lock(&future->mutex);
    future->error = error;
    future->value = value;
    future->resolved = true;
    while ((watch = STAILQ_FIRST(&future->watches)) != NULL) {
        STAILQ_REMOVE_HEAD(&future->watches, entry);
        ready_post(watch->ready, watch);
    }
    uv_mutex_unlock(&future->mutex);
}

void future_wait(struct future *future, struct watch *watch, struct ready *ready,
                 void (*resolved_cb)(struct watch *watch, int error, void *value))
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

void future_unwait(struct future *future, struct watch *watch)
{
    uv_mutex_lock(&future->mutex);
    STAILQ_REMOVE(&future->watches, watch, watch, entry);
    uv_mutex_unlock(&future->mutex);
}
