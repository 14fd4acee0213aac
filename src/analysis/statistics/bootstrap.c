/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/statistics/bootstrap.h"

#include "base/alloc.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>

static double tail_probability(size_t block_count, enum bootstrap_kind kind, double confidence)
{
    double tail = (1 - confidence) / 2;
    if (kind == BOOTSTRAP_MEDIAN)
        return tail;
    double blocks = (double)block_count;
    double student = gsl_cdf_tdist_Qinv(tail, blocks - 1);
    return gsl_cdf_ugaussian_Q(student * sqrt(blocks / (blocks - 1)));
}

double *bootstrap_replicates(bootstrap_statistic *statistic, void *context, size_t block_count,
                             uint64_t seed)
{
    size_t *chosen = alloc_array(block_count, sizeof *chosen);
    double *replicates = alloc_array(BOOTSTRAP_RESAMPLES, sizeof *replicates);
    gsl_rng *random = alloc_checked(gsl_rng_alloc(gsl_rng_mt19937));
    gsl_rng_set(random, (unsigned long)(seed ^ (seed >> 32)));
    for (size_t resample = 0; resample < BOOTSTRAP_RESAMPLES; resample++) {
        for (size_t i = 0; i < block_count; i++)
            chosen[i] = gsl_rng_uniform_int(random, block_count);
        replicates[resample] = statistic(chosen, block_count, context);
    }
    gsl_rng_free(random);
    free(chosen);
    return replicates;
}

/* An order statistic rather than an interpolated one: figures may be infinite. */
static struct interval tails(double *figures, size_t count, double tail)
{
    size_t cut = (size_t)(tail * (double)count);
    return (struct interval){
        gsl_stats_select(figures, 1, count, cut),
        gsl_stats_select(figures, 1, count, count - 1 - cut),
    };
}

struct interval bootstrap_percentiles(const double *replicates, size_t block_count,
                                      enum bootstrap_kind kind, double confidence)
{
    double *figures = alloc_array(BOOTSTRAP_RESAMPLES, sizeof *figures);
    struct interval interval = INTERVAL_NONE;
    size_t count = 0;
    for (size_t i = 0; i < BOOTSTRAP_RESAMPLES; i++)
        if (!isnan(replicates[i]))
            figures[count++] = replicates[i];
    if (count > BOOTSTRAP_RESAMPLES / 2)
        interval = tails(figures, count, tail_probability(block_count, kind, confidence));
    free(figures);
    return interval;
}

struct interval bootstrap_interval(bootstrap_statistic *statistic, void *context,
                                   size_t block_count, enum bootstrap_kind kind, double confidence,
                                   uint64_t seed)
{
    if (block_count < 2)
        return INTERVAL_NONE;
    double *replicates = bootstrap_replicates(statistic, context, block_count, seed);
    struct interval interval = bootstrap_percentiles(replicates, block_count, kind, confidence);
    free(replicates);
    return interval;
}
