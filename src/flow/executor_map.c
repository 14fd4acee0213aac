/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flow/executor_private.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

/* So many chunks per worker that the last one to finish is late by little; never so large that a
 * chunk of slow items blocks the way, and one atomic addition per chunk is nothing. */
#define CHUNKS_PER_WORKER 64
#define CHUNK_MAX         4096

/* One map under way; every worker draws chunks from `next` until there are none. */
struct map {
    int (*apply)(void *context, size_t index);
    void *context;
    size_t count;
    size_t chunk;
    atomic_size_t next;
    pthread_mutex_t mutex;
    size_t error_index;
    int error;
};

static void map_note_error(struct map *map, size_t index, int error)
{
    pthread_mutex_lock(&map->mutex);
    if (map->error == 0 || index < map->error_index) {
        map->error = error;
        map->error_index = index;
    }
    pthread_mutex_unlock(&map->mutex);
}

static int map_run(void *argument, void **value)
{
    (void)value;
    struct map *map = argument;
    for (;;) {
        size_t begin = atomic_fetch_add_explicit(&map->next, map->chunk, memory_order_relaxed);
        if (begin >= map->count)
            return 0;
        size_t end = map->count - begin < map->chunk ? map->count : begin + map->chunk;
        for (size_t index = begin; index < end; index++) {
            int error = map->apply(map->context, index);
            if (error != 0)
                map_note_error(map, index, error);
        }
    }
}

static size_t chunk_size(size_t count, size_t worker_count)
{
    size_t chunk = count / worker_count / CHUNKS_PER_WORKER;
    if (chunk > CHUNK_MAX)
        return CHUNK_MAX;
    return chunk > 0 ? chunk : 1;
}

/* One job per worker. Those that were accepted are waited for, even when a later one is refused. */
static int map_on_workers(struct executor *executor, struct map *map, struct executor_job *jobs)
{
    int error = 0;
    size_t submitted = 0;
    while (submitted < executor->worker_count && error == 0) {
        executor_job_init(&jobs[submitted], map_run, map);
        error = executor_submit(executor, &jobs[submitted]);
        if (error == 0)
            submitted++;
        else
            executor_job_finish(&jobs[submitted]);
    }
    for (size_t i = 0; i < submitted; i++) {
        future_wait(&jobs[i].result, NULL);
        executor_job_finish(&jobs[i]);
    }
    return submitted > 0 ? map->error : error;
}

static bool is_worker(const struct executor *executor, pthread_t thread)
{
    for (size_t i = 0; i < executor->worker_count; i++)
        if (pthread_equal(executor->workers[i], thread))
            return true;
    return false;
}

int executor_map(struct executor *executor, int (*apply)(void *context, size_t index),
                 void *context, size_t count)
{
    if (is_worker(executor, pthread_self()))
        return -EDEADLK;
    struct executor_job *jobs = calloc(executor->worker_count, sizeof *jobs);
    if (!jobs)
        return -ENOMEM;
    struct map map = {
        .apply = apply,
        .context = context,
        .count = count,
        .chunk = chunk_size(count, executor->worker_count),
    };
    pthread_mutex_init(&map.mutex, NULL);
    int error = map_on_workers(executor, &map, jobs);
    pthread_mutex_destroy(&map.mutex);
    free(jobs);
    return error;
}
