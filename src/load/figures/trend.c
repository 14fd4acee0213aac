/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/figures/trend.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>

void trend_add(struct trend *sum, const struct trend *trend)
{
    for (size_t i = 0; i < trend->count; i++)
        sum->values[i] += trend->values[i];
    if (trend->count > sum->count)
        sum->count = trend->count;
}

double trend_growth(const struct trend *trend)
{
    double slopes[TREND_POINTS * (TREND_POINTS - 1) / 2];
    size_t count = 0;
    if (trend->count < 3)
        return 0;
    for (size_t i = 0; i < trend->count; i++)
        for (size_t j = i + 1; j < trend->count; j++)
            slopes[count++] = (double)(trend->values[j] - trend->values[i]) / (double)(j - i);
    return gsl_stats_median(slopes, 1, count) * (double)(trend->count - 1);
}

double trend_growth_error(const struct trend *trend)
{
    double distances[TREND_POINTS];
    double n = (double)trend->count;
    double per_point = trend->count < 3 ? 0 : trend_growth(trend) / (n - 1);
    double middle = trend_middle(trend);
    if (trend->count < 3)
        return 0;
    for (size_t i = 0; i < trend->count; i++)
        distances[i] =
            fabs((double)trend->values[i] - middle - per_point * ((double)i - (n - 1) / 2));
    /* 1.4826 times the median distance is the deviation of a normal distribution; the rest is the
     * standard error of a slope over equally spaced points. */
    double deviation = 1.4826 * gsl_stats_median(distances, 1, trend->count);
    return deviation * sqrt(12 / (n * (n * n - 1))) * (n - 1);
}

double trend_middle(const struct trend *trend)
{
    double values[TREND_POINTS];
    for (size_t i = 0; i < trend->count; i++)
        values[i] = (double)trend->values[i];
    return trend->count > 0 ? gsl_stats_median(values, 1, trend->count) : 0;
}
