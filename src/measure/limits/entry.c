/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/limits/entry.h"

#include "base/host_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runner, clients and their helper threads, beside the subject; some for each of its processes and
 * their clients. */
#define TASKS_RESERVE 64

/* Control channel, listener, epoll, eventfds; eight more for each loop. */
#define FILES_RESERVE         100
#define FILES_BEFORE_ANY_LOOP 20
#define FILES_PER_LOOP        8

void limit_set_per_waiter(struct limit *limit, int64_t per_waiter)
{
    for (int model = 0; model < MODEL_COUNT; model++)
        limit->per_waiter[model] = per_waiter;
}

void limit_set_files_per_waiter(struct limit *limit, int64_t per_waiter,
                                const struct limits_options *options)
{
    limit_set_per_waiter(limit, per_waiter);
    limit->per_waiter[MODEL_THREADS] += options->thread_files;
}

int64_t limits_tasks_reserve(const struct limits_options *options)
{
    int64_t shards = options->shards > 1 ? options->shards : 1;
    return TASKS_RESERVE * (1 + shards / 16) + options->pool_threads * shards;
}

void limit_set_memory_per_waiter(struct limit *limit, const struct limits_options *options)
{
    for (int model = 0; model < MODEL_COUNT; model++)
        limit->per_waiter[model] = limits_waiter_bytes((enum model)model, options);
}

void limit_set_unseen(struct limit *limit, const char *file, int result)
{
    limit->seen = false;
    limit->value = LIMITS_NONE;
    snprintf(limit->note, sizeof limit->note, "cannot read %s (%s): taken as unlimited", file,
             strerror(-result));
}

void limit_set_not_binding(struct limit *limit)
{
    limit_set_per_waiter(limit, 0);
    snprintf(limit->note, sizeof limit->note, "does not bind: this process may exceed it");
}

int64_t limits_files_reserve(const struct limits_options *options)
{
    int64_t of_loops = FILES_BEFORE_ANY_LOOP + FILES_PER_LOOP * options->loops;
    return (of_loops > FILES_RESERVE ? of_loops : FILES_RESERVE) + options->files +
           options->thread_files * options->pool_threads;
}

static int64_t largest(const struct limit *limit, int model)
{
    if (limit->per_waiter[model] == 0 || limit->value == LIMITS_NONE)
        return LIMITS_NONE;
    int64_t room = limit->value - limit->in_use - limit->reserve;
    int64_t waiters = room < 0 ? 0 : room / limit->per_waiter[model];
    int64_t all;
    return limit->processes > 1 && __builtin_mul_overflow(waiters, limit->processes, &all)
               ? LIMITS_NONE
               : waiters * (limit->processes > 1 ? limit->processes : 1);
}

/* Root of a container sees settings that it may not write. Of another user nothing can be told:
 * sudo may be of a root that can. */
static void limit_find_who_may(const struct limits_reading *reading, struct limit *limit)
{
    char command[LIMITS_TEXT_MAX];
    if (limit->file[0] == '\0' || reading->process.user != 0 ||
        host_file_is_writable(reading->root, limit->file))
        return;
    snprintf(command, sizeof command, LIMITS_FROM_OUTSIDE "%.400s", limit->command_head);
    memcpy(limit->command_head, command, sizeof command);
}

void limits_add(struct limits_reading *reading, struct limit limit)
{
    limit_find_who_may(reading, &limit);
    for (int model = 0; model < MODEL_COUNT; model++)
        limit.largest[model] = largest(&limit, model);
    struct limits *limits = reading->limits;
    if (limits->count == LIMITS_CAPACITY)
        abort(); /* A bug: more entries are written down than there is room for. */
    limits->entries[limits->count++] = limit;
}
