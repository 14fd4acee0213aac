/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recipe: its steps, what must come before what, and whether a workflow kept to it. Was it
 * coffee? */
#ifndef WAITBENCH_BENCH_WORKFLOW_RECIPE_H
#define WAITBENCH_BENCH_WORKFLOW_RECIPE_H

#include "base/error.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum step { HEAT, GRIND, BREW, DRINK, PODCAST, DISHES, LAUNDRY, STEPS };

/* Every step has a begin (2 * step) and an end (2 * step + 1); adding takes no time. */
#define BEGIN_OF(step) (2 * (step))
#define END_OF(step)   (2 * (step) + 1)
enum {
    WATER_ADDED = 2 * STEPS,
    GROUNDS_ADDED,
    EVENTS,
};

struct workflow {
    bool afternoon; /* or the coffee only */
    int64_t duration_ns[STEPS];
    atomic_int trace_count;
    int trace[EVENTS]; /* events in the order in which they happened */
    int64_t begin_ns;
    int64_t end_ns;
};

/* How long the workflow takes when nothing but its steps takes time. */
int64_t workflow_critical_path_ns(const struct workflow *workflow);

/* Each event once, in an order the recipe allows, and no faster than its steps; `tick_ns` is how
 * far the timers may be early. Returns 0 or -EPROTO with `error` set. */
int workflow_verify(const struct workflow *workflow, int64_t tick_ns, struct error *error);

/* Whether the first of water and grounds went in before the other was ready. */
bool workflow_added_early(const struct workflow *workflow);

#endif
