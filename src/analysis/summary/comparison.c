/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/summary/comparison.h"

#include "analysis/summary/paired.h"
#include "analysis/summary/store_bound.h"
#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>

/* Of an arm's trials. */
#define WITHHELD_SHARE 0.1

bool doubts_withhold(const struct doubts *doubts)
{
    return (double)doubts->withheld.trials > WITHHELD_SHARE * (double)doubts->trials;
}

bool comparison_is_withheld(const struct comparison *comparison)
{
    return doubts_withhold(&comparison->doubts_a) || doubts_withhold(&comparison->doubts_b);
}

static size_t count_outliers(const struct paired *pairs)
{
    bool *flags = alloc_array(pairs->count, sizeof *flags);
    size_t outliers = statistics_outliers(pairs->a, pairs->count, flags) +
                      statistics_outliers(pairs->b, pairs->count, flags);
    free(flags);
    return outliers;
}

static int count_doubts(const struct trial_group *group, const struct metric *metric,
                        struct doubts *doubts, size_t *late, struct error *error)
{
    doubts->trials = group->count;
    doubts->contended = doubt_count_contended(group);
    int result = doubt_count_withheld(group, metric, &doubts->withheld, error);
    if (result == 0)
        result = doubt_count_beyond(group, "client_bound", NULL, 0, &doubts->client_bound, error);
    if (result == 0)
        result = store_bound_count(group, &doubts->store_bound, error);
    if (result == 0)
        result = doubt_count_beyond(group, "overloaded", NULL, 0, &doubts->overloaded, error);
    return result < 0 ? result : doubt_count_late(group, metric, late, error);
}

int compare_groups(const struct trial_group *a, const struct trial_group *b,
                   const struct metric *metric, uint64_t seed, struct comparison *comparison,
                   struct error *error)
{
    struct paired pairs;
    int result = paired_read(&pairs, a, b, metric, error);
    struct comparison compared = {
        .median_a = statistics_median(pairs.a, pairs.count),
        .median_b = statistics_median(pairs.b, pairs.count),
        .ratio = {NAN, INTERVAL_NONE, 0},
    };
    if (result == 0)
        result = count_doubts(a, metric, &compared.doubts_a, &compared.late, error);
    if (result == 0)
        result = count_doubts(b, metric, &compared.doubts_b, &compared.late, error);
    if (result == 0 && pairs.count > 0) {
        compared.ratio = statistics_ratio(pairs.a, pairs.b, pairs.count, seed);
        double resolution = fmax(metric->resolution, metric->step / compared.median_b);
        compared.verdict = statistics_verdict(&compared.ratio, resolution);
        compared.outliers = count_outliers(&pairs);
        result = 1;
    }
    paired_finish(&pairs);
    if (result >= 0)
        *comparison = compared;
    return result;
}
