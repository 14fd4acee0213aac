/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/line_figures.h"

#include "analysis/statistics/statistics.h"
#include "analysis/summary/store_bound.h"
#include "base/alloc.h"
#include "report/charts/run_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Nothing where there is no database. */
static int store_bound(const struct csv_table *trials, size_t row, double *result,
                       struct error *error)
{
    if (!*run_cell(trials, row, "store_connections"))
        return 0;
    int bound = store_bound_is(trials, row, error);
    *result = bound;
    return bound < 0 ? bound : 1;
}

int line_trial_value(const struct line_figures *figures, size_t row,
                     const struct chart_value *value, double *result, struct error *error)
{
    const struct csv_table *trials = figures->trials;
    double divisor = 1;
    if (strcmp(value->column, CHART_STORE_BOUND) == 0)
        return store_bound(trials, row, result, error);
    int got = csv_number(trials, row, csv_column(trials, value->column), result, error);
    if (got == 1 && value->per)
        got = csv_number(trials, row, csv_column(trials, value->per), &divisor, error);
    if (got == 1 && divisor <= 0)
        return 0;
    *result /= divisor;
    return got;
}

static void set_value(struct csv_writer *writer, const struct chart_value *value,
                      const char *statistic, double number)
{
    char column[96];
    snprintf(column, sizeof column, "%s_%s_%s", value->name, statistic, value->unit);
    csv_set_double(writer, column, number);
}

static void set_trials(struct csv_writer *writer, const struct chart_value *value, size_t trials)
{
    char column[96];
    snprintf(column, sizeof column, "%s_trials", value->name);
    csv_set_int64(writer, column, (int64_t)trials);
}

/* The most trials that a point of the same line has: a spectrum has a row only for what a trial
 * could resolve. */
static size_t most_trials(const struct line_figures *figures, size_t first)
{
    const struct line_place *places = figures->places;
    size_t most = 0;
    size_t run = 0;
    for (size_t i = 0; i < figures->place_count; i++) {
        if (places[i].series != places[first].series || places[i].panel != places[first].panel)
            continue;
        run = i > 0 && line_place_compare(&places[i - 1], &places[i]) == 0 ? run + 1 : 1;
        most = run > most ? run : most;
    }
    return most;
}

/* A percentile that more than one in ten trials had to withhold is no median of the others: those
 * are the ones in which nothing happened. */
static bool is_withheld(const struct line_figures *figures, size_t first, size_t count,
                        size_t measured)
{
    size_t trials = figures->chart->conditions ? most_trials(figures, first) : count;
    return figures->chart->is_latency && 10 * measured < 9 * trials;
}

static int write_value(struct csv_writer *writer, const struct line_figures *figures, size_t first,
                       size_t count, const struct chart_value *value, struct error *error)
{
    double *values = alloc_array(count, sizeof *values);
    size_t measured = 0;
    int got = 0;
    for (size_t i = first; i < first + count && got >= 0; i++) {
        got = line_trial_value(figures, figures->places[i].row, value, &values[measured], error);
        if (got == 1)
            measured++;
    }
    if (got >= 0 && measured > 0 && !is_withheld(figures, first, count, measured)) {
        struct estimate estimate = statistics_median_estimate(values, measured);
        set_value(writer, value, "median", estimate.value);
        set_value(writer, value, "ci_low", estimate.interval.low);
        set_value(writer, value, "ci_high", estimate.interval.high);
    }
    set_trials(writer, value, measured);
    free(values);
    return got < 0 ? got : 0;
}

/* A rate that the plan named is no share of anything: its cell stays empty. */
static void set_keys(struct csv_writer *writer, const char *const *columns, const double *keys)
{
    for (size_t i = 0; columns && columns[i]; i++)
        if (keys[i] > 0 || strcmp(columns[i], "capacity_share") != 0)
            csv_set_double(writer, columns[i], keys[i]);
}

/* Trials of a point whose backlog grew: they decide no tail, and are drawn apart. */
static int64_t count_overloaded(const struct line_figures *figures, size_t first, size_t count)
{
    int64_t overloaded = 0;
    for (size_t i = first; i < first + count; i++) {
        const char *cell = run_cell(figures->trials, figures->places[i].row, "overloaded");
        overloaded += strtod(cell, NULL) > 0;
    }
    return overloaded;
}

