/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/watch.h"

#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define FIX_WORK "end other programs (top shows them), and measure again"

void watch_begin(struct watch *watch, const char *root, hwloc_const_bitmap_t cpus)
{
    *watch = (struct watch){.root = root, .cpus = cpus};
    disturbance_take(&watch->last, root, cpus, 0);
}

static bool has(const struct disturbance_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->entries[i].name, name) == 0)
            return true;
    return false;
}

void watch_window(struct watch *watch, const struct contention *contention, bool away)
{
    bool contended = contention_is_foreign(contention);
    watch->windows++;
    watch->away += away;
    watch->contended += contended;
    if (contended)
        watch->foreign_seconds += contention->foreign_seconds;
    if (contended && watch->contended == 1)
        disturbance_add(&watch->fresh, "contended trials", FIX_WORK,
                        "other programs used %.2f s of the measured CPUs in a trial's window of "
                        "%.2f s; further trials like it have a note",
                        contention->foreign_seconds, contention->window_seconds);
    if (away && watch->away == 1)
        disturbance_add(&watch->fresh, "absent generator", FIX_WORK,
                        "the load generator did not run for a good part of a trial's window; "
                        "further trials like it have a note");
}

void watch_visited(struct watch *watch, pid_t pid)
{
    static const char name[] = "another run";
    static const char fix[] = "measure again, one run at a time: --wait waits for another's end";
    if (has(&watch->told, name))
        return;
    disturbance_add(&watch->fresh, name, fix,
                    "another waitbench run has begun (pid %d): both measure each other", (int)pid);
    disturbance_add(&watch->told, name, fix,
                    "another waitbench run began meanwhile (pid %d): both measured each other",
                    (int)pid);
}

/* Tells what was not told before, and keeps it with the time that it is about. */
static void tell(struct watch *watch, const struct disturbance *seen, double seconds,
                 struct disturbance_list *news)
{
    if (has(&watch->told, seen->name))
        return;
    news->entries[news->count++] = *seen;
    disturbance_add(&watch->told, seen->name, seen->fix, "within %.0f s, %.230s", seconds,
                    seen->text);
}

double watch_look(struct watch *watch, int64_t stores_ns, struct disturbance_list *news)
{
    struct disturbance_snapshot now;
    struct disturbance_change change;
    struct disturbance_list seen = {.count = 0};
    *news = watch->fresh;
    watch->fresh.count = 0;
    if (clock_now_ns() - watch->last.time_ns < WATCH_INTERVAL_SECONDS * NS_PER_SECOND)
        return 0;
    disturbance_take(&now, watch->root, watch->cpus, 0);
    now.own_ns += stores_ns > 0 ? stores_ns : 0;
    disturbance_judge_change(&watch->last, &now, &change, &seen);
    watch->last = now;
    for (size_t i = 0; i < seen.count; i++)
        tell(watch, &seen.entries[i], change.elapsed_seconds, news);
    return change.elapsed_seconds;
}

void watch_end(const struct watch *watch, struct disturbance_list *list)
{
    for (size_t i = 0; i < watch->told.count; i++) {
        const struct disturbance *told = &watch->told.entries[i];
        if (!has(list, told->name))
            disturbance_add(list, told->name, told->fix, "%s", told->text);
    }
    if (watch->contended > 0)
        disturbance_add(list, "contended trials", FIX_WORK,
                        "in %zu of %zu timed trials other programs used %.1f s of the "
                        "measured CPUs, added up",
                        watch->contended, watch->windows, watch->foreign_seconds);
    if (watch->away > 0)
        disturbance_add(list, "absent generator", FIX_WORK,
                        "in %zu of %zu timed trials the generator did not run for a tenth of "
                        "the window or more: others had its CPU, or it was stopped",
                        watch->away, watch->windows);
}
