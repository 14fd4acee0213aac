/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/process/shards.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "measure/process/proc_tree.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

static int make_room(struct shards *shards, size_t count, struct error *error)
{
    static const struct subject none = SUBJECT_NONE;
    struct subject *items = calloc(count, sizeof *items);
    if (!items)
        return error_set(error, -ENOMEM, "out of memory");
    for (size_t i = 0; i < count; i++)
        items[i] = none;
    *shards = (struct shards){.items = items};
    return 0;
}

int shards_start(struct shards *shards, size_t count, char *const *argv,
                 const struct cgroup *cgroup, hwloc_const_bitmap_t cpus, struct error *error)
{
    int result = make_room(shards, count, error);
    while (result == 0 && shards->count < count)
        result = subject_start(&shards->items[shards->count++], argv, cgroup, cpus, error);
    return result;
}

int shards_launch(struct shards *shards, char *const *argv, const struct cgroup *cgroup,
                  hwloc_const_bitmap_t cpus, struct error *error)
{
    int result = make_room(shards, 1, error);
    if (result == 0)
        result = subject_launch(&shards->items[shards->count++], argv, cgroup, cpus, error);
    return result;
}

int shards_start_waiting(struct shards *shards, char *const *argv, const struct cgroup *cgroup,
                         hwloc_const_bitmap_t cpus, int64_t waiters, struct error *error)
{
    int result = make_room(shards, 1, error);
    if (result == 0)
        result = subject_start_waiting(&shards->items[shards->count++], argv, cgroup, cpus, waiters,
                                       error);
    return result;
}

pid_t shards_pid(const struct shards *shards)
{
    return shards->count > 0 ? shards->items[0].pid : 0;
}

int shards_pids(const struct shards *shards, const char *root, pid_t *pids, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < shards->count; i++) {
        int more = proc_tree_list(root, shards->items[i].pid, pids + count, size - count);
        if (more < 0 || (size_t)more > size - count)
            return more < 0 ? more : -E2BIG;
        count += (size_t)more;
    }
    return (int)count;
}

int64_t shards_share(const struct shards *shards, size_t number, int64_t total)
{
    int64_t count = (int64_t)shards->count;
    return total / count + ((int64_t)number < total % count);
}

int shards_waiters(struct shards *shards, int64_t *waiters, struct error *error)
{
    int64_t sum = 0;
    for (size_t i = 0; i < shards->count; i++) {
        int64_t of_one;
        int result = subject_waiters(&shards->items[i], &of_one, error);
        if (result < 0)
            return result;
        sum += of_one;
    }
    *waiters = sum;
    return 0;
}

/* -1 is what a subject did not say. */
static void add(int64_t *sum, int64_t value)
{
    *sum = *sum < 0 || value < 0 ? -1 : *sum + value;
}

static void add_stats(struct subject_stats *sum, const struct subject_stats *one)
{
    add(&sum->heap_allocated_bytes, one->heap_allocated_bytes);
    add(&sum->heap_resident_bytes, one->heap_resident_bytes);
    add(&sum->loop_iterations, one->loop_iterations);
    add(&sum->store_connections_most, one->store_connections_most);
    add(&sum->store_errors, one->store_errors);
    sum->runtime_threads += one->runtime_threads;
}

int shards_stats(struct shards *shards, struct subject_stats *stats, struct error *error)
{
    struct subject_stats sum = {0};
    for (size_t i = 0; i < shards->count; i++) {
        struct subject_stats one;
        int result = subject_stats(&shards->items[i], &one, error);
        if (result < 0)
            return result;
        if (i == 0)
            sum = one;
        else
            add_stats(&sum, &one);
    }
    *stats = sum;
    return 0;
}

int shards_usage(const struct shards *shards, struct usage *usage)
{
    struct usage sum = {0};
    for (size_t i = 0; i < shards->count; i++) {
        struct usage one;
        int result = usage_read(shards->items[i].pid, &one);
        if (result < 0)
            return result;
        sum.cpu_ns += one.cpu_ns;
        add(&sum.switches_voluntary, one.switches_voluntary);
        add(&sum.switches_involuntary, one.switches_involuntary);
        add(&sum.run_delay_ns, one.run_delay_ns);
    }
    *usage = sum;
    return 0;
}

int64_t shards_threads(const struct shards *shards)
{
    int64_t sum = 0;
    for (size_t i = 0; i < shards->count; i++)
        add(&sum, usage_threads(shards->items[i].pid));
    return sum;
}

/* One after the other: each has the contract's time to itself. */
int shards_stop(struct shards *shards, struct error *error)
{
    int result = 0;
    for (size_t i = 0; i < shards->count; i++) {
        struct error fault = {{0}};
        int ended = subject_stop(&shards->items[i], &fault);
        if (result == 0 && ended < 0)
            result = error_set(error, ended, "%s", fault.text);
    }
    shards_kill(shards);
    return result;
}

static bool any_may_end(const struct shards *shards)
{
    for (size_t i = 0; i < shards->count; i++)
        if (shards->items[i].channel.pid > 0)
            return true;
    return false;
}

/* A process that ends closes what it has before it can be reaped, so who sees that waits for its
 * end. Whichever of them it is; the others live on. */
void shards_blame(struct shards *shards, struct error *error)
{
    int64_t deadline_ns = clock_now_ns() + SUBJECT_EXIT_SECONDS * NS_PER_SECOND;
    while (any_may_end(shards) && clock_now_ns() < deadline_ns && !interrupt_signal()) {
        for (size_t i = 0; i < shards->count; i++)
            if (subject_blame(&shards->items[i], error))
                return;
        clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
    }
}

void shards_kill(struct shards *shards)
{
    for (size_t i = 0; i < shards->count; i++)
        subject_kill(&shards->items[i]);
    free(shards->items);
    *shards = (struct shards){0};
}
