/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coffee: heat water and grind beans at once; each is added to the press as soon as it is ready,
 * whichever comes first; brew when both are in; drink. An afternoon: a podcast plays throughout,
 * chores start after the coffee. What the halves share: how long a step takes, the trace of events,
 * its check against the partial order, and the figures.
 *
 * The clock covers the same in both halves: from asking for a workflow, before anything is made for
 * it, until all that was made for it is gone. Two figures come of that: how much longer than its
 * critical path one takes, and how many are done per second when no step takes any time. libuv's
 * timers count whole milliseconds, so the recipe's times are whole milliseconds, and a set begins
 * as one does; random timings, which a loop has to round up, are checked but not timed. */
#ifndef WAITBENCH_BENCH_WORKFLOW_H
#define WAITBENCH_BENCH_WORKFLOW_H

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

/* Any thread may note an event. */
void workflow_note(struct workflow *workflow, int event);

/* To be called by whoever starts it, before anything else; and when nothing of it is left but the
 * thread it ran on. */
void workflow_note_begin(struct workflow *workflow);
void workflow_note_end(struct workflow *workflow);

/* Each half's own: carries out `count` workflows, all at once. Returns 0 or -errno. */
int workflows_run(struct workflow *workflows, int64_t count, struct error *error);

/* Each half's own: how far its timers may be early, that is, their clock's resolution. */
int64_t workflows_tick_ns(void);

#endif
