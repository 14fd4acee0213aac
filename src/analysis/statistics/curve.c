/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/statistics/curve.h"

#include "base/alloc.h"

#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>

void curve_add(struct curve *curve, double block, double x, double value)
{
    curve->readings =
        alloc_grow(curve->readings, curve->count, &curve->capacity, sizeof *curve->readings);
    curve->readings[curve->count++] = (struct curve_reading){block, x, value};
}

void curve_finish(struct curve *curve)
{
    free(curve->readings);
    *curve = (struct curve){0};
}

/* The different values among `count` doubles, ascending, in place. Returns how many. */
static size_t sort_unique(double *values, size_t count)
{
    size_t kept = 0;
    gsl_sort(values, 1, count);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || values[i] != values[kept - 1])
            values[kept++] = values[i];
    return kept;
}

static size_t index_of(const double *sorted, double value)
{
    size_t i = 0;
    while (sorted[i] != value)
        i++;
    return i;
}

/* Lays readings out as blocks x points, NAN where there is none. */
static double *lay_out(const struct curve *curve, const double *x, size_t points,
                       const double *blocks, size_t block_count)
{
    double *values = alloc_array(points * block_count, sizeof *values);
    for (size_t i = 0; i < points * block_count; i++)
        values[i] = NAN;
    for (size_t i = 0; i < curve->count; i++) {
        const struct curve_reading *reading = &curve->readings[i];
        values[index_of(blocks, reading->block) * points + index_of(x, reading->x)] =
            reading->value;
    }
    return values;
}

/* The x and the blocks that either curve has. Of no readings there is none. */
static void find_places(const struct curve *a, const struct curve *b, double *x, double *blocks,
                        struct meeting *met)
{
    size_t count = a->count + b->count;
    for (size_t i = 0; i < count; i++) {
        const struct curve_reading *reading =
            i < a->count ? &a->readings[i] : &b->readings[i - a->count];
        x[i] = reading->x;
        blocks[i] = reading->block;
    }
    met->points = sort_unique(x, count);
    met->blocks = sort_unique(blocks, count);
    met->first_x = count > 0 ? x[0] : NAN;
    met->last_x = count > 0 ? x[met->points - 1] : NAN;
    met->least = met->points > 1 && !(met->first_x > 0) ? x[1] : met->first_x;
}

struct meeting curves_meet(const struct curve *a, const struct curve *b, uint64_t seed)
{
    struct meeting met = {.points = 0};
    size_t count = a->count + b->count;
    double *x = alloc_array(count, sizeof *x);
    double *blocks = alloc_array(count, sizeof *blocks);
    find_places(a, b, x, blocks, &met);
    double *values_a = lay_out(a, x, met.points, blocks, met.blocks);
    double *values_b = lay_out(b, x, met.points, blocks, met.blocks);
    if (count > 0 && !(x[0] > 0))
        x[0] = CURVE_ZERO * met.least;
    met.crossover = statistics_crossover(x, met.points, values_a, values_b, met.blocks, seed);
    free(values_a);
    free(values_b);
    free(blocks);
    free(x);
    return met;
}
