/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/tables/load_cells.h"

#include "analysis/statistics/statistics.h"
#include "analysis/summary/store_bound.h"
#include "analysis/words/units.h"
#include "base/alloc.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* A quantile is given with so many samples beyond it or more. */
#define SAMPLES_BEYOND 100

/* The median over blocks of a column, or of it divided by another; NAN without trials. */
static int median(const struct trial_group *group, const char *column, const char *per,
                  double *value, struct error *error)
{
    struct observation *observations;
    int64_t count = group_observations(group, column, per, &observations, error);
    if (count < 0)
        return (int)count;
    double *values = alloc_array((size_t)count, sizeof *values);
    for (int64_t i = 0; i < count; i++)
        values[i] = observations[i].value;
    *value = statistics_median(values, (size_t)count);
    free(values);
    free(observations);
    return 0;
}

/* A quantile that more than one in ten trials withhold has no median: the rest is no fair sample.
 */
static int median_quantile(const struct trial_group *group, const char *column, double *value,
                           struct error *error)
{
    struct observation *observations;
    int64_t count = group_observations(group, column, NULL, &observations, error);
    free(count < 0 ? NULL : observations);
    *value = NAN;
    if (count < 0 || 10 * (size_t)count < 9 * group->count)
        return count < 0 ? (int)count : 0;
    return median(group, column, NULL, value, error);
}

/* Whether more than one in ten trials have too few samples for a quantile that leaves that share of
 * them beyond it. A file without the column does not say. */
static int has_too_few(const struct trial_group *group, double beyond, bool *too_few,
                       struct error *error)
{
    struct observation *observations;
    size_t short_of = 0;
    int64_t count = group_observations(group, "samples", NULL, &observations, error);
    if (count < 0)
        return (int)count;
    for (int64_t i = 0; i < count; i++)
        short_of += observations[i].value * beyond < SAMPLES_BEYOND;
    free(observations);
    *too_few = 10 * short_of > group->count;
    return 0;
}

/* Trials whose backlog grew: they decide no tail. */
static int count_overloaded(const struct trial_group *group, size_t *overloaded,
                            struct error *error)
{
    struct observation *observations;
    int64_t count = group_observations(group, "overloaded", NULL, &observations, error);
    if (count < 0)
        return (int)count;
    for (int64_t i = 0; i < count; i++)
        *overloaded += observations[i].value > 0;
    free(observations);
    return 0;
}

static const char *format_ns(double ns, char *text)
{
    snprintf(text, UNITS_TEXT_SIZE, "-");
    return isfinite(ns) ? units_format_ns(ns, text) : text;
}

int load_cell_throughput(const struct trial_group *group, char *cell, struct error *error)
{
    char texts[3][UNITS_TEXT_SIZE];
    double rate;
    double cpu;
    double both;
    double bound;
    size_t store_bound = 0;
    int result = median(group, "achieved_per_second", NULL, &rate, error);
    if (result == 0)
        result = median(group, "server_cpu_seconds", "samples", &cpu, error);
    if (result == 0)
        result = median(group, "both_cpu_seconds", "samples", &both, error);
    if (result == 0)
        result = median(group, "client_bound", NULL, &bound, error);
    if (result == 0)
        result = store_bound_count(group, &store_bound, error);
    if (result < 0)
        return result;
    snprintf(texts[0], sizeof texts[0], "-");
    if (isfinite(rate))
        units_format_count(rate, texts[0]);
    format_ns(1e9 * cpu, texts[1]);
    format_ns(1e9 * both, texts[2]);
    const char *mark = bound > 0 ? "*" : 2 * store_bound > group->count ? "#" : "";
    snprintf(cell, LOAD_CELL_SIZE, "%s%s %s%s%s", texts[0], mark, texts[1],
             isfinite(both) ? " " : "", isfinite(both) ? texts[2] : "");
    return 0;
}

int load_cell_memory(const struct trial_group *group, char *cell, struct error *error)
{
    char text[UNITS_TEXT_SIZE];
    double bytes;
    int result = median(group, "charged_bytes", NULL, &bytes, error);
    if (result == 0 && isfinite(bytes))
        snprintf(cell, LOAD_CELL_SIZE, "%s", units_format_bytes(bytes, text));
    return result;
}

int load_cell_latency(const struct trial_group *group, char *cell, struct error *error)
{
    char texts[3][UNITS_TEXT_SIZE];
    double values[3];
    size_t overloaded = 0;
    bool too_few = false;
    int result = median(group, "p50_ns", NULL, &values[0], error);
    if (result == 0)
        result = has_too_few(group, 0.01, &too_few, error);
    if (result == 0)
        result = median_quantile(group, "p99_ns", &values[1], error);
    if (result == 0)
        result = median_quantile(group, "p999_ns", &values[2], error);
    if (result == 0)
        result = count_overloaded(group, &overloaded, error);
    if (result < 0)
        return result;
    for (size_t i = 0; i < 3; i++)
        format_ns(values[i], texts[i]);
    if (overloaded == 0 && too_few && isnan(values[0]))
        snprintf(cell, LOAD_CELL_SIZE, "p50: too few samples");
    else if (overloaded == 0 && too_few && isnan(values[1]))
        snprintf(cell, LOAD_CELL_SIZE, "%s p99: too few", texts[0]);
    else if (overloaded == 0)
        snprintf(cell, LOAD_CELL_SIZE, "%s %s %s", texts[0], texts[1], texts[2]);
    else if (overloaded < group->count)
        snprintf(cell, LOAD_CELL_SIZE, "%s overloaded %zu/%zu", texts[0], overloaded, group->count);
    else
        snprintf(cell, LOAD_CELL_SIZE, "%s overloaded", texts[0]);
    return 0;
}

int load_cell_others(const struct trial_group *group, char *cell, struct error *error)
{
    char p50_text[UNITS_TEXT_SIZE];
    char tail_text[UNITS_TEXT_SIZE];
    double p50;
    double p90 = NAN;
    double p99 = NAN;
    int result = median(group, "other_p50_ns", NULL, &p50, error);
    if (result == 0 && csv_column(group->table, "other_p90_ns") >= 0)
        result = median_quantile(group, "other_p90_ns", &p90, error);
    if (result == 0)
        result = median_quantile(group, "other_p99_ns", &p99, error);
    if (result < 0 || !isfinite(p50))
        return result;
    if (isfinite(p90) && !isfinite(p99))
        snprintf(cell, LOAD_CELL_SIZE, "%s p90: %s -", format_ns(p50, p50_text),
                 format_ns(p90, tail_text));
    else
        snprintf(cell, LOAD_CELL_SIZE, "%s %s -", format_ns(p50, p50_text),
                 format_ns(p99, tail_text));
    return 0;
}
