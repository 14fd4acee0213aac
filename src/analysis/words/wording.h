/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns and their cells in a reader's words: "1,000 active connections", "no work". */
#ifndef WAITBENCH_ANALYSIS_WORDS_WORDING_H
#define WAITBENCH_ANALYSIS_WORDS_WORDING_H

#include "analysis/summary/trials.h"

#include <stdio.h>

/* What a column counts, in the plural: "active connections". A column without words is named. */
const char *wording_noun(const char *column);

/* One condition: "1 active connection", "20 us of work", "cold", "10,000 cancellations" (of a
 * column cancellations_count); "column=cell" for a column without words. */
void wording_write(const char *column, const char *cell, FILE *out);

/* What a trial's server is asked: "echo", "web with SQLite". */
void wording_write_workload(const struct trial_group *group, FILE *out);

/* What each request of a trial takes, as charts and tables call it: "no work", "20 us of work",
 * "1 in 1,000 takes 20 ms more", "touches 256 KiB", "a new connection each time". */
void wording_write_work(const struct trial_group *group, FILE *out);

/* The load of a trial: "equal utilisation 80 %"; "an equal rate of 71,000 requests/s (50 %)",
 * a share of what the slower arm sustains; of older runs "71,000 requests/s offered". */
void wording_write_load(const struct trial_group *group, FILE *out);

/* The same where there is room for "71,000/s (50 %)" or "80 %" only. */
void wording_write_load_short(const struct trial_group *group, FILE *out);

/* Three digits below 100, whole above with thousands apart, never an exponent: "1.61", "19,900". */
void wording_write_number(double value, FILE *out);

#endif
