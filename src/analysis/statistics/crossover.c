/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/statistics/crossover.h"

#include "analysis/statistics/statistics.h"
#include "base/alloc.h"

#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>

struct curves {
    const double *x;
    size_t points;
    const double *a;
    const double *b;
    double *scratch;   /* a value per block */
    double *crossings; /* at most one between two points */
    int first_sign;    /* of the run as measured: tells on which side a resample ran out */
};

static double median_at(const struct curves *curves, const double *values, size_t point,
                        const size_t *chosen, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        double value = values[chosen[i] * curves->points + point];
        if (!isnan(value))
            curves->scratch[found++] = value;
    }
    return found > 0 ? gsl_stats_median(curves->scratch, 1, found) : NAN;
}

/* log(a / b): 0 at equality, and symmetric in the two. */
static double log_ratio(const struct curves *curves, size_t point, const size_t *chosen,
                        size_t count)
{
    double a = median_at(curves, curves->a, point, chosen, count);
    double b = median_at(curves, curves->b, point, chosen, count);
    return a > 0 && b > 0 ? log(a / b) : NAN;
}

static int sign_of(double value)
{
    return value < 0 ? -1 : 1;
}

/* The chosen blocks' crossing; the interval is left alone. */
static struct crossover cross(const struct curves *curves, const size_t *chosen, size_t count)
{
    struct crossover crossover = {.x = NAN};
    double before = NAN;
    double before_x = NAN;
    size_t crossings = 0;
    for (size_t i = 0; i < curves->points; i++) {
        double ratio = log_ratio(curves, i, chosen, count);
        if (isnan(ratio))
            continue;
        double x = log(curves->x[i]);
        if (isnan(before))
            crossover.first_sign = sign_of(ratio);
        else if (sign_of(before) != sign_of(ratio))
            curves->crossings[crossings++] =
                exp(before_x + (x - before_x) * before / (before - ratio));
        crossover.last_sign = sign_of(ratio);
        before = ratio;
        before_x = x;
    }
    if (crossings % 2 == 1)
        crossover.x = curves->crossings[crossings / 2];
    return crossover;
}

static double cross_statistic(const size_t *chosen, size_t count, void *context)
{
    const struct curves *curves = context;
    struct crossover crossover = cross(curves, chosen, count);
    if (!isnan(crossover.x) || crossover.first_sign == 0)
        return crossover.x;
    /* Nowhere in the range: still as at the low end, so it lies above, or the other way. */
    return crossover.first_sign == curves->first_sign ? INFINITY : -INFINITY;
}

struct crossover statistics_crossover(const double *x, size_t points, const double *a,
                                      const double *b, size_t blocks, uint64_t seed)
{
    struct curves curves = {
        .x = x,
        .points = points,
        .a = a,
        .b = b,
        .scratch = alloc_array(blocks, sizeof(double)),
        .crossings = alloc_array(points, sizeof(double)),
    };
    size_t *all = alloc_array(blocks, sizeof *all);
    for (size_t i = 0; i < blocks; i++)
        all[i] = i;
    struct crossover crossover = cross(&curves, all, blocks);
    curves.first_sign = crossover.first_sign;
    crossover.interval = INTERVAL_NONE;
    if (!isnan(crossover.x) && blocks >= STATISTICS_BLOCKS_MIN)
        crossover.interval =
            bootstrap_interval(cross_statistic, &curves, blocks, BOOTSTRAP_MEDIAN, 0.95, seed);
    free(all);
    free(curves.crossings);
    free(curves.scratch);
    return crossover;
}
