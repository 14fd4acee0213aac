/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our executor beside GLib's GThreadPool: the same items, the same function, the same number of
 * workers, in turns within one run. Exits 1 when our map is the slower one. */
#include "executor.h"

#include "base/clock.h"
#include "flow/executor.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS  7
#define ITEMS   1000000
#define WORKERS 2

static int apply(void *context, size_t index)
{
    struct mapping *mapping = context;
    mapping->results[index] = mapping_apply(mapping, (int64_t)index);
    return 0;
}

/* A GThreadPool takes no NULL, so items are counted from 1 on their way. */
static void glib_apply_cb(gpointer item, gpointer context)
{
    apply(context, GPOINTER_TO_SIZE(item) - 1);
}

/* Each of the three makes its pool, maps, and takes the pool down again: the only end of a map that
 * GThreadPool can be waited for. */
static void map_with_glib(struct mapping *mapping)
{
    GThreadPool *pool = g_thread_pool_new(glib_apply_cb, mapping, WORKERS, TRUE, NULL);
    for (size_t i = 0; i < ITEMS; i++)
        g_thread_pool_push(pool, GSIZE_TO_POINTER(i + 1), NULL);
    g_thread_pool_free(pool, FALSE, TRUE);
}

static void map_with_ours(struct mapping *mapping)
{
    struct executor *executor;
    if (executor_create(&executor, WORKERS) != 0)
        abort();
    if (executor_map(executor, apply, mapping, ITEMS) != 0)
        abort();
    executor_destroy(executor);
}

struct item_job {
    struct executor_job job;
    struct mapping *mapping;
    size_t index;
};

static int item_job_run(void *argument, void **value)
{
    (void)value;
    struct item_job *item = argument;
    return apply(item->mapping, item->index);
}

static void submit_with_ours(struct mapping *mapping)
{
    struct executor *executor;
    struct item_job *items = calloc(ITEMS, sizeof *items);
    if (!items || executor_create(&executor, WORKERS) != 0)
        abort();
    for (size_t i = 0; i < ITEMS; i++) {
        items[i].mapping = mapping;
        items[i].index = i;
        executor_job_init(&items[i].job, item_job_run, &items[i]);
        if (executor_submit(executor, &items[i].job) != 0)
            abort();
    }
    executor_destroy(executor);
    for (size_t i = 0; i < ITEMS; i++)
        executor_job_finish(&items[i].job);
    free(items);
}

static void check(const struct mapping *mapping, const char *name)
{
    for (int64_t i = 0; i < ITEMS; i++)
        if (mapping->results[i] != mapping_apply(mapping, i)) {
            error_print("%s: item %d has a wrong result", name, (int)i);
            exit(EXIT_MEASUREMENT_FAILED);
        }
}

int main(void)
{
    static const struct {
        const char *name;
        void (*run)(struct mapping *mapping);
    } ways[] = {{"glib", map_with_glib}, {"map", map_with_ours}, {"submit", submit_with_ours}};
    struct mapping mapping = {.work = 16};
    int64_t best_ns[] = {INT64_MAX, INT64_MAX, INT64_MAX};
    mapping.results = calloc(ITEMS, sizeof *mapping.results);
    if (!mapping.results)
        abort();
    for (int round = 0; round < ROUNDS; round++)
        for (int way = 0; way < 3; way++) {
            memset(mapping.results, 0xff, ITEMS * sizeof *mapping.results);
            int64_t begin_ns = clock_now_ns();
            ways[way].run(&mapping);
            int64_t elapsed_ns = clock_now_ns() - begin_ns;
            best_ns[way] = elapsed_ns < best_ns[way] ? elapsed_ns : best_ns[way];
            check(&mapping, ways[way].name);
        }
    free(mapping.results);
    for (int way = 0; way < 3; way++) {
        char key[64];
        snprintf(key, sizeof key, "%s_tasks_per_second", ways[way].name);
        metric_print(key, (double)ITEMS * (double)NS_PER_SECOND / (double)best_ns[way]);
    }
    int printed = metric_end();
    return best_ns[1] <= best_ns[0] ? printed : EXIT_MEASUREMENT_FAILED;
}
