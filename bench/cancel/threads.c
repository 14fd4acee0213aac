/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A worker is a thread; the request is a token, which it reads, or which wakes it. */
#include "cancel.h"

#include "base/clock.h"
#include "flow/scope.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct tasks;

struct task {
    struct tasks *tasks;
    struct cancel_worker *worker;
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
    struct scope scope;
    int failure;
};

static int compute_run(struct token *token, void *argument)
{
    struct task *task = argument;
    while (!token_is_cancelled(token))
        cancel_worker_compute(task->tasks->cancel, task->worker);
    cancel_worker_note_stopped(task->worker);
    return -ECANCELED;
}

/* The token's descriptor is made before the worker counts as running: that takes a lock, and
 * blocked for a lock is not blocked for the socket. */
static int socket_run(struct token *token, void *argument)
{
    struct task *task = argument;
    token_descriptor(token);
    cancel_worker_note_running(task->tasks->cancel, task->worker);
    int result = token_poll(token, task->worker->fds[0], POLLIN, FLOW_NEVER);
    close(task->worker->fds[0]);
    task->worker->fds[0] = -1;
    cancel_worker_note_stopped(task->worker);
    return result;
}

static int task_start(struct scope *scope, struct task *task)
{
    bool computes = task->worker->kind == CANCEL_COMPUTE;
    return scope_start(scope, computes ? compute_run : socket_run, task);
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
            tasks->failure = task_start(&tasks->scope, task);
        }
    }
}

static void tasks_stop(struct tasks *tasks)
{
    scope_cancel(&tasks->scope);
    int left = scope_leave(&tasks->scope);
    if (tasks->failure == 0 && left != -ECANCELED)
        tasks->failure = left;
}

/* One set of workers: started, asked to stop, and gone. */
static void round_run(struct tasks *tasks)
{
    scope_init(&tasks->scope, NULL);
    tasks_start(tasks);
    if (tasks->failure == 0)
        tasks->failure = cancel_await_running(tasks->cancel, tasks->workers, tasks->count);
    cancel_delay(tasks->cancel);
    int64_t requested_ns = clock_now_ns();
    tasks_stop(tasks);
    scope_finish(&tasks->scope);
    for (int64_t i = 0; i < tasks->opened_count; i++)
        cancel_worker_close(&tasks->workers[i]);
    if (tasks->failure == 0)
        tasks->failure = cancel_note_round(tasks->samples, requested_ns, tasks->workers,
                                           tasks->count, tasks->error);
    else
        error_set(tasks->error, tasks->failure, "cannot start a worker: %s",
                  strerror(-tasks->failure));
}

static int tasks_run(struct tasks *tasks)
{
    tasks->all = calloc((size_t)tasks->count, sizeof *tasks->all);
    tasks->workers = calloc((size_t)tasks->count, sizeof *tasks->workers);
    if (!tasks->all || !tasks->workers)
        return -ENOMEM;
    for (int64_t i = 0; i < tasks->rounds && tasks->failure == 0; i++)
        round_run(tasks);
    return 0;
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
        return error_set(error, result, "cannot run the threads: %s", strerror(-result));
    return tasks.failure;
}

/* What a worker that computes does between two slices. */
static int64_t look(struct cancel *cancel, const struct token *token)
{
    int64_t seen = 0;
    int64_t begin_ns = clock_now_ns();
    for (int64_t i = 0; i < cancel->checks; i++)
        seen += token_is_cancelled(token);
    cancel->checks_ns = clock_now_ns() - begin_ns;
    return seen;
}

int cancel_checks(struct cancel *cancel, struct error *error)
{
    struct token token;
    token_init(&token, NULL);
    int64_t seen = look(cancel, &token);
    token_finish(&token);
    return seen == 0 ? 0 : error_set(error, -EPROTO, "cancel: a token cancelled itself");
}
