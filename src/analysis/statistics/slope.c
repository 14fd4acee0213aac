/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/statistics/slope.h"

#include "base/alloc.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>

/* The sums that a line needs, kept per block, so that a resample adds up a few blocks instead of
 * all their trials. x and y are relative to a centre, which keeps the differences of large sums
 * exact. */
struct sums {
    double block;
    double count;
    double x;
    double y;
    double xx;
    double xy;
};

struct block_sums {
    struct sums *blocks;
    size_t count;
};

static double sums_slope(const struct block_sums *sums, const size_t *chosen, size_t count)
{
    struct sums all = {0};
    for (size_t i = 0; i < count; i++) {
        const struct sums *block = &sums->blocks[chosen[i]];
        all.count += block->count;
        all.x += block->x;
        all.y += block->y;
        all.xx += block->xx;
        all.xy += block->xy;
    }
    double spread = all.count * all.xx - all.x * all.x;
    return spread > 0 ? (all.count * all.xy - all.x * all.y) / spread : NAN;
}

static double slope_of_chosen(const size_t *chosen, size_t count, void *context)
{
    return sums_slope(context, chosen, count);
}

static int compare_blocks(const void *a, const void *b)
{
    double block_a = ((const struct slope_point *)a)->block;
    double block_b = ((const struct slope_point *)b)->block;
    return (block_a > block_b) - (block_a < block_b);
}

static void add_point(struct sums *sums, double x, double y)
{
    sums->count += 1;
    sums->x += x;
    sums->y += y;
    sums->xx += x * x;
    sums->xy += x * y;
}

static struct block_sums sum_blocks(const struct slope_point *points, size_t count)
{
    struct block_sums sums = {alloc_array(count, sizeof *sums.blocks), 0};
    struct slope_point *ordered = alloc_array(count, sizeof *ordered);
    double centre_x = 0;
    double centre_y = 0;
    for (size_t i = 0; i < count; i++) {
        ordered[i] = points[i];
        centre_x += points[i].x / (double)count;
        centre_y += points[i].y / (double)count;
    }
    qsort(ordered, count, sizeof *ordered, compare_blocks);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || ordered[i].block != ordered[i - 1].block)
            sums.blocks[sums.count++].block = ordered[i].block;
        add_point(&sums.blocks[sums.count - 1], ordered[i].x - centre_x, ordered[i].y - centre_y);
    }
    free(ordered);
    return sums;
}

static size_t count_different(double *sorted, size_t count)
{
    size_t different = 0;
    double last = NAN;
    for (size_t i = 0; i < count; i++) {
        if (different > 0 && sorted[i] <= last * 1.01)
            continue;
        different++;
        last = sorted[i];
    }
    return different;
}

/* The least squares line, and the interval that regression theory gives its slope. */
static struct slope fit_line(const struct slope_point *points, size_t count)
{
    struct slope line = {{NAN, INTERVAL_NONE, 0}, NAN, 0};
    double *x = alloc_array(count, sizeof *x);
    double *y = alloc_array(count, sizeof *y);
    for (size_t i = 0; i < count; i++) {
        x[i] = points[i].x;
        y[i] = points[i].y;
    }
    double intercept = NAN;
    double slope = NAN;
    double variance = NAN;
    double unused;
    if (count > 2)
        gsl_fit_linear(x, 1, y, 1, count, &intercept, &slope, &unused, &unused, &variance, &unused);
    gsl_sort(x, 1, count);
    line.points = count_different(x, count);
    free(x);
    free(y);
    if (line.points < SLOPE_POINTS_MIN)
        return line;
    double reach = gsl_cdf_tdist_Qinv(0.025, (double)count - 2) * sqrt(variance);
    line.slope.value = slope;
    line.slope.interval = (struct interval){slope - reach, slope + reach};
    line.intercept = intercept;
    return line;
}

struct slope slope_fit(const struct slope_point *points, size_t count, uint64_t seed)
{
    struct slope line = fit_line(points, count);
    struct block_sums sums = sum_blocks(points, count);
    line.slope.blocks = sums.count;
    if (!isnan(line.slope.value) && sums.count >= STATISTICS_BLOCKS_MIN)
        line.slope.interval =
            bootstrap_interval(slope_of_chosen, &sums, sums.count, BOOTSTRAP_MEAN, 0.95, seed);
    free(sums.blocks);
    return line;
}

struct slope_pair {
    struct block_sums a;
    struct block_sums b;
};

static double ratio_of_chosen(const size_t *chosen, size_t count, void *context)
{
    const struct slope_pair *pair = context;
    double a = sums_slope(&pair->a, chosen, count);
    double b = sums_slope(&pair->b, chosen, count);
    return a > 0 && b > 0 ? a / b : NAN;
}

/* Keeps the blocks that both have; blocks are ordered. */
static void keep_common(struct slope_pair *pair)
{
    size_t kept = 0;
    size_t j = 0;
    for (size_t i = 0; i < pair->a.count; i++) {
        while (j < pair->b.count && pair->b.blocks[j].block < pair->a.blocks[i].block)
            j++;
        if (j == pair->b.count || pair->b.blocks[j].block != pair->a.blocks[i].block)
            continue;
        pair->a.blocks[kept] = pair->a.blocks[i];
        pair->b.blocks[kept] = pair->b.blocks[j++];
        kept++;
    }
    pair->a.count = kept;
    pair->b.count = kept;
}

struct estimate slope_ratio(const struct slope_point *a, size_t count_a,
                            const struct slope_point *b, size_t count_b, uint64_t seed)
{
    double above = fit_line(a, count_a).slope.value;
    double below = fit_line(b, count_b).slope.value;
    struct slope_pair pair = {sum_blocks(a, count_a), sum_blocks(b, count_b)};
    keep_common(&pair);
    struct estimate ratio = {NAN, INTERVAL_NONE, pair.a.count};
    if (above > 0 && below > 0)
        ratio.value = above / below;
    if (!isnan(ratio.value) && ratio.blocks >= STATISTICS_BLOCKS_MIN)
        ratio.interval =
            bootstrap_interval(ratio_of_chosen, &pair, ratio.blocks, BOOTSTRAP_MEAN, 0.95, seed);
    free(pair.a.blocks);
    free(pair.b.blocks);
    return ratio;
}
