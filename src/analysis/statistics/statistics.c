/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/statistics/statistics.h"

#include "base/alloc.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

double statistics_median(const double *values, size_t count)
{
    if (count == 0)
        return NAN;
    double *copy = alloc_array(count, sizeof *copy);
    memcpy(copy, values, count * sizeof *copy);
    double median = gsl_stats_median(copy, 1, count);
    free(copy);
    return median;
}

/* The chance that the interval from the `order`-th smallest to the `order`-th largest value holds
 * the median: neither fewer than `order` values below it nor fewer above. */
static double order_coverage(unsigned order, unsigned count)
{
    return 1 - 2 * gsl_cdf_binomial_P(order - 1, 0.5, count);
}

static struct interval median_interval(const double *sorted, unsigned count)
{
    unsigned order = 1;
    while (order_coverage(order + 1, count) >= 0.95)
        order++;
    double wide = order_coverage(order, count);
    double narrow = order_coverage(order + 1, count);
    /* How far to go from the wide interval to the narrow one. Coverage does not fall linearly in
     * between; Hettmansperger and Sheather's weight holds it for any common distribution. */
    double part = (wide - 0.95) / (wide - narrow);
    double weight = (count - order) * part / (order + (count - 2.0 * order) * part);
    const double *low = sorted + order - 1;
    const double *high = sorted + count - order;
    return (struct interval){
        (1 - weight) * low[0] + weight * low[1],
        (1 - weight) * high[0] + weight * high[-1],
    };
}

struct estimate statistics_median_estimate(const double *values, size_t count)
{
    struct estimate estimate = {statistics_median(values, count), INTERVAL_NONE, count};
    if (count < STATISTICS_BLOCKS_MIN)
        return estimate;
    double *sorted = alloc_array(count, sizeof *sorted);
    memcpy(sorted, values, count * sizeof *sorted);
    gsl_sort(sorted, 1, count);
    estimate.interval = median_interval(sorted, (unsigned)count);
    free(sorted);
    return estimate;
}

/* Figures of blocks by size. The median of a resample is found by counting how often each was
 * drawn, for thousands of resamples of the same dozen figures. */
struct ranked {
    double *sorted;
    size_t *rank;  /* of each block's figure */
    size_t *drawn; /* by rank; zero between resamples */
};

static struct ranked ranked_make(const double *values, size_t count)
{
    struct ranked ranked = {
        .sorted = alloc_array(count, sizeof *ranked.sorted),
        .rank = alloc_array(count, sizeof *ranked.rank),
        .drawn = alloc_array(count, sizeof *ranked.drawn),
    };
    size_t *order = alloc_array(count, sizeof *order);
    gsl_sort_index(order, values, 1, count);
    for (size_t i = 0; i < count; i++) {
        ranked.sorted[i] = values[order[i]];
        ranked.rank[order[i]] = i;
    }
    free(order);
    return ranked;
}

static void ranked_free(struct ranked *ranked)
{
    free(ranked->sorted);
    free(ranked->rank);
    free(ranked->drawn);
}

/* The same as gsl_stats_median of the chosen ones. */
static double median_of_chosen(const struct ranked *ranked, const size_t *chosen, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ranked->drawn[ranked->rank[chosen[i]]]++;
    size_t passed = 0;
    size_t lower = 0;
    while ((passed += ranked->drawn[lower]) <= (count - 1) / 2)
        lower++;
    size_t upper = lower;
    while (passed <= count / 2)
        passed += ranked->drawn[++upper];
    memset(ranked->drawn, 0, count * sizeof *ranked->drawn);
    return lower == upper ? ranked->sorted[lower]
                          : (ranked->sorted[lower] + ranked->sorted[upper]) / 2.0;
}

struct pairs {
    struct ranked a;
    struct ranked b;
};

static double ratio_of_chosen(const size_t *chosen, size_t count, void *context)
{
    const struct pairs *pairs = context;
    double a = median_of_chosen(&pairs->a, chosen, count);
    double b = median_of_chosen(&pairs->b, chosen, count);
    return a > 0 && b > 0 ? a / b : NAN;
}

struct interval statistics_ratio_interval(const double *a, const double *b, size_t blocks,
                                          double confidence, uint64_t seed)
{
    struct pairs pairs = {ranked_make(a, blocks), ranked_make(b, blocks)};
    struct interval interval =
        bootstrap_interval(ratio_of_chosen, &pairs, blocks, BOOTSTRAP_MEDIAN, confidence, seed);
    ranked_free(&pairs.a);
    ranked_free(&pairs.b);
    return interval;
}

struct estimate statistics_ratio(const double *a, const double *b, size_t blocks, uint64_t seed)
{
    double above = statistics_median(a, blocks);
    double below = statistics_median(b, blocks);
    struct estimate ratio = {NAN, INTERVAL_NONE, blocks};
    if (!(above > 0 && below > 0))
        return ratio;
    ratio.value = above / below;
    if (blocks < STATISTICS_BLOCKS_MIN)
        return ratio;
    ratio.interval = statistics_ratio_interval(a, b, blocks, 0.95, seed);
    return ratio;
}

enum verdict statistics_verdict(const struct estimate *ratio, double resolution)
{
    if (ratio->blocks == 0 || isnan(ratio->value))
        return VERDICT_NONE;
    if (ratio->blocks < STATISTICS_BLOCKS_MIN)
        return VERDICT_TOO_FEW_BLOCKS;
    if (ratio->interval.high < 1 - resolution)
        return VERDICT_LOWER;
    if (ratio->interval.low > 1 + resolution)
        return VERDICT_HIGHER;
    return VERDICT_NO_DIFFERENCE;
}

const char *verdict_text(enum verdict verdict, enum metric_kind kind)
{
    static const char *const lower[] = {"faster", "slower", "smaller"};
    static const char *const higher[] = {"slower", "faster", "larger"};
    switch (verdict) {
    case VERDICT_TOO_FEW_BLOCKS:
        return "too few blocks";
    case VERDICT_NO_DIFFERENCE:
        return "no difference resolved";
    case VERDICT_LOWER:
        return lower[kind];
    case VERDICT_HIGHER:
        return higher[kind];
    case VERDICT_NONE:
        break;
    }
    return "";
}

size_t statistics_outliers(const double *values, size_t count, bool *flags)
{
    memset(flags, 0, count * sizeof *flags);
    if (count < STATISTICS_BLOCKS_MIN)
        return 0;
    double *sorted = alloc_array(count, sizeof *sorted);
    memcpy(sorted, values, count * sizeof *sorted);
    gsl_sort(sorted, 1, count);
    double lower = gsl_stats_quantile_from_sorted_data(sorted, 1, count, 0.25);
    double upper = gsl_stats_quantile_from_sorted_data(sorted, 1, count, 0.75);
    free(sorted);
    double reach = 3 * (upper - lower);
    size_t flagged = 0;
    for (size_t i = 0; i < count; i++) {
        flags[i] = values[i] < lower - reach || values[i] > upper + reach;
        flagged += flags[i];
    }
    return flagged;
}
