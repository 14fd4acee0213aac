/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns and their cells in a reader's words: "1,000 active connections", "no work". */
#ifndef WAITBENCH_ANALYSIS_WORDING_H
#define WAITBENCH_ANALYSIS_WORDING_H

#include <stdio.h>

/* What a column counts, in the plural: "active connections". A column without words is named. */
const char *wording_noun(const char *column);

/* One condition: "1 active connection", "20 us of work", "cold", "10,000 cancellations" (of a
 * column cancellations_count); "column=cell" for a column without words. */
void wording_write(const char *column, const char *cell, FILE *out);

/* Three digits below 100, whole above with thousands apart, never an exponent: "1.61", "19,900". */
void wording_write_number(double value, FILE *out);

#endif
