/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/comparison.h"

#include "analysis/alloc.h"

#include <math.h>
#include <stdlib.h>

/* Values of the blocks that both arms have: a[i] and b[i] are of one block. */
struct pairs {
    double *a;
    double *b;
    size_t count;
};

/* Observations are ordered by block, with one per block: every arm is in a block exactly once. */
static struct pairs pair_blocks(const struct observation *a, size_t count_a,
                                const struct observation *b, size_t count_b, double scale)
{
    struct pairs pairs = {
        .a = alloc_array(count_a, sizeof(double)),
        .b = alloc_array(count_a, sizeof(double)),
    };
    size_t j = 0;
    for (size_t i = 0; i < count_a; i++) {
        while (j < count_b && b[j].block < a[i].block)
            j++;
        if (j == count_b || b[j].block != a[i].block)
            continue;
        pairs.a[pairs.count] = a[i].value * scale;
        pairs.b[pairs.count] = b[j++].value * scale;
        pairs.count++;
    }
    return pairs;
}

static int read_pairs(const struct trial_group *a, const struct trial_group *b,
                      const struct metric *metric, struct pairs *pairs, struct error *error)
{
    struct observation *of_a = NULL;
    struct observation *of_b = NULL;
    int64_t count_a = group_observations(a, metric->column, metric->per, &of_a, error);
    int64_t count_b =
        count_a < 0 ? count_a : group_observations(b, metric->column, metric->per, &of_b, error);
    if (count_b >= 0)
        *pairs = pair_blocks(of_a, (size_t)count_a, of_b, (size_t)count_b, metric->scale);
    free(of_a);
    free(of_b);
    return count_b < 0 ? (int)count_b : 0;
}

static size_t count_outliers(const struct pairs *pairs)
{
    bool *flags = alloc_array(pairs->count, sizeof *flags);
    size_t outliers = statistics_outliers(pairs->a, pairs->count, flags) +
                      statistics_outliers(pairs->b, pairs->count, flags);
    free(flags);
    return outliers;
}

/* Adds the group's trials whose `column` / `per` is more than `limit`. */
static int count_beyond(const struct trial_group *group, const char *column, const char *per,
                        double limit, size_t *count, struct error *error)
{
    struct observation *observations = NULL;
    int64_t found = group_observations(group, column, per, &observations, error);
    for (int64_t i = 0; i < found; i++)
        *count += observations[i].value > limit;
    free(observations);
    return found < 0 ? (int)found : 0;
}

static int count_doubts(const struct trial_group *group, size_t *client_bound, size_t *late,
                        struct error *error)
{
    int result = count_beyond(group, "client_bound", NULL, 0, client_bound, error);
    if (result == 0)
        result = count_beyond(group, "lateness_p99_ns", "p99_ns", 0.1, late, error);
    return result;
}

int compare_groups(const struct trial_group *a, const struct trial_group *b,
                   const struct metric *metric, uint64_t seed, struct comparison *comparison,
                   struct error *error)
{
    struct pairs pairs = {0};
    int result = read_pairs(a, b, metric, &pairs, error);
    struct comparison compared = {
        .median_a = statistics_median(pairs.a, pairs.count),
        .median_b = statistics_median(pairs.b, pairs.count),
    };
    if (result == 0 && pairs.count > 0) {
        compared.ratio = statistics_ratio(pairs.a, pairs.b, pairs.count, seed);
        double resolution = fmax(metric->resolution, metric->step / compared.median_b);
        compared.verdict = statistics_verdict(&compared.ratio, resolution);
        compared.outliers = count_outliers(&pairs);
        result = count_doubts(a, &compared.client_bound_a, &compared.late, error);
        if (result == 0)
            result = count_doubts(b, &compared.client_bound_b, &compared.late, error);
        if (result == 0)
            result = 1;
    }
    free(pairs.a);
    free(pairs.b);
    if (result == 1)
        *comparison = compared;
    return result;
}

int compare_interval(const struct trial_group *a, const struct trial_group *b,
                     const struct metric *metric, double confidence, uint64_t seed,
                     struct interval *interval, struct error *error)
{
    struct pairs pairs = {0};
    int result = read_pairs(a, b, metric, &pairs, error);
    *interval = INTERVAL_NONE;
    if (result == 0 && pairs.count >= STATISTICS_BLOCKS_MIN)
        *interval = statistics_ratio_interval(pairs.a, pairs.b, pairs.count, confidence, seed);
    free(pairs.a);
    free(pairs.b);
    return result;
}
