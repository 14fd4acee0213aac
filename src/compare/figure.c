/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/figure.h"

#include "analysis/statistics/bootstrap.h"
#include "base/alloc.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One arm's trials, those of a block side by side. */
struct side {
    struct slope_point *points; /* ordered by block */
    size_t *begin;              /* of each block among the points, and the end of the last */
    size_t blocks;
    double *x; /* room for a resample: each block may be drawn `blocks` times */
    double *y;
};

static int compare_points(const void *a, const void *b)
{
    double block_a = ((const struct slope_point *)a)->block;
    double block_b = ((const struct slope_point *)b)->block;
    return (block_a > block_b) - (block_a < block_b);
}

static size_t largest_block(const struct side *side)
{
    size_t largest = 0;
    for (size_t i = 0; i < side->blocks; i++) {
        size_t size = side->begin[i + 1] - side->begin[i];
        largest = size > largest ? size : largest;
    }
    return largest;
}

static void side_init(struct side *side, const struct slope_point *points, size_t count)
{
    *side = (struct side){
        .points = alloc_array(count, sizeof *side->points),
        .begin = alloc_array(count + 1, sizeof *side->begin),
    };
    if (count > 0)
        memcpy(side->points, points, count * sizeof *points);
    qsort(side->points, count, sizeof *side->points, compare_points);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || side->points[i].block > side->points[i - 1].block)
            side->begin[side->blocks++] = i;
    side->begin[side->blocks] = count;
    size_t room = largest_block(side) * side->blocks;
    side->x = alloc_array(room, sizeof *side->x);
    side->y = alloc_array(room, sizeof *side->y);
}

static void side_finish(struct side *side)
{
    free(side->points);
    free(side->begin);
    free(side->x);
    free(side->y);
}

static bool has_block(const struct slope_point *points, size_t count, double block)
{
    for (size_t i = 0; i < count; i++)
        if (!(points[i].block < block) && !(points[i].block > block))
            return true;
    return false;
}

/* The side of `a`, without the blocks that `b` lacks. */
static void side_init_common(struct side *side, const struct slope_point *a, size_t count_a,
                             const struct slope_point *b, size_t count_b)
{
    struct slope_point *common = alloc_array(count_a, sizeof *common);
    size_t count = 0;
    for (size_t i = 0; i < count_a; i++)
        if (has_block(b, count_b, a[i].block))
            common[count++] = a[i];
    side_init(side, common, count);
    free(common);
}

static double reduce(enum reduction reduction, double *x, double *y, size_t count)
{
    double intercept;
    double slope;
    double unused;
    if (reduction == REDUCE_MEDIAN)
        return gsl_stats_median(y, 1, count);
    gsl_fit_linear(x, 1, y, 1, count, &intercept, &slope, &unused, &unused, &unused, &unused);
    return slope;
}

/* The side's figure over the chosen blocks. */
static double reduce_chosen(enum reduction reduction, struct side *side, const size_t *chosen)
{
    size_t count = 0;
    for (size_t i = 0; i < side->blocks; i++)
        for (size_t k = side->begin[chosen[i]]; k < side->begin[chosen[i] + 1]; k++) {
            side->x[count] = side->points[k].x;
            side->y[count++] = side->points[k].y;
        }
    return reduce(reduction, side->x, side->y, count);
}

static double divide(double above, double below)
{
    return above > 0 && below > 0 ? above / below : NAN;
}

/* What is resampled: one arm's figure, or the ratio of two, which share their blocks. */
struct resampled {
    enum reduction reduction;
    struct side *a;
    struct side *b; /* NULL for the figure of one arm */
};

static double figure_of_chosen(const size_t *chosen, size_t count, void *context)
{
    const struct resampled *resampled = context;
    double above = reduce_chosen(resampled->reduction, resampled->a, chosen);
    (void)count;
    return resampled->b ? divide(above, reduce_chosen(resampled->reduction, resampled->b, chosen))
                        : above;
}

/* Slopes are means of a kind. */
static struct interval interval_of(const double *replicates, enum reduction reduction,
                                   size_t blocks)
{
    return bootstrap_percentiles(
        replicates, blocks, reduction == REDUCE_MEDIAN ? BOOTSTRAP_MEDIAN : BOOTSTRAP_MEAN, 0.95);
}

