/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the curve of a loop, or of loops, meets that of threads. */
#include "base/alloc.h"
#include "report/charts/line_figures.h"
#include "report/charts/run_files.h"
#include "run/model.h"

#include <math.h>

/* The curve of one series over the chart's first point key, of the chart's first value. */
static int read_curve(const struct line_figures *figures, int series, struct curve *curve,
                      struct error *error)
{
    for (size_t i = 0; i < figures->place_count; i++) {
        const struct line_place *place = &figures->places[i];
        double block;
        double value;
        if (place->series != series)
            continue;
        int got = csv_number(figures->trials, place->row, csv_column(figures->trials, "block"),
                             &block, error);
        if (got == 1)
            got = line_trial_value(figures, place->row, &figures->chart->values[0], &value, error);
        if (got < 0)
            return got;
        if (got == 1)
            curve_add(curve, block, place->point_keys[0], value);
    }
    return 0;
}

static const char *model_of(const struct line_figures *figures, size_t series)
{
    return run_cell(figures->trials, figures->series[series].row, "model");
}

static int meet(struct line_figures *figures, size_t threads, size_t loop, uint64_t seed,
                struct error *error)
{
    struct curve a = {0};
    struct curve b = {0};
    int result = read_curve(figures, (int)threads, &a, error);
    if (result == 0)
        result = read_curve(figures, (int)loop, &b, error);
    if (result == 0)
        figures->equal[loop] = curves_meet(&a, &b, seed).crossover;
    curve_finish(&a);
    curve_finish(&b);
    return result;
}

int line_equal_find(struct line_figures *figures, uint64_t seed, struct error *error)
{
    size_t threads = 0;
    int result = 0;
    figures->equal = alloc_array(figures->series_count, sizeof *figures->equal);
    for (size_t i = 0; i < figures->series_count; i++)
        figures->equal[i] = (struct crossover){.x = NAN, .interval = INTERVAL_NONE};
    while (threads < figures->series_count &&
           !(model_is(model_of(figures, threads), MODEL_THREADS) &&
             arm_is_ours(figures->trials, figures->series[threads].row)))
        threads++;
    for (size_t i = 0; result == 0 && threads < figures->series_count && i < figures->series_count;
         i++)
        if (model_is_loop(model_of(figures, i)) &&
            arm_is_ours(figures->trials, figures->series[i].row))
            result = meet(figures, threads, i, seed, error);
    return result;
}

void line_equal_set(const struct line_figures *figures, int series, struct csv_writer *writer)
{
    const struct crossover *equal = &figures->equal[series];
    if (!isfinite(equal->x) || !isfinite(equal->interval.low) || !isfinite(equal->interval.high))
        return;
    csv_set_double(writer, "equal_at", equal->x);
    csv_set_double(writer, "equal_ci_low", equal->interval.low);
    csv_set_double(writer, "equal_ci_high", equal->interval.high);
}
