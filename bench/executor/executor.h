/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A function is mapped over items by a pool of workers, results in order. What the halves share:
 * the function, the check against a serial map, and the figures.
 *
 * The clock covers the same in both halves: from the first task queued, its memory included where a
 * map takes any, to the last result in the hands of the thread that queued. The workers' own start
 * comes before. */
#ifndef WAITBENCH_BENCH_EXECUTOR_H
#define WAITBENCH_BENCH_EXECUTOR_H

#include "base/error.h"
#include "subject/metric.h"

#include <stdint.h>

struct mapping {
    int64_t items;
    int64_t workers;
    int64_t work;       /* rounds of mixing per item */
    int64_t in_flight;  /* how many single tasks may be queued at once */
    int64_t roundtrips; /* single tasks, each waited for before the next is queued */

    uint64_t *results;
    int64_t inline_ns; /* elapsed, for all items */
    int64_t map_ns;
    int64_t submit_ns;
    struct samples roundtrip;
    int64_t task_bytes; /* what one queued task takes */
};

/* The function: a 64-bit mixer, `work` times over. Nothing but processor time. */
static inline uint64_t mapping_apply(const struct mapping *mapping, int64_t item)
{
    uint64_t value = (uint64_t)item;
    for (int64_t i = 0; i < mapping->work; i++) {
        value += UINT64_C(0x9e3779b97f4a7c15);
        value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        value ^= value >> 31;
    }
    return value;
}

/* Each half's own; all return 0 or -errno. Starts and stops its workers. */
struct pool;
int pool_start(struct pool **pool, struct mapping *mapping, struct error *error);
int pool_stop(struct pool *pool, struct error *error);

/* The whole map where it is called, without the workers. */
int pool_inline(struct pool *pool, struct error *error);

/* The whole map in chunks of its own choice. */
int pool_map(struct pool *pool, struct error *error);

/* Every item a task of its own, `in_flight` at once. */
int pool_submit(struct pool *pool, struct error *error);

/* `roundtrips` tasks, one after the other: from queueing to having the result. */
int pool_roundtrips(struct pool *pool, struct error *error);

#endif
