/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run says of itself: machine.json when it begins and again when it ends, and what disturbed
 * it in between. */
#ifndef WAITBENCH_EXPERIMENT_RECORD_H
#define WAITBENCH_EXPERIMENT_RECORD_H

#include "base/error.h"
#include "experiment/run.h"
#include "measure/disturbance/disturbance.h"
#include "measure/machine/machine.h"

struct record {
    struct machine *machine;
    struct disturbance_snapshot before;
    struct cpu_pair pair; /* before the first trial; no rounds where it could not be tried */
    char path[PATH_MAX];
};

/* Describes the machine, measures its floors, warns of what would spoil the run, and writes
 * machine.json. Returns 0 or -errno with `error` set. */
int record_begin(struct record *record, const struct run *run, struct error *error);

/* Adds what is known only at the end, warns of what disturbed the run, writes machine.json again
 * and frees. Fine on a zeroed record. */
void record_end(struct record *record, const struct run *run);

/* Instead: frees, and writes nothing. */
void record_forget(struct record *record);

#endif
