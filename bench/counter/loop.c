/* SPDX-License-Identifier: GPL-3.0-or-later */
/* K tasks of one loop that each yield to the loop, then add: nobody else runs in between. Either
 * before every addition, which is a price of the loop's own, or after many of them in a row, as a
 * thread adds. */
#include "counter.h"

#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

/* So many additions take a few microseconds: as long as a task may keep others waiting. */
#define COUNTER_SLICE 1000

struct shared {
    atomic_int_fast64_t counter;
};

struct worker {
    struct shared *shared;
    void (*add)(struct shared *shared);
    int64_t increments;
    int64_t slice; /* between two yields */
    /* An idle handle is called once each time the loop goes round: that is how a task yields. */
    uv_idle_t yield;
};

static void add_unsynchronised(struct shared *shared)
{
    counter_add_unsynchronised(&shared->counter);
}

static void worker_run_cb(uv_idle_t *yield)
{
    struct worker *worker = yield->data;
    int64_t count = worker->increments < worker->slice ? worker->increments : worker->slice;
    for (int64_t i = 0; i < count; i++)
        worker->add(worker->shared);
    worker->increments -= count;
    if (worker->increments == 0)
        uv_close((uv_handle_t *)yield, NULL);
}

static int start_workers(const struct counter *counter, uv_loop_t *loop, struct worker *workers,
                         struct shared *shared, int64_t slice)
{
    int result = 0;
    for (int64_t i = 0; i < counter->workers && result == 0; i++) {
        workers[i].shared = shared;
        workers[i].add = add_unsynchronised;
        workers[i].increments = counter->increments;
        workers[i].slice = slice;
        workers[i].yield.data = &workers[i];
        uv_idle_init(loop, &workers[i].yield);
        result = uv_idle_start(&workers[i].yield, worker_run_cb);
    }
    return result;
}

static int count(const struct counter *counter, int64_t slice, struct worker *workers,
                 struct counter_form *form, struct error *error)
{
    struct shared shared = {0};
    uv_loop_t loop;
    int result = uv_loop_init(&loop);
    if (result == 0)
        result = start_workers(counter, &loop, workers, &shared, slice);
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
    static const struct {
        struct counter_form form;
        int64_t slice;
    } forms[] = {
        {{.name = "unsynchronised", .exact = true}, COUNTER_SLICE},
        {{.name = "yield", .exact = true}, 1},
    };
    struct worker *workers = calloc((size_t)counter->workers, sizeof *workers);
    if (!workers)
        return error_set(error, -errno, "no memory for %d workers", (int)counter->workers);
    int result = 0;
    counter->form_count = sizeof forms / sizeof forms[0];
    for (int i = 0; i < counter->form_count && result == 0; i++) {
        counter->forms[i] = forms[i].form;
        result = count(counter, forms[i].slice, workers, &counter->forms[i], error);
    }
    free(workers);
    return result;
}
