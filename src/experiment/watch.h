/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What disturbs a run while it runs: told once of each kind, as soon as it is seen, so that whoever
 * sits there can end the disturbance, or the run; and kept for machine.json, since a short one is
 * soon too little of the whole run to be seen in it. */
#ifndef WAITBENCH_EXPERIMENT_WATCH_H
#define WAITBENCH_EXPERIMENT_WATCH_H

#include "measure/disturbance/contention.h"
#include "measure/disturbance/disturbance.h"

#include <stdbool.h>
#include <stddef.h>

/* Shares of the CPUs' time are taken over this long at least. */
#define WATCH_INTERVAL_SECONDS 10

struct watch {
    const char *root;          /* "" for this machine */
    hwloc_const_bitmap_t cpus; /* both are borrowed */
    struct disturbance_snapshot last;
    struct disturbance_list told;  /* the first of each kind, with when it was */
    struct disturbance_list fresh; /* of trials, to be told by the next look */
    /* Windows of trials that are timed, those that only find rates included. */
    size_t windows;
    size_t contended;       /* in which others' work disturbed */
    size_t away;            /* in which the generator did not run for a good part */
    double foreign_seconds; /* in the contended ones, all together */
};

void watch_begin(struct watch *watch, const char *root, hwloc_const_bitmap_t cpus);

/* Notes what others took from a window, and whether the generator did not run for a good part of it
 * (LOAD_AWAY_DOUBT). */
void watch_window(struct watch *watch, const struct contention *contention, bool away);

/* Notes that another run began beside this one; pid 0: not known. */
void watch_visited(struct watch *watch, pid_t pid);

/* Looks, unless it did less than WATCH_INTERVAL_SECONDS ago. `stores_ns` is the CPU time of what
 * runs for this run and is not its child: no disturbance (below 0: not known). Fills `news` with
 * what happened since and was not told before, and returns over how many seconds (0 when it did not
 * look, and all news are of trials). It reads a handful of files: call it between trials. */
double watch_look(struct watch *watch, int64_t stores_ns, struct disturbance_list *news);

/* Appends what was told of the run that `list` does not have, and the sums over windows. */
void watch_end(const struct watch *watch, struct disturbance_list *list);

#endif
