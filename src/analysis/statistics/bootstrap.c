/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/statistics/bootstrap.h"

#include "base/alloc.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>

/* Enough that the interval's ends move by less than a tenth of its width from seed to seed. */
#define RESAMPLES 2000

static double tail_probability(size_t block_count, enum bootstrap_kind kind, double confidence)
{
    double tail = (1 - confidence) / 2;
    if (kind == BOOTSTRAP_MEDIAN)
        return tail;
    double blocks = (double)block_count;
    double student = gsl_cdf_tdist_Qinv(tail, blocks - 1);
    return gsl_cdf_ugaussian_Q(student * sqrt(blocks / (blocks - 1)));
}

/* An order statistic rather than an interpolated one: figures may be infinite. */
static struct interval tails(const double *sorted, size_t count, double tail)
{
    size_t cut = (size_t)(tail * (double)count);
    return (struct interval){sorted[cut], sorted[count - 1 - cut]};
}

struct interval bootstrap_interval(bootstrap_statistic *statistic, void *context,
                                   size_t block_count, enum bootstrap_kind kind, double confidence,
                                   uint64_t seed)
{
    if (block_count < 2)
        return INTERVAL_NONE;
    size_t *chosen = alloc_array(block_count, sizeof *chosen);
    double *figures = alloc_array(RESAMPLES, sizeof *figures);
    gsl_rng *random = alloc_checked(gsl_rng_alloc(gsl_rng_mt19937));
    gsl_rng_set(random, (unsigned long)(seed ^ (seed >> 32)));
    size_t count = 0;
    for (size_t resample = 0; resample < RESAMPLES; resample++) {
        for (size_t i = 0; i < block_count; i++)
            chosen[i] = gsl_rng_uniform_int(random, block_count);
        double figure = statistic(chosen, block_count, context);
        if (!isnan(figure))
            figures[count++] = figure;
    }
    struct interval interval = INTERVAL_NONE;
    if (count > RESAMPLES / 2) {
        gsl_sort(figures, 1, count);
        interval = tails(figures, count, tail_probability(block_count, kind, confidence));
    }
    gsl_rng_free(random);
    free(figures);
    free(chosen);
    return interval;
}
