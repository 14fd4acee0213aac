/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool is libuv's own (uv_queue_work); a result is a callback on the loop. */
#include "executor.h"

#include "base/clock.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

/* As many chunks per worker as the threads' executor makes. */
#define CHUNKS_PER_WORKER 64
/* How many items the loop does by itself before it looks after its other handles. */
#define INLINE_TURN 1000

struct task {
    uv_work_t work;
    struct pool *pool;
    int64_t item;
    int64_t end; /* of a chunk */
};

struct pool {
    struct mapping *mapping;
    uv_loop_t loop;
    struct task *tasks; /* `in_flight` of them, used in turn */
    int64_t next;       /* item to be queued */
    int64_t begin_ns;   /* of the round trip under way */
    int failure;
};

static void task_run_cb(uv_work_t *work)
{
    struct task *task = work->data;
    struct mapping *mapping = task->pool->mapping;
    for (int64_t i = task->item; i < task->end; i++)
        mapping->results[i] = mapping_apply(mapping, i);
}

static void task_queue(struct task *task, int64_t item, int64_t end, uv_after_work_cb done_cb)
{
    task->item = item;
    task->end = end;
    task->work.data = task;
    int result = uv_queue_work(&task->pool->loop, &task->work, task_run_cb, done_cb);
    if (result != 0)
        task->pool->failure = result;
}

/* Runs the loop until nothing is left to do. */
static int pool_run(struct pool *pool, struct error *error)
{
    uv_run(&pool->loop, UV_RUN_DEFAULT);
    if (pool->failure == 0)
        return 0;
    return error_set(error, pool->failure, "cannot queue: %s", uv_strerror(pool->failure));
}

/* libuv starts its workers, and waits for them to run, when the first task is queued. That is
 * before the clock runs, as with threads. */
static int pool_wake(struct pool *pool, struct error *error)
{
    pool->tasks[0].pool = pool;
    task_queue(&pool->tasks[0], 0, 0, NULL);
    return pool_run(pool, error);
}

/* libuv reads the size of its pool from the environment, when it is first used. */
int pool_start(struct pool **pool, struct mapping *mapping, struct error *error)
{
    char size[24];
    snprintf(size, sizeof size, "%d", (int)mapping->workers);
    struct pool *made = calloc(1, sizeof *made);
    struct task *tasks = calloc((size_t)mapping->in_flight, sizeof *tasks);
    int result = made && tasks ? 0 : -ENOMEM;
    if (result == 0)
        result = uv_os_setenv("UV_THREADPOOL_SIZE", size);
    if (result == 0)
        result = uv_loop_init(&made->loop);
    if (result != 0) {
        free(tasks);
        free(made);
        return error_set(error, result, "cannot start the pool: %s", uv_strerror(result));
    }
    made->mapping = mapping;
    made->tasks = tasks;
    mapping->task_bytes = sizeof(struct task);
    *pool = made;
    return pool_wake(made, error);
}

int pool_stop(struct pool *pool, struct error *error)
{
    int result = uv_loop_close(&pool->loop);
    free(pool->tasks);
    free(pool);
    return result == 0 ? 0 : error_set(error, result, "executor: %s", uv_strerror(result));
}

static void inline_cb(uv_idle_t *idle)
{
    struct pool *pool = idle->data;
    struct mapping *mapping = pool->mapping;
    for (int i = 0; i < INLINE_TURN && pool->next < mapping->items; i++, pool->next++)
        mapping->results[pool->next] = mapping_apply(mapping, pool->next);
    if (pool->next == mapping->items)
        uv_close((uv_handle_t *)idle, NULL);
}

int pool_inline(struct pool *pool, struct error *error)
{
    uv_idle_t idle = {.data = pool};
    pool->next = 0;
    int64_t begin_ns = clock_now_ns();
    uv_idle_init(&pool->loop, &idle);
    uv_idle_start(&idle, inline_cb);
    int result = pool_run(pool, error);
    pool->mapping->inline_ns = clock_now_ns() - begin_ns;
    return result;
}

/* The items between two bounds are divided as evenly as whole numbers allow. */
int pool_map(struct pool *pool, struct error *error)
{
    struct mapping *mapping = pool->mapping;
    int64_t chunks = mapping->workers * CHUNKS_PER_WORKER;
    int64_t begin_ns = clock_now_ns();
    struct task *tasks = calloc((size_t)chunks, sizeof *tasks);
    if (!tasks)
        return error_set(error, -ENOMEM, "no memory for the chunks");
    for (int64_t i = 0; i < chunks; i++) {
        tasks[i].pool = pool;
        task_queue(&tasks[i], mapping->items * i / chunks, mapping->items * (i + 1) / chunks, NULL);
    }
    int result = pool_run(pool, error);
    free(tasks);
    mapping->map_ns = clock_now_ns() - begin_ns;
    return result;
}

/* A task's place is used again once its result is there. */
static void submit_done_cb(uv_work_t *work, int status)
{
    (void)status;
    struct task *task = work->data;
    struct pool *pool = task->pool;
    if (pool->next < pool->mapping->items) {
        task_queue(task, pool->next, pool->next + 1, submit_done_cb);
        pool->next++;
    }
}

int pool_submit(struct pool *pool, struct error *error)
{
    struct mapping *mapping = pool->mapping;
    pool->next = 0;
    int64_t begin_ns = clock_now_ns();
    while (pool->next < mapping->in_flight && pool->next < mapping->items) {
        struct task *task = &pool->tasks[pool->next];
        task->pool = pool;
        task_queue(task, pool->next, pool->next + 1, submit_done_cb);
        pool->next++;
    }
    int result = pool_run(pool, error);
    mapping->submit_ns = clock_now_ns() - begin_ns;
    return result;
}

static void roundtrip_done_cb(uv_work_t *work, int status);

static void roundtrip_begin(struct task *task, int64_t item)
{
    task->pool->begin_ns = clock_now_ns();
    task_queue(task, item, item + 1, roundtrip_done_cb);
}

static void roundtrip_done_cb(uv_work_t *work, int status)
{
    (void)status;
    struct task *task = work->data;
    struct mapping *mapping = task->pool->mapping;
    samples_add(&mapping->roundtrip, clock_now_ns() - task->pool->begin_ns);
    if (task->end < mapping->roundtrips)
        roundtrip_begin(task, task->end);
}

int pool_roundtrips(struct pool *pool, struct error *error)
{
    pool->tasks[0].pool = pool;
    roundtrip_begin(&pool->tasks[0], 0);
    return pool_run(pool, error);
}
