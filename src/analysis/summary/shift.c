/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/summary/shift.h"

#include "analysis/statistics/statistics.h"
#include "base/alloc.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>

/* One setting alone, one-sided. Simulated with half of the settings one way and half the other, no
 * smaller one keeps every run of six blocks and 20 % noise from a verdict for one half. */
#define LEAN_ALPHA 0.1

/* How many blocks what the settings have in common weighs, and which setting stands for it: with
 * one block of ten a bad one, half of the settings have none in six blocks, and the median's
 * deviation is that of a quiet one. */
#define COMMON_FREEDOM  4
#define COMMON_QUANTILE 0.75

static void test(struct shift *shift, double freedom)
{
    double error = sqrt(shift->variance / (double)shift->blocks);
    double above_low = (shift->mean + log(shift->factor)) / error;
    double above_high = (shift->mean - log(shift->factor)) / error;
    shift->p[SIDE_LOWER] = gsl_cdf_tdist_P(above_low, freedom);
    shift->p[SIDE_HIGHER] = gsl_cdf_tdist_Q(above_high, freedom);
    shift->p_not[SIDE_LOWER] = gsl_cdf_tdist_Q(above_low, freedom);
    shift->p_not[SIDE_HIGHER] = gsl_cdf_tdist_P(above_high, freedom);
    shift->p[SIDE_EQUAL] = fmax(shift->p_not[SIDE_LOWER], shift->p_not[SIDE_HIGHER]);
}

struct shift shift_test(const double *a, const double *b, size_t blocks, double factor,
                        double resolution)
{
    struct shift shift = {
        .blocks = blocks, .factor = factor, .p = {1, 1, 1, 1}, .p_not = {1, 1, 1, 1}};
    double squares = 0;
    for (size_t i = 0; i < blocks; i++) {
        if (!(a[i] > 0 && b[i] > 0))
            return shift;
        double step = log(a[i] / b[i]) - shift.mean;
        shift.mean += step / (double)(i + 1);
        squares += step * (log(a[i] / b[i]) - shift.mean);
    }
    if (blocks < STATISTICS_BLOCKS_MIN)
        return shift;
    shift.variance = fmax(squares / ((double)blocks - 1), fmax(resolution * resolution, 1e-18));
    test(&shift, (double)blocks - 1);
    return shift;
}

double shift_common_variance(const struct shift *shifts, size_t count)
{
    double *variances = alloc_array(count, sizeof *variances);
    size_t known = 0;
    for (size_t i = 0; i < count; i++)
        if (shifts[i].variance > 0)
            variances[known++] = shifts[i].variance;
    gsl_sort(variances, 1, known);
    double common =
        known > 0 ? gsl_stats_quantile_from_sorted_data(variances, 1, known, COMMON_QUANTILE) : 0;
    free(variances);
    return common;
}

void shift_moderate(struct shift *shift, double common)
{
    if (!(shift->variance > 0 && common > shift->variance))
        return;
    double freedom = (double)shift->blocks - 1;
    shift->variance =
        (COMMON_FREEDOM * common + freedom * shift->variance) / (COMMON_FREEDOM + freedom);
    test(shift, COMMON_FREEDOM + freedom);
}

struct shift shift_weaker(const struct shift *a, const struct shift *b)
{
    struct shift weaker = {.blocks = a->blocks < b->blocks ? a->blocks : b->blocks};
    for (size_t i = 0; i < SIDE_COUNT; i++) {
        weaker.p[i] = fmax(a->p[i], b->p[i]);
        weaker.p_not[i] = fmax(a->p_not[i], b->p_not[i]);
    }
    return weaker;
}

struct shift shift_of_best(const struct shift *ways, size_t count, enum side loses)
{
    enum side wins = loses == SIDE_LOWER ? SIDE_HIGHER : SIDE_LOWER;
    struct shift best = ways[0];
    for (size_t i = 1; i < count; i++) {
        best.p[wins] = fmax(best.p[wins], ways[i].p[wins]);
        best.p_not[loses] = fmax(best.p_not[loses], ways[i].p_not[loses]);
        best.p[loses] = fmin(best.p[loses], ways[i].p[loses]);
        best.p_not[wins] = fmin(best.p_not[wins], ways[i].p_not[wins]);
    }
    best.p[loses] = fmin(1, (double)count * best.p[loses]);
    best.p_not[wins] = fmin(1, (double)count * best.p_not[wins]);
    best.p[SIDE_EQUAL] = fmax(best.p_not[loses], best.p_not[wins]);
    return best;
}

static enum side likeliest(const struct shift *shift)
{
    enum side best = SIDE_LOWER;
    for (enum side side = SIDE_HIGHER; side < SIDE_COUNT; side++)
        if (shift->p[side] < shift->p[best])
            best = side;
    return best;
}

/* The largest count of hypotheses that could all be true, by Simes' test of the `kept` largest p
 * values: Hommel's j. 0 when none could. */
static size_t count_possible(const double *sorted, size_t count)
{
    for (size_t kept = count; kept > 0; kept--) {
        bool possible = true;
        for (size_t k = 1; possible && k <= kept; k++)
            possible = sorted[count - kept + k - 1] > (double)k * SHIFT_ALPHA_EACH / (double)kept;
        if (possible)
            return kept;
    }
    return 0;
}

void shift_control(const struct shift *shifts, size_t count, size_t looks, enum side *sides)
{
    double *p = alloc_array(count, sizeof *p);
    for (size_t i = 0; i < count; i++)
        p[i] = (double)(2 * looks) * shifts[i].p[likeliest(&shifts[i])];
    gsl_sort(p, 1, count);
    size_t possible = count_possible(p, count);
    double level = possible > 0 ? SHIFT_ALPHA_EACH / (double)possible : SHIFT_ALPHA_EACH;
    for (size_t i = 0; i < count; i++) {
        enum side side = likeliest(&shifts[i]);
        sides[i] = (double)(2 * looks) * shifts[i].p[side] <= level ? side : SIDE_UNRESOLVED;
    }
    free(p);
}

/* The mean logarithm of the settings' ratios in one block; NAN unless all have the block. */
static double mean_in_block(const struct paired *settings, size_t count, double block)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < settings[i].count && settings[i].block[k] < block)
            k++;
        if (k == settings[i].count || settings[i].block[k] > block)
            return NAN;
        sum += log(settings[i].a[k] / settings[i].b[k]);
    }
    return sum / (double)count;
}

enum side shift_together(const struct paired *settings, size_t count, double factor,
                         double deviation, size_t families)
{
    if (count == 0)
        return SIDE_UNRESOLVED;
    size_t blocks = settings[0].count;
    double *ratio = alloc_array(blocks, sizeof *ratio);
    double *one = alloc_array(blocks, sizeof *one);
    size_t kept = 0;
    for (size_t i = 0; i < blocks; i++) {
        double mean = mean_in_block(settings, count, settings[0].block[i]);
        if (!isfinite(mean))
            continue;
        ratio[kept] = exp(mean);
        one[kept++] = 1;
    }
    struct shift shift = shift_test(ratio, one, kept, factor, deviation);
    double level = SHIFT_ALPHA_TOGETHER / (double)families;
    free(one);
    free(ratio);
    if (2 * shift.p[SIDE_LOWER] <= level)
        return SIDE_LOWER;
    return 2 * shift.p[SIDE_HIGHER] <= level ? SIDE_HIGHER : SIDE_UNRESOLVED;
}

bool shift_leans(const struct shift *shift, enum side side)
{
    return shift->p[side] <= LEAN_ALPHA;
}
