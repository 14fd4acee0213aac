/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what was asked for to what will be run. */
#ifndef WAITBENCH_EXPERIMENT_PREPARE_H
#define WAITBENCH_EXPERIMENT_PREPARE_H

#include "experiment/job.h"

struct jobs {
    struct job jobs[EXPERIMENT_COUNT];
    size_t count;
};

/* Reads the plan, finds programs, CPUs and limits, and makes trials of the plan's settings, in the
 * order in which experiments run. Everything that can be refused is refused here, before a folder
 * is made. Returns 0, or -errno with `error` set; in both cases what is in `run` and `jobs` is the
 * caller's to finish. */
int run_prepare(struct run *run, struct jobs *jobs, struct error *error);

#endif
