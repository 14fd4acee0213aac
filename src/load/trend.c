/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/trend.h"

#include <gsl/gsl_statistics_double.h>

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

double trend_middle(const struct trend *trend)
{
    double values[TREND_POINTS];
    for (size_t i = 0; i < trend->count; i++)
        values[i] = (double)trend->values[i];
    return trend->count > 0 ? gsl_stats_median(values, 1, trend->count) : 0;
}
