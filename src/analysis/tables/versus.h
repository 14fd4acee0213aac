/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Foreign subjects against one another, or against the chosen baseline, for the terminal: what
 * summary.csv has of them. */
#ifndef WAITBENCH_ANALYSIS_TABLES_VERSUS_H
#define WAITBENCH_ANALYSIS_TABLES_VERSUS_H

#include "base/error.h"

#include <stdio.h>

/* So many pairs have a table each; the others are counted. */
#define VERSUS_PAIRS_MAX 6

/* Prints a table for each pair of RUN_DIR/summary.csv whose second arm is `baseline`, or of which
 * both are foreign where that is NULL; at most 100 columns wide: a line per setting, ratios of
 * three metrics. Nothing without such pairs. Returns 0, or -errno with `error` set. */
int versus_print(const char *run_dir, const char *baseline, FILE *out, struct error *error);

#endif
