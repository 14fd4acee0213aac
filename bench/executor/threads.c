/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool is an executor; whoever wants a result, blocks for it. */
#include "executor.h"

#include "base/clock.h"
#include "flow/executor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct task {
    struct executor_job job;
    struct pool *pool;
    int64_t item;
};

struct pool {
    struct mapping *mapping;
    struct executor *executor;
    struct task *tasks; /* `in_flight` of them, used in turn */
};

static int task_run(void *argument, void **value)
{
    (void)value;
    struct task *task = argument;
    struct mapping *mapping = task->pool->mapping;
    mapping->results[task->item] = mapping_apply(mapping, task->item);
    return 0;
}

static int task_queue(struct pool *pool, struct task *task, int64_t item)
{
    task->pool = pool;
    task->item = item;
    executor_job_init(&task->job, task_run, task);
    return executor_submit(pool->executor, &task->job);
}

static void task_wait(struct task *task)
{
    future_wait(&task->job.result, NULL);
    executor_job_finish(&task->job);
}

int pool_start(struct pool **pool, struct mapping *mapping, struct error *error)
{
    struct pool *made = calloc(1, sizeof *made);
    struct task *tasks = calloc((size_t)mapping->in_flight, sizeof *tasks);
    int result = made && tasks ? 0 : -ENOMEM;
    if (result == 0)
        result = executor_create(&made->executor, (size_t)mapping->workers);
    if (result != 0) {
        free(tasks);
        free(made);
        return error_set(error, result, "cannot start the pool: %s", strerror(-result));
    }
    made->mapping = mapping;
    made->tasks = tasks;
    mapping->task_bytes = sizeof(struct task);
    *pool = made;
    return 0;
}

int pool_stop(struct pool *pool, struct error *error)
{
    (void)error;
    executor_destroy(pool->executor);
    free(pool->tasks);
    free(pool);
    return 0;
}

static int apply(void *context, size_t index)
{
    struct mapping *mapping = context;
    mapping->results[index] = mapping_apply(mapping, (int64_t)index);
    return 0;
}

int pool_inline(struct pool *pool, struct error *error)
{
    (void)error;
    struct mapping *mapping = pool->mapping;
    int64_t begin_ns = clock_now_ns();
    for (int64_t i = 0; i < mapping->items; i++)
        apply(mapping, (size_t)i);
    mapping->inline_ns = clock_now_ns() - begin_ns;
    return 0;
}

int pool_map(struct pool *pool, struct error *error)
{
    struct mapping *mapping = pool->mapping;
    int64_t begin_ns = clock_now_ns();
    int result = executor_map(pool->executor, apply, mapping, (size_t)mapping->items);
    mapping->map_ns = clock_now_ns() - begin_ns;
    return result == 0 ? 0 : error_set(error, result, "cannot map: %s", strerror(-result));
}

/* A task's place is used again once its result is there. */
int pool_submit(struct pool *pool, struct error *error)
{
    struct mapping *mapping = pool->mapping;
    int64_t in_flight = mapping->in_flight;
    int64_t begin_ns = clock_now_ns();
    int64_t submitted = 0, waited = 0;
    int result = 0;
    while (waited < mapping->items && result == 0)
        if (submitted < mapping->items && submitted - waited < in_flight) {
            result = task_queue(pool, &pool->tasks[submitted % in_flight], submitted);
            submitted++;
        } else {
            task_wait(&pool->tasks[waited % in_flight]);
            waited++;
        }
    mapping->submit_ns = clock_now_ns() - begin_ns;
    return result == 0 ? 0 : error_set(error, result, "cannot submit: %s", strerror(-result));
}

int pool_roundtrips(struct pool *pool, struct error *error)
{
    struct mapping *mapping = pool->mapping;
    for (int64_t i = 0; i < mapping->roundtrips; i++) {
        int64_t begin_ns = clock_now_ns();
        int result = task_queue(pool, &pool->tasks[0], i);
        if (result != 0)
            return error_set(error, result, "cannot submit: %s", strerror(-result));
        task_wait(&pool->tasks[0]);
        samples_add(&mapping->roundtrip, clock_now_ns() - begin_ns);
    }
    return 0;
}
