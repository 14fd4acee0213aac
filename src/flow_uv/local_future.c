/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flow_uv/local_future.h"

#include <errno.h>

/* What becomes ready meanwhile has the next turn. */
static void ready_cb(uv_idle_t *idle)
{
    struct local_ready *ready = idle->data;
    struct local_watch_queue now = STAILQ_HEAD_INITIALIZER(now);
    struct local_watch *watch;
    STAILQ_CONCAT(&now, &ready->queue);
    while ((watch = STAILQ_FIRST(&now)) != NULL) {
        STAILQ_REMOVE_HEAD(&now, entry);
        watch->resolved_cb(watch, watch->future->error, watch->future->value);
    }
    if (STAILQ_EMPTY(&ready->queue))
        uv_idle_stop(&ready->idle);
}

int local_ready_init(struct local_ready *ready)
{
    STAILQ_INIT(&ready->queue);
    int result = uv_loop_init(&ready->loop);
    if (result == 0)
        uv_idle_init(&ready->loop, &ready->idle);
    ready->idle.data = ready;
    return result;
}

int local_ready_run(struct local_ready *ready)
{
    uv_run(&ready->loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&ready->idle, NULL);
    uv_run(&ready->loop, UV_RUN_DEFAULT);
    return uv_loop_close(&ready->loop);
}

void local_future_init(struct local_future *future, struct local_ready *ready)
{
    future->ready = ready;
    STAILQ_INIT(&future->watches);
    future->value = NULL;
    future->error = 0;
    future->resolved = false;
}

static void ready_move(struct local_ready *ready, struct local_watch_queue *watches)
{
    if (STAILQ_EMPTY(watches))
        return;
    STAILQ_CONCAT(&ready->queue, watches);
    uv_idle_start(&ready->idle, ready_cb);
}

static int resolve(struct local_future *future, int error, void *value)
{
    if (future->resolved)
        return -EALREADY;
    future->error = error;
    future->value = value;
    future->resolved = true;
    ready_move(future->ready, &future->watches);
    return 0;
}

int local_future_set_value(struct local_future *future, void *value)
{
    return resolve(future, 0, value);
}

int local_future_set_error(struct local_future *future, int error)
{
    return resolve(future, error, NULL);
}

void local_future_watch(struct local_future *future, struct local_watch *watch,
                        void (*resolved_cb)(struct local_watch *watch, int error, void *value))
{
    watch->future = future;
    watch->resolved_cb = resolved_cb;
    STAILQ_INSERT_TAIL(&future->watches, watch, entry);
    if (future->resolved)
        ready_move(future->ready, &future->watches);
}
