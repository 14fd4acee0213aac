/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A figure of one run with what is needed to set it against another run's: its bootstrap
 * replicates. Blocks of two runs are no pairs (they were measured at other times, mostly
 * elsewhere), so each run resamples its own blocks, and a ratio's interval comes from dividing
 * replicate by replicate. */
#ifndef WAITBENCH_COMPARE_FIGURE_H
#define WAITBENCH_COMPARE_FIGURE_H

#include "analysis/statistics/slope.h"
#include "analysis/statistics/statistics.h"

/* How trials become one figure. */
enum reduction {
    REDUCE_MEDIAN, /* the median of y */
    REDUCE_SLOPE,  /* the least squares slope of y over x: bytes per waiter */
};

struct figure {
    struct estimate estimate; /* no interval with fewer than STATISTICS_BLOCKS_MIN blocks */
    enum reduction reduction;
    double *replicates; /* NULL without an interval; NAN where a resample has no figure */
};

/* Reduces the trials `a` of one arm; or, with `b` of another arm of the same run, their ratio a / b
 * over the blocks that both have, which stay together. The value is NAN where there is none (no
 * trials, fewer than SLOPE_POINTS_MIN different x, a ratio of what is not positive). Figures that
 * are to be set against each other take different seeds. Ended with figure_finish. */
void figure_init(struct figure *figure, enum reduction reduction, const struct slope_point *a,
                 size_t count_a, const struct slope_point *b, size_t count_b, uint64_t seed);

/* `figure` / `first`, of two runs. Its blocks are those of the run that has fewer; the value is NAN
 * where one of the two is none or not positive. */
struct estimate figure_ratio(const struct figure *figure, const struct figure *first);

/* The chance that `figure` / `first`, of two runs, comes out so high although it is in truth no
 * more than `factor`: 0 to 1, one-sided, by Welch's t test of the logarithms with the bootstrap's
 * standard errors. `resolution` is the relative step of the instrument: runs are not taken to agree
 * better than that. 1 where one of the two has no interval or is not positive. */
double figure_beyond_chance(const struct figure *figure, const struct figure *first, double factor,
                            double resolution);

void figure_finish(struct figure *figure);

#endif
