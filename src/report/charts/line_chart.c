/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/line_chart.h"

#include "analysis/summary/foreign_choice.h"
#include "base/alloc.h"
#include "report/charts/line_figures.h"
#include "report/charts/run_files.h"
#include "report/charts/run_join.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An empty cell counts as 0: no work, no idle connection. */
static int read_keys(const struct line_figures *figures, size_t row, const char *const *columns,
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
    const struct line_place *first = a;
    const struct line_place *second = b;
    return compare_keys(first->panel_keys, second->panel_keys);
}

int line_place_compare(const void *a, const void *b)
{
    const struct line_place *first = a;
    const struct line_place *second = b;
    if (first->series != second->series)
        return first->series - second->series;
    if (first->panel != second->panel)
        return first->panel - second->panel;
    return compare_keys(first->point_keys, second->point_keys);
}

static void number_panels(struct line_figures *figures)
{
    struct line_place *places = figures->places;
    qsort(places, figures->place_count, sizeof *places, compare_panels);
    int panel = 1;
    for (size_t i = 0; i < figures->place_count; i++) {
        if (i > 0 && compare_panels(&places[i - 1], &places[i]) != 0)
            panel++;
        places[i].panel = panel;
    }
}

static int series_of(const struct line_figures *figures, size_t row)
{
    size_t i = 0;
    while (arm_compare(figures->trials, figures->chart->arm_columns, figures->series[i].row, row))
        i++;
    return (int)i;
}

/* Which of the options some trial has a cell of. */
static void find_options(struct line_figures *figures, const bool *kept)
{
    const char *const *keys = figures->chart->option_keys;
    while (figures->chart->panel_keys && figures->chart->panel_keys[figures->keys])
        figures->keys++;
    for (size_t i = 0; keys && keys[i]; i++)
        for (size_t row = 0; row < csv_row_count(figures->trials); row++)
            figures->has_option[i] |= kept[row] && *run_cell(figures->trials, row, keys[i]);
}

static int place_trials(struct line_figures *figures, const bool *kept, struct error *error)
{
    const struct line_chart *chart = figures->chart;
    for (size_t row = 0; row < csv_row_count(figures->trials); row++) {
        if (!kept[row])
            continue;
        struct line_place place = {.row = row, .series = series_of(figures, row)};
        int result = read_keys(figures, row, chart->panel_keys, place.panel_keys, error);
        if (result == 0)
            result = read_keys(figures, row, chart->option_keys, place.panel_keys + figures->keys,
                               error);
        if (result == 0)
            result = read_keys(figures, row, chart->point_keys, place.point_keys, error);
        if (result < 0)
            return result;
        figures->places[figures->place_count++] = place;
    }
    number_panels(figures);
    qsort(figures->places, figures->place_count, sizeof *figures->places, line_place_compare);
    return 0;
}

/* The valid trials of the workload that the chart shows. What is common, or highest, is so among
 * the trials of one workload. Returns how many. */
static size_t keep_valid(const struct line_chart *chart, const struct csv_table *trials,
                         const struct workload *workload, bool *kept)
{
    size_t count = 0;
    for (size_t row = 0; row < csv_row_count(trials); row++)
        kept[row] =
            strcmp(run_cell(trials, row, "valid"), "1") == 0 && workload_has(workload, trials, row);
    foreign_choose(trials, FOREIGN_TOO_MANY, kept);
    if (chart->select)
        chart->select(trials, kept);
    for (size_t row = 0; row < csv_row_count(trials); row++)
        count += kept[row];
    return count;
}

static void name_file(struct line_figures *figures, const struct workload *workload)
{
    char suffix[WORKLOAD_NAME_SIZE];
    workload_suffix(workload, suffix);
    snprintf(figures->name, sizeof figures->name, "%.48s%s", figures->chart->name, suffix);
}

static int reduce(const struct line_chart *chart, const struct csv_table *trials,
                  const struct workload *workload, const struct recorded_run *run,
                  const char *folder, struct error *error)
{
    bool *kept = alloc_array(csv_row_count(trials), sizeof *kept);
    struct line_figures figures = {.chart = chart, .trials = trials};
    size_t count = keep_valid(chart, trials, workload, kept);
    int result;
    name_file(&figures, workload);
    if (count == 0) {
        result = error_set(error, -ENODATA, "%s %s", chart->source,
                           chart->nothing ? chart->nothing : "has no valid row for it");
    } else {
        figures.floor_ns = recorded_run_floor_ns(run);
        figures.series_count = series_collect(trials, chart->arm_columns, kept, &figures.series);
        figures.places = alloc_array(count, sizeof *figures.places);
        find_options(&figures, kept);
        result = place_trials(&figures, kept, error);
    }
    if (result == 0 && chart->tells_equal)
        result = line_equal_find(&figures, recorded_run_seed(run), error);
    if (result == 0)
        result = line_figures_write(&figures, folder, error);
    free(figures.equal);
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
                     const struct workload *workload, const char *folder, struct error *error)
{
    const struct workload plain = workload_plain();
    const struct csv_table *trials = NULL;
    struct csv_table *joined = NULL;
    int result = find_trials(chart, run, &trials, &joined, error);
    if (result == 0)
        result = reduce(chart, trials, workload ? workload : &plain, run, folder, error);
    csv_table_destroy(joined);
    return result;
}

bool line_chart_kind(const struct line_chart *chart, const struct recorded_run *run,
                     const struct workload *workload, struct load_kind *kind)
{
    const struct workload plain = workload_plain();
    const struct csv_table *trials = NULL;
    size_t row = 0;
    if (recorded_run_table(run, chart->source, &trials, NULL) != 1)
        return false;
    bool *kept = alloc_array(csv_row_count(trials), sizeof *kept);
    size_t count = keep_valid(chart, trials, workload ? workload : &plain, kept);
    while (count > 0 && !kept[row])
        row++;
    if (count > 0)
        load_kind_read(kind, trials, row);
    free(kept);
    return count > 0;
}
