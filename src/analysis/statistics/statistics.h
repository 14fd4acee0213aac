/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures a run is reduced to. Values come one per block (a trial is a fresh process, and the
 * block is the statistical unit); intervals are 95 %; nothing here drops a value. */
#ifndef WAITBENCH_ANALYSIS_STATISTICS_STATISTICS_H
#define WAITBENCH_ANALYSIS_STATISTICS_STATISTICS_H

#include "analysis/statistics/bootstrap.h"
#include "run/experiment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* With fewer blocks there is no verdict: below 6 not even the range of all values would hold the
 * median with 95 %. */
#define STATISTICS_BLOCKS_MIN 6

/* A figure, its interval, and how many blocks it rests on. */
struct estimate {
    double value; /* NAN when there are no blocks */
    struct interval interval;
    size_t blocks;
};

/* The median; the mean of the middle two for an even count; NAN for a count of 0. */
double statistics_median(const double *values, size_t count);

/* The median with its distribution-free interval from order statistics (the binomial distribution
 * of how many values lie below the median), interpolated between neighbouring orders so that it
 * holds 95 % rather than at least 95 % (Hettmansperger and Sheather 1986). No interval with fewer
 * than STATISTICS_BLOCKS_MIN values. */
struct estimate statistics_median_estimate(const double *values, size_t count);

/* median(a) / median(b), with a bootstrap interval that resamples blocks: a[i] and b[i] are of the
 * same block and stay together. The values are positive. The interval is none with fewer than
 * STATISTICS_BLOCKS_MIN blocks; the value is NAN when a median is not positive. */
struct estimate statistics_ratio(const double *a, const double *b, size_t blocks, uint64_t seed);

/* The same ratio's interval for another confidence than 95 %, however few the blocks. */
struct interval statistics_ratio_interval(const double *a, const double *b, size_t blocks,
                                          double confidence, uint64_t seed);

enum verdict {
    VERDICT_NONE, /* nothing to compare, or no ratio */
    VERDICT_TOO_FEW_BLOCKS,
    VERDICT_NO_DIFFERENCE,
    VERDICT_LOWER,  /* a is lower than b */
    VERDICT_HIGHER, /* a is higher than b */
};

/* What a ratio a/b says: lower or higher only when its interval lies beyond 1 by more than
 * `resolution`, the relative step that the instrument can tell apart (0.001 for a histogram of
 * three digits; page size / bytes for memory). */
enum verdict statistics_verdict(const struct estimate *ratio, double resolution);

/* The verdict about a against b in words: "faster", "slower", "smaller", "larger",
 * "no difference resolved", "too few blocks", or "". */
const char *verdict_text(enum verdict verdict, enum metric_kind kind);

/* Marks values further than 3 interquartile ranges outside the quartiles (Tukey's "far out"), and
 * returns how many. Flagged values stay in every figure. Marks none among fewer than
 * STATISTICS_BLOCKS_MIN values. `flags` has `count` elements. */
size_t statistics_outliers(const double *values, size_t count, bool *flags);

#endif
