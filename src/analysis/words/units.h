/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures for people: three significant digits and a unit that keeps them short. */
#ifndef WAITBENCH_ANALYSIS_WORDS_UNITS_H
#define WAITBENCH_ANALYSIS_WORDS_UNITS_H

#include "analysis/statistics/statistics.h"

#include <stdio.h>

#define UNITS_TEXT_SIZE 64

/* Each writes at most UNITS_TEXT_SIZE bytes to `text` and returns it. */

/* "260 B", "8.27 KiB", "-1.5 B". Single bytes have one decimal at most: finer is noise. */
const char *units_format_bytes(double bytes, char *text);

/* The interval in the unit of its value, without naming it: "8.25..8.29"; "" for no interval. */
const char *units_format_bytes_interval(const struct estimate *bytes, char *text);

/* "23 ns", "1.25 us", "12.0 ms", "3.00 s". */
const char *units_format_ns(double ns, char *text);

/* "950", "12.3 k", "1.40 M". */
const char *units_format_count(double count, char *text);

/* A figure and its interval as one phrase: "3.21 (2.90 to 3.55)"; without an interval "3.21". */
const char *units_format_ratio(const struct estimate *ratio, char *text);

/* Its two parts: "3.21"; and "2.90..3.55", "" for no interval. */
const char *units_format_ratio_alone(double ratio, char *text);
const char *units_format_ratio_interval(const struct estimate *ratio, char *text);

/* A size with its interval: "8.27 KiB (8.25 to 8.29)"; without an interval "8.27 KiB". */
void units_write_bytes(const struct estimate *bytes, FILE *out);

/* A whole number with thousands apart: "19,900". */
void units_write_whole(double value, FILE *out);

#endif
