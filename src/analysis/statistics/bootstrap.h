/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bootstrap over blocks: how far would a figure move had other blocks of the same machine been
 * drawn? The block is the unit, because trials of one block share what the machine did then. */
#ifndef WAITBENCH_ANALYSIS_STATISTICS_BOOTSTRAP_H
#define WAITBENCH_ANALYSIS_STATISTICS_BOOTSTRAP_H

#include <stddef.h>
#include <stdint.h>

/* An interval, of 95 % where nothing else is said. Both ends are NAN where there are too few blocks
 * to have one; an end is infinite where the data do not bound it on that side. */
struct interval {
    double low;
    double high;
};

#define INTERVAL_NONE ((struct interval){NAN, NAN})

/* The figure as computed from the chosen blocks only: `chosen` holds `count` indices below the
 * block count, some of them several times, some not at all. May return an infinity; NAN says that
 * this choice has no figure. */
typedef double bootstrap_statistic(const size_t *chosen, size_t count, void *context);

/* What kind of figure it is, which decides the percentiles that hold the confidence. */
enum bootstrap_kind {
    /* Medians and what is made of them: the plain percentiles. Simulated over 6 to 20 blocks the
     * 2.5th and 97.5th cover 92.5 to 97 %, more when the noise is mostly common to a block. */
    BOOTSTRAP_MEDIAN,
    /* Means, slopes: plain percentiles are too narrow by sqrt((n-1)/n) and by the normal's thinner
     * tail against Student's; with 6 blocks they would cover 87 %. The percentiles are moved out
     * accordingly (T. Hesterberg, "What Teachers Should Know About the Bootstrap", 2015). */
    BOOTSTRAP_MEAN,
};

/* Enough that the interval's ends move by less than a tenth of its width from seed to seed. */
#define BOOTSTRAP_RESAMPLES 2000

/* The statistic of BOOTSTRAP_RESAMPLES resamples of `block_count` blocks, for the caller to free.
 * The same seed gives the same ones. Aborts when out of memory. */
double *bootstrap_replicates(bootstrap_statistic *statistic, void *context, size_t block_count,
                             uint64_t seed);

/* The percentile interval of such replicates, of which NAN is none; no interval (NANs) when more
 * than half of them are none. */
struct interval bootstrap_percentiles(const double *replicates, size_t block_count,
                                      enum bootstrap_kind kind, double confidence);

/* The percentile interval of `statistic` over resamples of `block_count` blocks. `confidence`
 * is 0.95, say. The same seed gives the same interval. No interval (NANs) with fewer than 2 blocks,
 * or when more than half of the resamples have no figure. Aborts when out of memory. */
struct interval bootstrap_interval(bootstrap_statistic *statistic, void *context,
                                   size_t block_count, enum bootstrap_kind kind, double confidence,
                                   uint64_t seed);

#endif
