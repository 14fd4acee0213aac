/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an A/A run showed: how often an arm was called different from itself. */
#ifndef WAITBENCH_ANALYSIS_SUMMARY_AA_H
#define WAITBENCH_ANALYSIS_SUMMARY_AA_H

#include "analysis/summary/summary.h"

#include <stdbool.h>
#include <stdio.h>

/* 95 % intervals leave out the truth this often. */
#define AA_NOMINAL_SHARE 0.05

/* A whole trial makes up its medians, rates and sizes; a few moments make up its tails, and one its
 * maximum or the time until all waiters were there. */
enum aa_kind { AA_STEADY, AA_EXTREME, AA_KIND_COUNT };

/* Whose arm it is. */
enum aa_model { AA_THREADS, AA_LOOP, AA_OTHERS, AA_MODEL_COUNT };

/* The comparisons of one experiment and kind. */
struct aa_part {
    size_t judged;     /* have a verdict */
    size_t different;  /* of these, called lower or higher */
    double half_width; /* median of half the interval over the ratio: what noise hides; or NAN */
};

struct aa {
    struct summary summary; /* its pairs are each arm and itself */
    struct aa_part parts[EXPERIMENT_COUNT][AA_KIND_COUNT];
    struct aa_part models[AA_MODEL_COUNT][AA_KIND_COUNT]; /* the same comparisons by model */
    size_t judged;                                        /* of all parts */
    size_t different;                                     /* likewise */
};

/* As many of that number of comparisons as chance alone may call different: in 97.5 of 100 runs
 * there are no more, if comparisons are independent. */
size_t aa_by_chance(size_t judged);

/* The comparisons of a kind in all experiments: how many are judged, and how many were called
 * different. */
struct aa_part aa_of_kind(const struct aa *aa, enum aa_kind kind);

/* Compares the halves of the run, which must outlive it. Returns 1, 0 when none of its arms was
 * measured against itself (then there is nothing to finish), or -errno with `error` set (a
 * malformed file: with its line). */
int aa_read(struct aa *aa, const struct recorded_run *run, uint64_t seed, struct error *error);

/* Writes RUN_DIR/aa.csv, with the columns of summary.csv. Returns 0 or -errno with `error` set. */
int aa_write(const struct aa *aa, const char *run_dir, struct error *error);

/* Whether the arm of this comparison was called different from itself. */
bool aa_is_different(const struct summary_row *row);

/* "medians, rates, sizes" */
const char *aa_kind_text(enum aa_kind kind);

/* "threads", "loop", "others" */
const char *aa_model_text(enum aa_model model);

/* Prints how often, of how many, and each that was called different. */
void aa_print(const struct aa *aa, FILE *out);

void aa_finish(struct aa *aa);

#endif
