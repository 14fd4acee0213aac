/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One experiment of a run: its blocks, trial by trial, into its files. */
#ifndef WAITBENCH_EXPERIMENT_JOB_H
#define WAITBENCH_EXPERIMENT_JOB_H

#include "experiment/run.h"

/* What was planned for one experiment. */
struct job {
    const struct method *method;
    struct trial_list trials;
};

/* Runs all blocks; nothing when nothing was planned. A trial that fails is a row, not an end.
 * Returns 0, -EINTR when a signal came, or -errno with `error` set when a file cannot be written.
 */
int job_run(struct run *run, struct job *job, struct error *error);

#endif
