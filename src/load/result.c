/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/result.h"

bool load_result_was_away(const struct load_result *result, double share)
{
    return result->duration_ns > 0 &&
           (double)result->away_ns >= share * (double)result->duration_ns;
}

int64_t load_result_excursions(const struct load_result *result, double quantile)
{
    if (!result->latency)
        return -1;
    return excursions_beyond(&result->excursions, histogram_quantile_ns(result->latency, quantile),
                             result->duration_ns / EXCURSIONS_SLICES);
}

/* `excursions` is NULL where there are none to count, as for a closed loop or below a tail. */
static int64_t resolved_ns(const struct load_result *result, const struct histogram *histogram,
                           const struct excursions *excursions, double quantile)
{
    int64_t value_ns = histogram_resolved_ns(histogram, quantile);
    if (value_ns >= 0 && excursions &&
        excursions_beyond(excursions, histogram_quantile_ns(histogram, quantile),
                          result->duration_ns / EXCURSIONS_SLICES) < EXCURSIONS_MIN)
        return -1;
    return value_ns;
}

int64_t load_result_quantile_ns(const struct load_result *result, double quantile)
{
    if (!result->latency)
        return resolved_ns(result, result->service, NULL, quantile);
    return resolved_ns(result, result->latency,
                       quantile >= LOAD_TAIL_QUANTILE ? &result->excursions : NULL, quantile);
}

int64_t load_result_other_ns(const struct load_result *result, double quantile)
{
    if (!result->other)
        return -1;
    bool counts = result->latency && quantile >= LOAD_OTHERS_TAIL_QUANTILE;
    return resolved_ns(result, result->other, counts ? &result->other_excursions : NULL, quantile);
}

void load_result_finish(struct load_result *result)
{
    histogram_destroy(result->latency);
    histogram_destroy(result->service);
    histogram_destroy(result->lateness);
    histogram_destroy(result->other);
    histogram_destroy(result->reply_delay);
    excursions_finish(&result->excursions);
    excursions_finish(&result->other_excursions);
    result->latency = NULL;
    result->service = NULL;
    result->lateness = NULL;
    result->other = NULL;
    result->reply_delay = NULL;
}

int64_t load_result_error_count(const struct load_result *result)
{
    int64_t count = 0;
    for (int kind = 0; kind < LOAD_ERROR_KINDS; kind++)
        count += result->errors[kind];
    return count;
}

bool load_result_adds_up(const struct load_result *result)
{
    return result->offered == result->answered + result->lost + result->failed;
}

bool load_result_has_reply(const struct load_result *result)
{
    return result->latency ? result->answered > 0 : result->replies > 0;
}

bool load_result_is_answered(const struct load_result *result)
{
    return load_result_has_reply(result) && result->hung == 0;
}
