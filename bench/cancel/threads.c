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

struct task {
    struct cancel *cancel;
    struct cancel_worker *worker;
};

static int compute_run(struct token *token, void *argument)
{
    struct task *task = argument;
    while (!token_is_cancelled(token))
        cancel_worker_compute(task->cancel, task->worker);
    cancel_worker_note_stopped(task->worker);
    return -ECANCELED;
}

/* The token's descriptor is made before the worker counts as running: that takes a lock, and asleep
 * for a lock is not asleep for the socket. */
static int socket_run(struct token *token, void *argument)
{
    struct task *task = argument;
    token_descriptor(token);
    cancel_worker_note_running(task->cancel, task->worker);
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

/* One set of workers: started, asked to stop, and gone. */
static int round_run(struct cancel *cancel, struct task *tasks, struct cancel_worker *workers,
                     enum cancel_kind kind, int64_t count, int64_t *requested_ns)
{
    struct scope scope;
    int result = 0;
    int64_t opened = 0;
    scope_init(&scope, NULL);
    while (opened < count && result == 0) {
        tasks[opened] = (struct task){cancel, &workers[opened]};
        result = cancel_worker_open(&workers[opened], kind);
        if (result == 0)
            result = task_start(&scope, &tasks[opened++]);
    }
    if (result == 0)
        result = cancel_await_running(cancel, workers, count);
    cancel_delay(cancel);
    *requested_ns = clock_now_ns();
    scope_cancel(&scope);
    int left = scope_leave(&scope);
    scope_finish(&scope);
    for (int64_t i = 0; i < opened; i++)
        cancel_worker_close(&workers[i]);
    return result != 0 || left == -ECANCELED ? result : left;
}

int cancel_rounds(struct cancel *cancel, enum cancel_kind kind, int64_t count, int64_t rounds,
                  struct samples *samples, struct error *error)
{
    struct cancel_worker *workers = calloc((size_t)count, sizeof *workers);
    struct task *tasks = calloc((size_t)count, sizeof *tasks);
    int result = workers && tasks ? 0 : -ENOMEM;
    int64_t requested_ns;
    int64_t i = 0;
    while (i < rounds && result == 0) {
        result = round_run(cancel, tasks, workers, kind, count, &requested_ns);
        if (result == 0 && cancel_note_round(samples, requested_ns, workers, count, error) != 0)
            break;
        i++;
    }
    free(workers);
    free(tasks);
    if (result != 0)
        return error_set(error, result, "cannot start a worker: %s", strerror(-result));
    return i == rounds ? 0 : -EPROTO;
}

int cancel_checks(struct cancel *cancel, struct error *error)
{
    struct token token;
    int64_t seen = 0;
    token_init(&token, NULL);
    int64_t begin_ns = clock_now_ns();
    for (int64_t i = 0; i < cancel->checks; i++)
        seen += token_is_cancelled(&token);
    cancel->checks_ns = clock_now_ns() - begin_ns;
    token_finish(&token);
    return seen == 0 ? 0 : error_set(error, -EPROTO, "cancel: a token cancelled itself");
}
