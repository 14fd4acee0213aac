/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scorecard on the terminal. */
#ifndef WAITBENCH_ANALYSIS_TABLES_SCORECARD_H
#define WAITBENCH_ANALYSIS_TABLES_SCORECARD_H

#include "analysis/claims/claims.h"

#include <stdbool.h>
#include <stdio.h>

/* Prints a line of at most 80 columns for each claim: its verdict, with `colours` in one of its
 * own, the claim in a few words, the two figures that bear it, and how many of the settings in
 * which it was asked are resolved. Where several pairs took part their verdicts stand side by side,
 * two at a time, with what fits of the figures below them. `omits` is what the run's plan says that
 * it does not measure, which stands below, or NULL. */
void scorecard_print(const struct claims *claims, const char *omits, bool colours, FILE *out);

#endif
