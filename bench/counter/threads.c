/* SPDX-License-Identifier: GPL-3.0-or-later */
/* K threads that add at once: unsynchronised, which loses updates, with a mutex, and atomically. */
#include "counter.h"

#include "base/clock.h"
#include "flow/future.h"
#include "flow/scope.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct shared {
    atomic_int_fast64_t counter;
    pthread_mutex_t mutex;
    struct future start;
};

struct worker {
    struct shared *shared;
    void (*add)(struct shared *shared);
    int64_t increments;
    int64_t begin_ns;
    int64_t end_ns;
};

static void add_unsynchronised(struct shared *shared)
{
    counter_add_unsynchronised(&shared->counter);
}

static void add_mutex(struct shared *shared)
{
    pthread_mutex_lock(&shared->mutex);
    counter_add_unsynchronised(&shared->counter);
    pthread_mutex_unlock(&shared->mutex);
}

static void add_atomic(struct shared *shared)
{
    atomic_fetch_add_explicit(&shared->counter, 1, memory_order_relaxed);
}

static int worker_run(struct token *token, void *argument)
{
    (void)token;
    struct worker *worker = argument;
    int result = future_wait(&worker->shared->start, NULL);
    if (result != 0)
        return result;
    worker->begin_ns = clock_now_ns();
    for (int64_t i = 0; i < worker->increments; i++)
        worker->add(worker->shared);
    worker->end_ns = clock_now_ns();
    return 0;
}

/* From the first worker's begin to the last one's end. */
static int64_t elapsed_ns(const struct worker *workers, int64_t count)
{
    int64_t begin_ns = workers[0].begin_ns;
    int64_t end_ns = workers[0].end_ns;
    for (int64_t i = 1; i < count; i++) {
        begin_ns = workers[i].begin_ns < begin_ns ? workers[i].begin_ns : begin_ns;
        end_ns = workers[i].end_ns > end_ns ? workers[i].end_ns : end_ns;
    }
    return end_ns - begin_ns;
}

/* All start at once, or none. */
static int start_workers(const struct counter *counter, struct scope *scope, struct worker *workers,
                         struct shared *shared, void (*add)(struct shared *shared))
{
    int result = 0;
    for (int64_t i = 0; i < counter->workers && result == 0; i++) {
        workers[i] = (struct worker){shared, add, counter->increments, 0, 0};
        result = scope_start(scope, worker_run, &workers[i]);
    }
    if (result == 0)
        future_set_value(&shared->start, NULL);
    else
        future_set_error(&shared->start, result);
    return result;
}

static int count(const struct counter *counter, void (*add)(struct shared *shared),
                 struct worker *workers, struct counter_form *form, struct error *error)
{
    struct shared shared = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    struct scope scope;
    future_init(&shared.start);
    scope_init(&scope, NULL);
    int result = start_workers(counter, &scope, workers, &shared, add);
    scope_finish(&scope);
    future_finish(&shared.start);
    if (result != 0)
        return error_set(error, result, "counter: cannot start %d threads: %s",
                         (int)counter->workers, strerror(-result));
    form->total = shared.counter;
    form->elapsed_ns = elapsed_ns(workers, counter->workers);
    return 0;
}

int counter_run(struct counter *counter, struct error *error)
{
    static const struct {
        struct counter_form form;
        void (*add)(struct shared *shared);
    } forms[] = {
        {{.name = "unsynchronised", .exact = false}, add_unsynchronised},
        {{.name = "mutex", .exact = true}, add_mutex},
        {{.name = "atomic", .exact = true}, add_atomic},
    };
    struct worker *workers = calloc((size_t)counter->workers, sizeof *workers);
    if (!workers)
        return error_set(error, -errno, "no memory for %d workers", (int)counter->workers);
    int result = 0;
    counter->form_count = sizeof forms / sizeof forms[0];
    for (int i = 0; i < counter->form_count && result == 0; i++) {
        counter->forms[i] = forms[i].form;
        result = count(counter, forms[i].add, workers, &counter->forms[i], error);
    }
    free(workers);
    return result;
}