/* Over all trials. slope_fit says whether there are enough points for a slope. */
static double reduce_side(enum reduction reduction, const struct side *side)
{
    size_t count = side->begin[side->blocks];
    if (reduction == REDUCE_SLOPE)
        return slope_fit(side->points, count, 1).slope.value;
    double *y = alloc_array(count, sizeof *y);
    for (size_t i = 0; i < count; i++)
        y[i] = side->points[i].y;
    double median = statistics_median(y, count);
    free(y);
    return median;
}

static double value_of(enum reduction reduction, const struct side *a, const struct side *b)
{
    double above = reduce_side(reduction, a);
    return b ? divide(above, reduce_side(reduction, b)) : above;
}

void figure_init(struct figure *figure, enum reduction reduction, const struct slope_point *a,
                 size_t count_a, const struct slope_point *b, size_t count_b, uint64_t seed)
{
    struct side side_a;
    struct side side_b = {0};
    struct side *other = b ? &side_b : NULL;
    if (b) {
        side_init_common(&side_a, a, count_a, b, count_b);
        side_init_common(&side_b, b, count_b, a, count_a);
    } else {
        side_init(&side_a, a, count_a);
    }
    *figure = (struct figure){
        .estimate = {value_of(reduction, &side_a, other), INTERVAL_NONE, side_a.blocks},
        .reduction = reduction,
    };
    if (!isnan(figure->estimate.value) && side_a.blocks >= STATISTICS_BLOCKS_MIN) {
        struct resampled resampled = {reduction, &side_a, other};
        figure->replicates =
            bootstrap_replicates(figure_of_chosen, &resampled, side_a.blocks, seed);
        figure->estimate.interval = interval_of(figure->replicates, reduction, side_a.blocks);
    }
    side_finish(&side_a);
    side_finish(&side_b);
}

struct estimate figure_ratio(const struct figure *figure, const struct figure *first)
{
    size_t blocks = figure->estimate.blocks;
    if (first->estimate.blocks < blocks)
        blocks = first->estimate.blocks;
    struct estimate ratio = {divide(figure->estimate.value, first->estimate.value), INTERVAL_NONE,
                             blocks};
    if (isnan(ratio.value) || !figure->replicates || !first->replicates)
        return ratio;
    double *ratios = alloc_array(BOOTSTRAP_RESAMPLES, sizeof *ratios);
    for (size_t i = 0; i < BOOTSTRAP_RESAMPLES; i++)
        ratios[i] = divide(figure->replicates[i], first->replicates[i]);
    ratio.interval = interval_of(ratios, figure->reduction, blocks);
    free(ratios);
    return ratio;
}

/* What the figure's logarithm varies by from run to run, squared. Resamples of n blocks vary by
 * (n - 1) / n of what the blocks do. */
static double variance_of_log(const struct figure *figure)
{
    double *logs = alloc_array(BOOTSTRAP_RESAMPLES, sizeof *logs);
    size_t count = 0;
    for (size_t i = 0; i < BOOTSTRAP_RESAMPLES; i++)
        if (figure->replicates[i] > 0)
            logs[count++] = log(figure->replicates[i]);
    double blocks = (double)figure->estimate.blocks;
    double variance =
        count > 1 ? gsl_stats_variance(logs, 1, count) * blocks / (blocks - 1) : INFINITY;
    free(logs);
    return variance;
}

double figure_beyond_chance(const struct figure *figure, const struct figure *first, double factor,
                            double resolution)
{
    double ratio = divide(figure->estimate.value, first->estimate.value);
    if (isnan(ratio) || !figure->replicates || !first->replicates)
        return 1;
    /* Of the instrument, which neither run sees. */
    double floor = fmax(resolution * resolution, 1e-18);
    double own = variance_of_log(figure) + floor / 2;
    double other = variance_of_log(first) + floor / 2;
    double freedom = (own + other) * (own + other) /
                     (own * own / ((double)figure->estimate.blocks - 1) +
                      other * other / ((double)first->estimate.blocks - 1));
    return isfinite(freedom) ? gsl_cdf_tdist_Q(log(ratio / factor) / sqrt(own + other), freedom)
                             : 1;
}

void figure_finish(struct figure *figure)
{
    free(figure->replicates);
    *figure = (struct figure){0};
}
