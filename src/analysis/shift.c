/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/shift.h"

#include "analysis/alloc.h"
#include "analysis/statistics.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>

/* One setting alone, one-sided. Simulated with half of the settings one way and half the other, no
 * smaller one keeps every run of six blocks and 20 % noise from a verdict for one half. */
#define LEAN_ALPHA 0.1

struct shift shift_test(const double *a, const double *b, size_t blocks, double factor,
                        double resolution)
{
    struct shift shift = {blocks, {1, 1, 1, 1}};
    double mean = 0;
    double squares = 0;
    if (blocks < STATISTICS_BLOCKS_MIN)
        return shift;
    for (size_t i = 0; i < blocks; i++) {
        if (!(a[i] > 0 && b[i] > 0))
            return shift;
        double step = log(a[i] / b[i]) - mean;
        mean += step / (double)(i + 1);
        squares += step * (log(a[i] / b[i]) - mean);
    }
    double freedom = (double)blocks - 1;
    double deviation = fmax(sqrt(squares / freedom), resolution);
    double error = fmax(deviation, 1e-9) / sqrt((double)blocks);
    double above_low = (mean + log(factor)) / error;
    double above_high = (mean - log(factor)) / error;
    shift.p[SIDE_LOWER] = gsl_cdf_tdist_P(above_low, freedom);
    shift.p[SIDE_HIGHER] = gsl_cdf_tdist_Q(above_high, freedom);
    shift.p[SIDE_EQUAL] =
        fmax(gsl_cdf_tdist_Q(above_low, freedom), gsl_cdf_tdist_P(above_high, freedom));
    return shift;
}

struct shift shift_weaker(const struct shift *a, const struct shift *b)
{
    struct shift weaker = {a->blocks < b->blocks ? a->blocks : b->blocks, {0}};
    for (size_t i = 0; i < SIDE_COUNT; i++)
        weaker.p[i] = fmax(a->p[i], b->p[i]);
    return weaker;
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
            possible = sorted[count - kept + k - 1] > (double)k * SHIFT_ALPHA / (double)kept;
        if (possible)
            return kept;
    }
    return 0;
}

void shift_control(const struct shift *shifts, size_t count, enum side *sides)
{
    double *p = alloc_array(count, sizeof *p);
    for (size_t i = 0; i < count; i++)
        p[i] = 2 * shifts[i].p[likeliest(&shifts[i])];
    gsl_sort(p, 1, count);
    size_t possible = count_possible(p, count);
    double level = possible > 0 ? SHIFT_ALPHA / (double)possible : SHIFT_ALPHA;
    for (size_t i = 0; i < count; i++) {
        enum side side = likeliest(&shifts[i]);
        sides[i] = 2 * shifts[i].p[side] <= level ? side : SIDE_UNRESOLVED;
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

enum side shift_together(const struct paired *settings, size_t count, double factor)
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
    struct shift shift = shift_test(ratio, one, kept, factor, 0);
    free(one);
    free(ratio);
    if (2 * shift.p[SIDE_LOWER] <= SHIFT_ALPHA)
        return SIDE_LOWER;
    return 2 * shift.p[SIDE_HIGHER] <= SHIFT_ALPHA ? SIDE_HIGHER : SIDE_UNRESOLVED;
}

bool shift_leans(const struct shift *shift, enum side side)
{
    return shift->p[side] <= LEAN_ALPHA;
}
