/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/line_chart.h"

#include "analysis/statistics/statistics.h"
#include "base/alloc.h"
#include "report/charts/arm_rows.h"
#include "report/charts/run_files.h"
#include "report/charts/run_join.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where a trial stands in the chart. */
struct place {
    size_t row;
    int series;
    int panel;
    double panel_keys[CHART_KEYS_MAX];
    double point_keys[CHART_KEYS_MAX];
};

struct figures {
    const struct line_chart *chart;
    const struct csv_table *trials;
    struct series *series;
    size_t series_count;
    struct place *places;
    size_t place_count;
    double floor_ns;
};

/* An empty cell counts as 0: no work, no idle connection. */
static int read_keys(const struct figures *figures, size_t row, const char *const *columns,
                     double *keys, struct error *error)
{
    for (size_t i = 0; columns && columns[i]; i++) {
        int column = csv_column(figures->trials, columns[i]);
        int result = csv_number(figures->trials, row, column, &keys[i], error);
        if (result < 0)
            return result;
    }
    return 0;
}

static int compare_keys(const double *a, const double *b)
{
    for (size_t i = 0; i < CHART_KEYS_MAX; i++)
        if (a[i] < b[i] || a[i] > b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static int compare_panels(const void *a, const void *b)
{
    const struct place *first = a;
    const struct place *second = b;
    return compare_keys(first->panel_keys, second->panel_keys);
}

static int compare_places(const void *a, const void *b)
{
    const struct place *first = a;
    const struct place *second = b;
    if (first->series != second->series)
        return first->series - second->series;
    if (first->panel != second->panel)
        return first->panel - second->panel;
    return compare_keys(first->point_keys, second->point_keys);
}

static void number_panels(struct figures *figures)
{
    struct place *places = figures->places;
    qsort(places, figures->place_count, sizeof *places, compare_panels);
    int panel = 1;
    for (size_t i = 0; i < figures->place_count; i++) {
        if (i > 0 && compare_panels(&places[i - 1], &places[i]) != 0)
            panel++;
        places[i].panel = panel;
    }
}

static int series_of(const struct figures *figures, size_t row)
{
    size_t i = 0;
    while (arm_compare(figures->trials, figures->chart->arm_columns, figures->series[i].row, row))
        i++;
    return (int)i;
}

static int place_trials(struct figures *figures, const bool *kept, struct error *error)
{
    const struct line_chart *chart = figures->chart;
    for (size_t row = 0; row < csv_row_count(figures->trials); row++) {
        if (!kept[row])
            continue;
        struct place place = {.row = row, .series = series_of(figures, row)};
        int result = read_keys(figures, row, chart->panel_keys, place.panel_keys, error);
        if (result == 0)
            result = read_keys(figures, row, chart->point_keys, place.point_keys, error);
        if (result < 0)
            return result;
        figures->places[figures->place_count++] = place;
    }
    number_panels(figures);
    qsort(figures->places, figures->place_count, sizeof *figures->places, compare_places);
    return 0;
}

/* 1 with the value of one trial, 0 when it was not measured, or -EBADMSG. */
static int trial_value(const struct figures *figures, size_t row, const struct chart_value *value,
                       double *result, struct error *error)
{
    const struct csv_table *trials = figures->trials;
    double divisor = 1;
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
static size_t most_trials(const struct figures *figures, size_t first)
{
    const struct place *places = figures->places;
    size_t most = 0;
    size_t run = 0;
    for (size_t i = 0; i < figures->place_count; i++) {
        if (places[i].series != places[first].series || places[i].panel != places[first].panel)
            continue;
        run = i > 0 && compare_places(&places[i - 1], &places[i]) == 0 ? run + 1 : 1;
        most = run > most ? run : most;
    }
    return most;
}

/* A percentile that more than one in ten trials had to withhold is no median of the others: those
 * are the ones in which nothing happened. */
static bool is_withheld(const struct figures *figures, size_t first, size_t count, size_t measured)
{
    size_t trials = figures->chart->conditions ? most_trials(figures, first) : count;
    return figures->chart->is_latency && 10 * measured < 9 * trials;
}

static int write_value(struct csv_writer *writer, const struct figures *figures, size_t first,
                       size_t count, const struct chart_value *value, struct error *error)
{
    double *values = alloc_array(count, sizeof *values);
    size_t measured = 0;
    int got = 0;
    for (size_t i = first; i < first + count && got >= 0; i++) {
        got = trial_value(figures, figures->places[i].row, value, &values[measured], error);
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

static void set_keys(struct csv_writer *writer, const char *const *columns, const double *keys)
{
    for (size_t i = 0; columns && columns[i]; i++)
        csv_set_double(writer, columns[i], keys[i]);
}

/* Trials of a point whose backlog grew: they decide no tail, and are drawn apart. */
static int64_t count_overloaded(const struct figures *figures, size_t first, size_t count)
{
    int64_t overloaded = 0;
    for (size_t i = first; i < first + count; i++) {
        const char *cell = run_cell(figures->trials, figures->places[i].row, "overloaded");
        overloaded += strtod(cell, NULL) > 0;
    }
    return overloaded;
}

static void set_place(struct csv_writer *writer, const struct figures *figures, size_t first,
                      size_t count)
{
    const struct place *place = &figures->places[first];
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
}

static int write_point(struct csv_writer *writer, const struct figures *figures, size_t first,
                       size_t count, struct error *error)
{
    const struct place *place = &figures->places[first];
    const struct series *series = &figures->series[place->series];
    const struct line_chart *chart = figures->chart;
    csv_set_int64(writer, "series", place->series + 1);
    csv_set_text(writer, "label", series->label);
    csv_set_text(writer, "model", run_cell(figures->trials, place->row, "model"));
    csv_set_text(writer, "allocator", run_cell(figures->trials, place->row, "allocator"));
    csv_set_text(writer, "color", series->color);
    csv_set_int64(writer, "variant", series->variant);
    set_place(writer, figures, first, count);
    for (const struct chart_value *value = chart->values; value->column; value++) {
        int result = write_value(writer, figures, first, count, value, error);
        if (result < 0)
            return result;
    }
    return csv_end_row(writer, error);
}

/* The names of a chart's columns; those made up here live in `made`. */
struct columns {
    const char *names[11 + 2 * CHART_KEYS_MAX + 4 * CHART_VALUES_MAX];
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

static void name_columns(const struct line_chart *chart, struct columns *columns)
{
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
}

static int write_points(const struct figures *figures, const char *run_dir, struct error *error)
{
    struct columns columns;
    name_columns(figures->chart, &columns);
    struct csv_writer *writer = NULL;
    int result = run_create_chart_csv(&writer, run_dir, figures->chart->name, columns.names,
                                      columns.count, error);
    for (size_t first = 0; result == 0 && first < figures->place_count;) {
        size_t end = first + 1;
        while (end < figures->place_count &&
               compare_places(&figures->places[first], &figures->places[end]) == 0)
            end++;
        result = write_point(writer, figures, first, end - first, error);
        first = end;
    }
    csv_destroy(writer);
    return result;
}

/* Takes the rows of one scenario out of `left` and leaves those in `kept` that the chart shows.
 * What is common, or highest, is so among the trials of one piece of work. */
static void select_scenario(const struct line_chart *chart, const struct csv_table *trials,
                            const char *scenario, bool *left, bool *kept)
{
    size_t rows = csv_row_count(trials);
    bool *part = alloc_array(rows, sizeof *part);
    for (size_t row = 0; row < rows; row++) {
        part[row] = left[row] && strcmp(run_cell(trials, row, "scenario"), scenario) == 0;
        left[row] = left[row] && !part[row];
    }
    if (chart->select)
        chart->select(trials, part);
    for (size_t row = 0; row < rows; row++)
        kept[row] = kept[row] || part[row];
    free(part);
}

static size_t keep_valid(const struct line_chart *chart, const struct csv_table *trials, bool *kept)
{
    size_t rows = csv_row_count(trials);
    bool *left = alloc_array(rows, sizeof *left);
    size_t count = 0;
    for (size_t row = 0; row < rows; row++)
        left[row] = strcmp(run_cell(trials, row, "valid"), "1") == 0;
    for (size_t row = 0; row < rows; row++)
        if (left[row])
            select_scenario(chart, trials, run_cell(trials, row, "scenario"), left, kept);
    for (size_t row = 0; row < rows; row++)
        count += kept[row];
    free(left);
    return count;
}

static int reduce(const struct line_chart *chart, const struct csv_table *trials, double floor_ns,
                  const char *folder, struct error *error)
{
    bool *kept = alloc_array(csv_row_count(trials), sizeof *kept);
    struct figures figures = {.chart = chart, .trials = trials};
    size_t count = keep_valid(chart, trials, kept);
    int result;
    if (count == 0) {
        result = error_set(error, -ENODATA, "%s %s", chart->source,
                           chart->nothing ? chart->nothing : "has no valid row for it");
    } else {
        figures.floor_ns = floor_ns;
        figures.series_count = series_collect(trials, chart->arm_columns, kept, &figures.series);
        figures.places = alloc_array(count, sizeof *figures.places);
        result = place_trials(&figures, kept, error);
    }
    if (result == 0)
        result = write_points(&figures, folder, error);
    free(figures.places);
    free(figures.series);
    free(kept);
    return result;
}

/* Conditions that the file of trials lacks are taken from the one that has them. A run of an older
 * version may have neither. `joined` is NULL where there is nothing to join. */
static int find_trials(const struct line_chart *chart, const struct recorded_run *run,
                       const struct csv_table **trials, struct csv_table **joined,
                       struct error *error)
{
    const struct csv_table *conditions = NULL;
    int result = recorded_run_need(run, chart->source, trials, error);
    if (result < 0 || !chart->conditions)
        return result;
    result = recorded_run_table(run, chart->conditions, &conditions, error);
    if (result <= 0)
        return result;
    result = run_join(joined, *trials, conditions, error);
    *trials = *joined;
    return result;
}

int line_chart_write(const struct line_chart *chart, const struct recorded_run *run,
                     const char *folder, struct error *error)
{
    const struct csv_table *trials = NULL;
    struct csv_table *joined = NULL;
    int result = find_trials(chart, run, &trials, &joined, error);
    if (result == 0)
        result = reduce(chart, trials, recorded_run_floor_ns(run), folder, error);
    csv_table_destroy(joined);
    return result;
}
