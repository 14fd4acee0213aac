/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A worker is a handle; the request comes to the loop through uv_async_send, and closes it.
 *
 * Where the kernel wakes a sleeping loop on the CPU of the thread that asks, a request takes some
 * 40 us, most of it spent spinning: libuv (1.44 and others) lets the loop wait for the sender to
 * finish uv_async_send, which the sender, preempted, cannot do before the loop gives up and yields.
 * That is what a request to a loop costs, so it stays in the figure. */
#include "cancel.h"

#include "base/clock.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum request { START, STOP, LEAVE };

struct tasks;

struct task {
    struct tasks *tasks;
    struct cancel_worker *worker;
    union {
        uv_handle_t handle;
        uv_idle_t idle; /* a computing task does a slice each time the loop goes round */
        uv_pipe_t pipe;
    } as;
    char buffer[16];
};

struct tasks {
    struct cancel *cancel;
    enum cancel_kind kind;
    int64_t count;
    int64_t rounds;
    struct samples *samples;
    struct error *error;
    struct task *all;
    struct cancel_worker *workers;
    int64_t opened_count; /* of `workers` */
    uv_loop_t loop;
    uv_async_t async;
    atomic_int request;
    uv_sem_t done; /* posted when a request has been carried out */
    int64_t live_count;
    int failure;
};

static void compute_cb(uv_idle_t *idle)
{
    struct task *task = idle->data;
    cancel_worker_compute(task->tasks->cancel, task->worker);
}

static void socket_alloc_cb(uv_handle_t *handle, size_t size, uv_buf_t *buffer)
{
    (void)size;
    struct task *task = handle->data;
    *buffer = uv_buf_init(task->buffer, sizeof task->buffer);
}

/* The peer never writes; an end of the stream would be somebody's mistake. */
static void socket_read_cb(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    (void)buffer;
    struct task *task = stream->data;
    if (length < 0)
        task->tasks->failure = (int)length;
}

static int task_start(uv_loop_t *loop, struct task *task)
{
    if (task->worker->kind == CANCEL_COMPUTE) {
        uv_idle_init(loop, &task->as.idle);
        task->as.handle.data = task;
        return uv_idle_start(&task->as.idle, compute_cb);
    }
    uv_pipe_init(loop, &task->as.pipe, 0);
    task->as.handle.data = task;
    int result = uv_pipe_open(&task->as.pipe, task->worker->fds[0]);
    if (result != 0)
        return result;
    task->worker->fds[0] = -1; /* the handle closes it */
    cancel_worker_note_running(task->tasks->cancel, task->worker);
    return uv_read_start((uv_stream_t *)&task->as.pipe, socket_alloc_cb, socket_read_cb);
}

static void task_closed_cb(uv_handle_t *handle)
{
    struct task *task = handle->data;
    struct tasks *tasks = task->tasks;
    cancel_worker_note_stopped(task->worker);
    if (--tasks->live_count == 0)
        uv_sem_post(&tasks->done);
}

static void tasks_start(struct tasks *tasks)
{
    tasks->opened_count = 0;
    for (int64_t i = 0; i < tasks->count && tasks->failure == 0; i++) {
        struct task *task = &tasks->all[i];
        *task = (struct task){.tasks = tasks, .worker = &tasks->workers[i]};
        tasks->failure = cancel_worker_open(task->worker, tasks->kind);
        if (tasks->failure == 0) {
            tasks->opened_count++;
            tasks->live_count++;
            tasks->failure = task_start(&tasks->loop, task);
        }
    }
    uv_sem_post(&tasks->done);
}

static void tasks_stop(struct tasks *tasks)
{
    int64_t started = tasks->live_count;
    for (int64_t i = 0; i < started; i++)
        uv_close(&tasks->all[i].as.handle, task_closed_cb);
    if (started == 0)
        uv_sem_post(&tasks->done);
}

static void request_cb(uv_async_t *async)
{
    struct tasks *tasks = async->data;
    switch (atomic_exchange(&tasks->request, -1)) {
    case START:
        tasks_start(tasks);
        break;
    case STOP:
        tasks_stop(tasks);
        break;
    case LEAVE:
        uv_close((uv_handle_t *)async, NULL);
        break;
    default: /* a wake-up whose request was carried out with the one before */
        break;
    }
}

