/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "executor.h"

#include "base/clock.h"
#include "subject/parameter.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct form {
    const char *name;
    int (*run)(struct pool *pool, struct error *error);
    int64_t mapping_items; /* how many results it leaves */
};

static int verify(const struct mapping *mapping, const struct form *form, struct error *error)
{
    for (int64_t i = 0; i < form->mapping_items; i++)
        if (mapping->results[i] != mapping_apply(mapping, i))
            return error_set(error, -EPROTO, "executor: %s: item %" PRId64 " has a wrong result",
                             form->name, i);
    return 0;
}

static int run_forms(struct mapping *mapping, struct pool *pool, struct error *error)
{
    const struct form forms[] = {
        {"inline", pool_inline, mapping->items},
        {"map", pool_map, mapping->items},
        {"submit", pool_submit, mapping->items},
        {"roundtrip", pool_roundtrips, mapping->roundtrips},
    };
    int result = 0;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0] && result == 0; i++) {
        memset(mapping->results, 0xff, (size_t)mapping->items * sizeof *mapping->results);
        result = forms[i].run(pool, error);
        if (result == 0)
            result = verify(mapping, &forms[i], error);
    }
    return result;
}

static int run(struct mapping *mapping, struct error *error)
{
    struct pool *pool;
    mapping->results = calloc((size_t)mapping->items, sizeof *mapping->results);
    if (!mapping->results || samples_init(&mapping->roundtrip, (size_t)mapping->roundtrips) != 0)
        return error_set(error, -ENOMEM, "executor: no memory for the results");
    int result = pool_start(&pool, mapping, error);
    if (result != 0)
        return result;
    result = run_forms(mapping, pool, error);
    int stopped = pool_stop(pool, result == 0 ? error : NULL);
    return result != 0 ? result : stopped;
}

static double per_second(const struct mapping *mapping, int64_t elapsed_ns)
{
    return (double)mapping->items * (double)NS_PER_SECOND / (double)elapsed_ns;
}

static void print_figures(struct mapping *mapping)
{
    metric_print("inline_tasks_per_second", per_second(mapping, mapping->inline_ns));
    metric_print("map_tasks_per_second", per_second(mapping, mapping->map_ns));
    metric_print("submit_tasks_per_second", per_second(mapping, mapping->submit_ns));
    metric_print_samples("roundtrip", &mapping->roundtrip);
    metric_print_count("task_bytes", mapping->task_bytes);
}

int main(int argc, char **argv)
{
    struct mapping mapping = {
        .items = 1000000, .workers = 2, .work = 16, .in_flight = 1024, .roundtrips = 20000};
    const struct parameter parameters[] = {
        {"items", "count", "items to map over", &mapping.items, 1, 100000000, NULL, NULL},
        {"workers", "count", "workers of the pool", &mapping.workers, 1, 1024, NULL, NULL},
        {"work", "count", "rounds of mixing per item", &mapping.work, 0, 1000000, NULL, NULL},
        {"in-flight", "count", "single tasks queued at once", &mapping.in_flight, 1, 1000000, NULL,
         NULL},
        {"roundtrips", "count", "tasks waited for one by one, at most the items",
         &mapping.roundtrips, 1, 10000000, NULL, NULL},
        {0},
    };
    struct error error;
    parameters_parse(parameters, "A pool of workers maps a function over items.", argc, argv);
    if (mapping.roundtrips > mapping.items)
        mapping.roundtrips = mapping.items;
    int result = run(&mapping, &error);
    if (result == 0) {
        parameters_print(parameters);
        print_figures(&mapping);
    }
    samples_finish(&mapping.roundtrip);
    free(mapping.results);
    if (result == 0)
        return metric_end();
    error_print("%s", error.text);
    return EXIT_MEASUREMENT_FAILED;
}
