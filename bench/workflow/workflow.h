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

#include "recipe.h"

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