static void request_send(struct tasks *tasks, enum request request)
{
    atomic_store(&tasks->request, request);
    uv_async_send(&tasks->async);
    if (request != LEAVE)
        uv_sem_wait(&tasks->done);
}

/* One set of workers: started, asked to stop, and gone. */
static void round_run(struct tasks *tasks)
{
    request_send(tasks, START);
    if (tasks->failure == 0)
        tasks->failure = cancel_await_running(tasks->cancel, tasks->workers, tasks->count);
    cancel_delay(tasks->cancel);
    int64_t requested_ns = clock_now_ns();
    request_send(tasks, STOP);
    for (int64_t i = 0; i < tasks->opened_count; i++)
        cancel_worker_close(&tasks->workers[i]);
    if (tasks->failure == 0)
        tasks->failure = cancel_note_round(tasks->samples, requested_ns, tasks->workers,
                                           tasks->count, tasks->error);
    else
        error_set(tasks->error, tasks->failure, "cannot start a worker: %s",
                  uv_strerror(tasks->failure));
}

/* The thread outside. */
static void requester_main(void *argument)
{
    struct tasks *tasks = argument;
    for (int64_t i = 0; i < tasks->rounds && tasks->failure == 0; i++)
        round_run(tasks);
    request_send(tasks, LEAVE);
}

static int tasks_run(struct tasks *tasks)
{
    uv_thread_t requester;
    tasks->all = calloc((size_t)tasks->count, sizeof *tasks->all);
    tasks->workers = calloc((size_t)tasks->count, sizeof *tasks->workers);
    int result = tasks->all && tasks->workers ? uv_loop_init(&tasks->loop) : -ENOMEM;
    if (result != 0)
        return result;
    uv_sem_init(&tasks->done, 0);
    tasks->async.data = tasks;
    result = uv_async_init(&tasks->loop, &tasks->async, request_cb);
    if (result == 0)
        result = uv_thread_create(&requester, requester_main, tasks);
    if (result == 0) {
        uv_run(&tasks->loop, UV_RUN_DEFAULT);
        uv_thread_join(&requester);
        result = uv_loop_close(&tasks->loop);
    }
    uv_sem_destroy(&tasks->done);
    return result;
}

int cancel_rounds(struct cancel *cancel, enum cancel_kind kind, int64_t count, int64_t rounds,
                  struct samples *samples, struct error *error)
{
    struct tasks tasks = {
        .cancel = cancel,
        .kind = kind,
        .count = count,
        .rounds = rounds,
        .samples = samples,
        .error = error,
    };
    int result = tasks_run(&tasks);
    free(tasks.all);
    free(tasks.workers);
    if (result != 0)
        return error_set(error, result, "cannot run the loop: %s", uv_strerror(result));
    return tasks.failure;
}

/* What a task that computes on and on can do: the loop does not get to the request meanwhile. */
static int64_t look(struct cancel *cancel, const atomic_bool *cancelled)
{
    int64_t seen = 0;
    int64_t begin_ns = clock_now_ns();
    for (int64_t i = 0; i < cancel->checks; i++)
        seen += atomic_load_explicit(cancelled, memory_order_acquire);
    cancel->checks_ns = clock_now_ns() - begin_ns;
    return seen;
}

struct turning {
    uv_idle_t idle;
    int64_t left;
};

static void turn_cb(uv_idle_t *idle)
{
    struct turning *turning = idle->data;
    if (--turning->left == 0)
        uv_close((uv_handle_t *)idle, NULL);
}

/* What a task does that returns to the loop between two slices. */
static int turn(struct cancel *cancel)
{
    struct turning turning = {.left = cancel->checks};
    uv_loop_t loop;
    int result = uv_loop_init(&loop);
    if (result != 0)
        return result;
    turning.idle.data = &turning;
    uv_idle_init(&loop, &turning.idle);
    uv_idle_start(&turning.idle, turn_cb);
    int64_t begin_ns = clock_now_ns();
    uv_run(&loop, UV_RUN_DEFAULT);
    cancel->turns_ns = clock_now_ns() - begin_ns;
    return uv_loop_close(&loop);
}

int cancel_checks(struct cancel *cancel, struct error *error)
{
    atomic_bool cancelled = false;
    if (look(cancel, &cancelled) != 0)
        return error_set(error, -EPROTO, "cancel: a flag set itself");
    int result = turn(cancel);
    return result == 0 ? 0 : error_set(error, result, "cancel: %s", uv_strerror(result));
}
