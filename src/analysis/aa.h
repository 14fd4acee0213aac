/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an A/A run showed: how often an arm was called different from itself. */
#ifndef WAITBENCH_ANALYSIS_AA_H
#define WAITBENCH_ANALYSIS_AA_H

#include "analysis/summary.h"

#include <stdio.h>

/* What the second half of an A/A pair is called: echo-loop and echo-loop-again. */
#define AA_SUFFIX "-again"

/* 95 % intervals leave out the truth this often. */
#define AA_NOMINAL_SHARE 0.05

struct aa {
    struct summary summary; /* its pairs are each arm and itself */
    size_t judged;          /* comparisons that have a verdict */
    size_t different;       /* of these, called lower or higher */
};

/* Reads the A/A run in RUN_DIR. Returns 0, or -errno with `error` set (a malformed file: with its
 * line). */
int aa_read(struct aa *aa, const char *run_dir, uint64_t seed, struct error *error);

/* Writes RUN_DIR/aa.csv, with the columns of summary.csv. Returns 0 or -errno with `error` set. */
int aa_write(const struct aa *aa, const char *run_dir, struct error *error);

/* Prints how often, of how many, and each that was called different. */
void aa_print(const struct aa *aa, FILE *out);

void aa_finish(struct aa *aa);

#endif
