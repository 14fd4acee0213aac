/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/watch.h"

#include "base/clock.h"

#include <stdbool.h>
#include <string.h>

void watch_begin(struct watch *watch, const char *root, hwloc_const_bitmap_t cpus)
{
    *watch = (struct watch){.root = root, .cpus = cpus};
    disturbance_take(&watch->last, root, cpus, 0);
}

/* Whether this kind was told before; it has been from now on. */
static bool is_told(struct watch *watch, const char *name)
{
    for (size_t i = 0; i < watch->told_count; i++)
        if (strcmp(watch->told[i], name) == 0)
            return true;
    if (watch->told_count < DISTURBANCE_CAPACITY)
        watch->told[watch->told_count++] = name;
    return false;
}

double watch_look(struct watch *watch, struct disturbance_list *news)
{
    struct disturbance_snapshot now;
    struct disturbance_change change;
    struct disturbance_list seen = {.count = 0};
    news->count = 0;
    if (clock_now_ns() - watch->last.time_ns < WATCH_INTERVAL_SECONDS * NS_PER_SECOND)
        return 0;
    disturbance_take(&now, watch->root, watch->cpus, 0);
    disturbance_judge_change(&watch->last, &now, &change, &seen);
    watch->last = now;
    for (size_t i = 0; i < seen.count; i++)
        if (!is_told(watch, seen.entries[i].name))
            news->entries[news->count++] = seen.entries[i];
    return change.elapsed_seconds;
}
