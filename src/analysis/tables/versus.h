/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Foreign subjects against one another, or against the chosen baseline, for the terminal: what
 * the summary has of them. */
#ifndef WAITBENCH_ANALYSIS_TABLES_VERSUS_H
#define WAITBENCH_ANALYSIS_TABLES_VERSUS_H

#include "analysis/summary/summary.h"

#include <stdio.h>

/* So many pairs have a table each; the others are counted. */
#define VERSUS_PAIRS_MAX 6

/* Prints a table for each pair of the summary whose second arm is `baseline`, or of which
 * both are foreign where that is NULL; at most 100 columns wide: a line per setting, ratios of
 * three metrics. Nothing without such pairs. */
void versus_print(const struct summary *summary, const char *baseline, FILE *out);

#endif
