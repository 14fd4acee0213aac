/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where two measured curves cross. */
#ifndef WAITBENCH_ANALYSIS_STATISTICS_CROSSOVER_H
#define WAITBENCH_ANALYSIS_STATISTICS_CROSSOVER_H

#include "analysis/statistics/bootstrap.h"

#include <stddef.h>
#include <stdint.h>

/* Where two curves over the same ascending, positive x (waiters, connections) cross. */
struct crossover {
    /* The x of equality, interpolated on log scales between neighbours; NAN when they do not cross
     * within the range. Several crossings (noise near equality) count as their middle one. */
    double x;
    /* -INFINITY or INFINITY where it may lie below the first or above the last x. */
    struct interval interval;
    /* At the first x: negative when the first curve is lower, positive when it is higher, 0 when
     * no block has both. */
    int first_sign;
    int last_sign; /* the same at the last x */
};

/* `a` and `b` are the curves as measured: a[block * points + i] belongs to x[i], positive, NAN
 * where the trial failed. Uses medians over blocks at each x, and resamples blocks for the interval
 * (none with fewer than STATISTICS_BLOCKS_MIN blocks). */
struct crossover statistics_crossover(const double *x, size_t points, const double *a,
                                      const double *b, size_t blocks, uint64_t seed);

#endif
