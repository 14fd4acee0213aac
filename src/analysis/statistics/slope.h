/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What does one more of x cost? A straight line through trials at several x, whose slope is the
 * price and whose intercept takes the constant costs. */
#ifndef WAITBENCH_ANALYSIS_STATISTICS_SLOPE_H
#define WAITBENCH_ANALYSIS_STATISTICS_SLOPE_H

#include "analysis/statistics/statistics.h"

/* With fewer different x there is no slope: three cannot show that the line is one. */
#define SLOPE_POINTS_MIN 4

/* One trial. */
struct slope_point {
    double block;
    double x;
    double y;
};

struct slope {
    struct estimate slope; /* y per x; its blocks are the different blocks among the points */
    double intercept;      /* y; NAN where there is no slope */
    size_t points;         /* different x (within 1 % of each other counts as one) */
};

/* The least squares line through all points, none dropped. The slope's interval resamples blocks
 * when there are at least STATISTICS_BLOCKS_MIN; with fewer it is the regression's own (Student's
 * t over all points), which believes that trials of one block are independent. The slope is NAN
 * with fewer than SLOPE_POINTS_MIN different x. */
struct slope slope_fit(const struct slope_point *points, size_t count, uint64_t seed);

/* The ratio of two arms' slopes, a / b, with the interval from resampling the blocks that both
 * have. The value is NAN where a slope is none or not positive; there is no interval with fewer
 * than STATISTICS_BLOCKS_MIN common blocks, or where either slope is too uncertain to divide by. */
struct estimate slope_ratio(const struct slope_point *a, size_t count_a,
                            const struct slope_point *b, size_t count_b, uint64_t seed);

#endif