static void set_place(struct csv_writer *writer, const struct line_figures *figures, size_t first,
                      size_t count)
{
    const struct line_place *place = &figures->places[first];
    const struct line_chart *chart = figures->chart;
    char label[ARM_LABEL_BYTES];
    csv_set_int64(writer, "panel", place->panel);
    csv_set_int64(writer, "blocks", (int64_t)count);
    if (chart->is_latency) {
        csv_set_double(writer, "floor_ns", figures->floor_ns);
        csv_set_int64(writer, "overloaded_trials", count_overloaded(figures, first, count));
    }
    if (chart->name_panel) {
        chart->name_panel(figures->trials, place->row, label);
        csv_set_text(writer, "row_label", label);
    }
    set_keys(writer, chart->panel_keys, place->panel_keys);
    set_keys(writer, chart->point_keys, place->point_keys);
    for (size_t i = 0; chart->option_keys && chart->option_keys[i]; i++)
        if (figures->has_option[i])
            csv_set_double(writer, chart->option_keys[i], place->panel_keys[figures->keys + i]);
}

static int write_point(struct csv_writer *writer, const struct line_figures *figures, size_t first,
                       size_t count, struct error *error)
{
    const struct line_place *place = &figures->places[first];
    const struct series *series = &figures->series[place->series];
    const struct line_chart *chart = figures->chart;
    csv_set_int64(writer, "series", place->series + 1);
    csv_set_text(writer, "label", series->label);
    csv_set_text(writer, "model", run_cell(figures->trials, place->row, "model"));
    csv_set_text(writer, "allocator", run_cell(figures->trials, place->row, "allocator"));
    csv_set_text(writer, "color", series->color);
    csv_set_int64(writer, "variant", series->variant);
    set_place(writer, figures, first, count);
    if (figures->equal)
        line_equal_set(figures, place->series, writer);
    for (const struct chart_value *value = chart->values; value->column; value++) {
        int result = write_value(writer, figures, first, count, value, error);
        if (result < 0)
            return result;
    }
    return csv_end_row(writer, error);
}

/* The names of a chart's columns; those made up here live in `made`. */
struct columns {
    const char *names[14 + 3 * CHART_KEYS_MAX + 4 * CHART_VALUES_MAX];
    size_t count;
    char made[4 * CHART_VALUES_MAX][96];
};

static void add_columns(struct columns *columns, const char *const *names)
{
    for (; names && *names; names++)
        columns->names[columns->count++] = *names;
}

static void add_values(const struct line_chart *chart, struct columns *columns)
{
    static const char *const statistics[] = {"median", "ci_low", "ci_high"};
    size_t made = 0;
    for (const struct chart_value *value = chart->values; value->column; value++) {
        for (size_t i = 0; i < 3; i++)
            snprintf(columns->made[made + i], sizeof columns->made[0], "%s_%s_%s", value->name,
                     statistics[i], value->unit);
        snprintf(columns->made[made + 3], sizeof columns->made[0], "%s_trials", value->name);
        for (size_t i = 0; i < 4; i++)
            columns->names[columns->count++] = columns->made[made++];
    }
}

static void name_columns(const struct line_figures *figures, struct columns *columns)
{
    const struct line_chart *chart = figures->chart;
    static const char *const equal[] = {"equal_at", "equal_ci_low", "equal_ci_high", NULL};
    static const char *const common[] = {
        "series", "label", "model", "allocator", "color", "variant", "panel", NULL,
    };
    columns->count = 0;
    add_columns(columns, common);
    add_columns(columns, chart->panel_keys);
    add_columns(columns, chart->point_keys);
    add_values(chart, columns);
    columns->names[columns->count++] = "blocks";
    if (chart->name_panel)
        columns->names[columns->count++] = "row_label";
    if (chart->is_latency) {
        columns->names[columns->count++] = "floor_ns";
        columns->names[columns->count++] = "overloaded_trials";
    }
    if (chart->tells_equal)
        add_columns(columns, equal);
    for (size_t i = 0; chart->option_keys && chart->option_keys[i]; i++)
        if (figures->has_option[i])
            columns->names[columns->count++] = chart->option_keys[i];
}

int line_figures_write(const struct line_figures *figures, const char *run_dir, struct error *error)
{
    struct columns columns;
    name_columns(figures, &columns);
    struct csv_writer *writer = NULL;
    int result =
        run_create_chart_csv(&writer, run_dir, figures->name, columns.names, columns.count, error);
    for (size_t first = 0; result == 0 && first < figures->place_count;) {
        size_t end = first + 1;
        while (end < figures->place_count &&
               line_place_compare(&figures->places[first], &figures->places[end]) == 0)
            end++;
        result = write_point(writer, figures, first, end - first, error);
        first = end;
    }
    csv_destroy(writer);
    return result;
}
