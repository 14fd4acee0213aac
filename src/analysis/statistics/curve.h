/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves as they were measured, trial by trial, and where two of them meet. */
#ifndef WAITBENCH_ANALYSIS_STATISTICS_CURVE_H
#define WAITBENCH_ANALYSIS_STATISTICS_CURVE_H

#include "analysis/statistics/crossover.h"

#include <stddef.h>
#include <stdint.h>

/* One trial on a curve. */
struct curve_reading {
    double block;
    double x; /* 0 or more */
    double value;
};

struct curve {
    struct curve_reading *readings;
    size_t count;
    size_t capacity;
};

void curve_add(struct curve *curve, double block, double x, double value);
void curve_finish(struct curve *curve);

struct meeting {
    struct crossover crossover;
    double first_x;
    double last_x;
    double least; /* the first that is above 0 */
    size_t points;
    size_t blocks;
};

/* A logarithm has no 0, and neither has a chart's axis: it is taken for a tenth of the least x
 * above it (ZERO_STEP in plots/). A crossing below that least x says no more than that. */
#define CURVE_ZERO 0.1

/* Where `a` crosses `b`: see statistics_crossover. */
struct meeting curves_meet(const struct curve *a, const struct curve *b, uint64_t seed);

#endif
