/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One experiment of a run: its blocks, trial by trial, into its files. */
#ifndef WAITBENCH_EXPERIMENT_JOB_H
#define WAITBENCH_EXPERIMENT_JOB_H

#include "experiment/run.h"

/* The files that an experiment is written to, open from its first block to the run's end. */
struct job_files {
    const char *columns[EXPERIMENT_COLUMNS_MAX]; /* which `csv` borrows */
    struct csv_writer *csv;
    struct csv_writer *extra;
};

/* What was planned for one experiment. */
struct job {
    const struct method *method;
    struct trial_list trials;
    struct job_files files;
};

/* Creates the files, and measures what must be known before the first block; nothing when nothing
 * was planned. Returns 0, or -errno with `error` set when a file cannot be written. */
int job_begin(struct run *run, struct job *job, struct error *error);

/* Runs the blocks that trials have and that are not over. A trial that fails is a row, not an end.
 * Returns 0, -EINTR when a signal came, or -errno with `error` set when a file cannot be written.
 */
int job_run(struct run *run, struct job *job, struct error *error);

/* Ends the files and frees the trials; fine on a zeroed job. */
void job_finish(struct job *job);

#endif
