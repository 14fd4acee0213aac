/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every pair of arms of a run, compared in every metric: summary.csv, and what the claims rest on.
 * Which arms are a pair is opponents.h's matter. A pair is of one setting: of equal conditions,
 * where arms at equal utilisation may differ in the rate that they were offered. What is written of
 * it is write.c. */
#ifndef WAITBENCH_ANALYSIS_SUMMARY_SUMMARY_H
#define WAITBENCH_ANALYSIS_SUMMARY_SUMMARY_H

#include "analysis/summary/comparison.h"
#include "analysis/summary/opponents.h"
#include "run/recorded_run.h"

struct summary_row {
    const struct experiment *experiment;
    const struct trial_group *a; /* belong to the summary */
    const struct trial_group *b;
    struct metric metric; /* its texts belong to the experiment or to its table */
    struct comparison comparison;
    /* What both arms had in common, and the options of arm a: "connections=100 active=10". Owned by
     * the summary. */
    char *parameters;
};

/* One experiment's trials. Its table is the run's, and NULL when it was not run. */
struct summary_source {
    const struct csv_table *table;
    struct trial_groups groups;
};

struct summary {
    struct summary_source sources[EXPERIMENT_COUNT];
    struct summary_row *rows;
    size_t count;
    /* Pairs that were run and have no block in common of a quantile or a rate, because it was
     * withheld or the trials failed. They are in no table, and claims must not call them "not run".
     */
    struct summary_row *silent;
    size_t silent_count;
    struct opponents opponents; /* of nobody, where other pairs were asked for */
};

/* Compares the pairs of the run, which must outlive the summary; experiments that were not run are
 * left out. Returns 0, or -errno with `error` set (a malformed file: with its line). */
int summary_read(struct summary *summary, const struct recorded_run *run, uint64_t seed,
                 struct error *error);

/* The same with a baseline of choice, which may be NULL. Returns -ENODATA where no arm is called
 * so. */
int summary_read_against(struct summary *summary, const struct recorded_run *run,
                         const char *baseline, uint64_t seed, struct error *error);

/* The same for other pairs: those of one setting for which `pairing` is true. */
typedef bool summary_pairing(const struct trial_group *a, const struct trial_group *b);
int summary_read_pairs(struct summary *summary, const struct recorded_run *run, uint64_t seed,
                       summary_pairing *pairing, struct error *error);

/* Writes RUN_DIR/summary.csv, whole or not at all. Returns 0 or -errno with `error` set. */
int summary_write(const struct summary *summary, const char *run_dir, struct error *error);

/* The same under another name. */
int summary_write_as(const struct summary *summary, const char *run_dir, const char *file,
                     struct error *error);

/* The text of the row's `parameters`, for the caller to free. */
char *summary_parameters(const struct summary_row *row);

/* Whether each arm of the setting was offered the same share of its own capacity, and so a rate of
 * its own. */
bool summary_at_equal_utilisation(const struct trial_group *group);

/* Whether the arm is no subject of ours. */
bool summary_is_foreign(const struct trial_group *group);

void summary_finish(struct summary *summary);

#endif
