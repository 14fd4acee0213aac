/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What disturbs a run while it runs: told once of each kind, as soon as it is seen, so that whoever
 * sits there can end the disturbance, or the run. */
#ifndef WAITBENCH_EXPERIMENT_WATCH_H
#define WAITBENCH_EXPERIMENT_WATCH_H

#include "measure/disturbance.h"

/* Shares of the CPUs' time are taken over this long at least. */
#define WATCH_INTERVAL_SECONDS 10

struct watch {
    const char *root;          /* "" for this machine */
    hwloc_const_bitmap_t cpus; /* both are borrowed */
    struct disturbance_snapshot last;
    const char *told[DISTURBANCE_CAPACITY]; /* names */
    size_t told_count;
};

void watch_begin(struct watch *watch, const char *root, hwloc_const_bitmap_t cpus);

/* Looks, unless it did less than WATCH_INTERVAL_SECONDS ago. Fills `news` with what happened since
 * and was not told before, and returns over how many seconds (0 when it did not look). It reads a
 * handful of files: call it between trials. */
double watch_look(struct watch *watch, struct disturbance_list *news);

#endif
