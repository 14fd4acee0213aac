/* SPDX-License-Identifier: GPL-3.0-or-later */
/* K tasks of one loop that each yield to the loop, then add: nobody else runs in between. */
#include "counter.h"

#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

struct shared {
    atomic_int_fast64_t counter;
};

struct worker {
    struct shared *shared;
    int64_t increments;
    /* An idle handle is called once each time the loop goes round: that is how a task yields. */
    uv_idle_t yield;
};

static void worker_yield_cb(uv_idle_t *yield)
{
    struct worker *worker = yield->data;
    counter_add_unsynchronised(&worker->shared->counter);
    if (--worker->increments == 0)
        uv_close((uv_handle_t *)yield, NULL);
}

static int start_workers(const struct counter *counter, uv_loop_t *loop, struct worker *workers,
                         struct shared *shared)
{
    int result = 0;
    for (int64_t i = 0; i < counter->workers && result == 0; i++) {
        workers[i].shared = shared;
        workers[i].increments = counter->increments;
        workers[i].yield.data = &workers[i];
        uv_idle_init(loop, &workers[i].yield);
        result = uv_idle_start(&workers[i].yield, worker_yield_cb);
    }
    return result;
}

static int count(const struct counter *counter, struct worker *workers, struct counter_form *form,
                 struct error *error)
{
    struct shared shared = {0};
    uv_loop_t loop;
    int result = uv_loop_init(&loop);
    if (result == 0)
        result = start_workers(counter, &loop, workers, &shared);
    if (result != 0)
        return error_set(error, result, "counter: cannot start %d tasks: %s", (int)counter->workers,
                         uv_strerror(result));
    int64_t begin_ns = clock_now_ns();
    uv_run(&loop, UV_RUN_DEFAULT);
    form->elapsed_ns = clock_now_ns() - begin_ns;
    form->total = shared.counter;
    result = uv_loop_close(&loop);
    return result == 0 ? 0 : error_set(error, result, "counter: %s", uv_strerror(result));
}

int counter_run(struct counter *counter, struct error *error)
{
    static const struct counter_form form = {.name = "unsynchronised", .exact = true};
    struct worker *workers = calloc((size_t)counter->workers, sizeof *workers);
    if (!workers)
        return error_set(error, -errno, "no memory for %d workers", (int)counter->workers);
    counter->form_count = 1;
    counter->forms[0] = form;
    int result = count(counter, workers, &counter->forms[0], error);
    free(workers);
    return result;
}
