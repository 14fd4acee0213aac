/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/flow_chart.h"

#include "analysis/statistics/statistics.h"
#include "analysis/words/flow_step.h"
#include "base/alloc.h"
#include "report/charts/run_files.h"
#include "run/columns.h"
#include "run/experiment.h"
#include "run/model.h"
#include "run/scenario.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOURCE      "flow.csv"
#define LABEL_BYTES (FLOW_STEP_SIZE + 64)

static const char *const flow_columns[] = {
    "series",         "label",          "color",           "variant", "panel",
    "position",       "scenario",       "heading",         "metric",  "row_label",
    "time_median_ns", "time_ci_low_ns", "time_ci_high_ns", "blocks",
};

/* A unit of time, as nanoseconds; a rate is the time of one. */
static const struct {
    const char *unit;
    double ns;
    bool is_rate;
} units[] = {
    {"ns", 1, false},        {"us", 1e3, false},        {"ms", 1e6, false},
    {"seconds", 1e9, false}, {"per_second", 1e9, true},
};
#define UNIT_COUNT (sizeof units / sizeof units[0])

static size_t unit_of(const struct csv_table *table, size_t row)
{
    size_t unit = 0;
    while (unit < UNIT_COUNT && strcmp(units[unit].unit, run_cell(table, row, "unit")) != 0)
        unit++;
    return unit;
}

/* Its place in the table of scenarios, which is the order of the README; what is not there comes
 * after. */
static size_t scenario_rank(const struct csv_table *table, size_t row)
{
    size_t rank = 0;
    while (scenarios[rank].name && strcmp(scenarios[rank].name, run_cell(table, row, "scenario")))
        rank++;
    return rank;
}

static enum model model_of(const struct csv_table *table, size_t row)
{
    enum model model = MODEL_COUNT;
    model_find(run_cell(table, row, "model"), &model);
    return model;
}

static int compare_metrics(const struct csv_table *table, size_t a, size_t b)
{
    size_t first = scenario_rank(table, a);
    size_t second = scenario_rank(table, b);
    if (first != second)
        return first < second ? -1 : 1;
    int order = strcmp(run_cell(table, a, "scenario"), run_cell(table, b, "scenario"));
    return order ? order
                 : flow_step_compare(run_cell(table, a, "scenario"), run_cell(table, a, "metric"),
                                     run_cell(table, b, "metric"));
}

/* Whose program it is: "" of ours, else the pair that it is one of, else its name. */
static const char *whose(const struct csv_table *table, size_t row)
{
    const char *subject = run_cell(table, row, "subject");
    const char *pair = run_cell(table, row, "pair");
    if (experiment_arm_is_ours(run_cell(table, row, "scenario"), subject,
                               run_cell(table, row, "model")))
        return "";
    return *pair ? pair : subject;
}

/* What stands behind `value` are the scenario's parameters, but for what the subject is written in.
 */
static bool is_parameter(const struct csv_table *table, int column)
{
    static const char *const others[] = {RUNTIME_COLUMNS};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (column == csv_column(table, others[i]))
            return false;
    return column > csv_column(table, "value");
}

static int compare_parameters(const struct csv_table *table, size_t a, size_t b)
{
    int order = 0;
    int count = (int)csv_column_count(table);
    for (int i = 0; order == 0 && i < count; i++)
        if (is_parameter(table, i))
            order = run_compare_cells(csv_cell(table, a, i), csv_cell(table, b, i));
    return order != 0 ? order : strcmp(whose(table, a), whose(table, b));
}

/* Rows of one bar chart line are neighbours: scenario, metric, parameters, then the model. */
static int compare_rows(const void *a, const void *b, void *data)
{
    const struct csv_table *table = data;
    size_t first = *(const size_t *)a;
    size_t second = *(const size_t *)b;
    int order = compare_metrics(table, first, second);
    if (order == 0)
        order = compare_parameters(table, first, second);
    if (order == 0)
        order = (int)model_of(table, first) - (int)model_of(table, second);
    return order;
}

/* Times of our models, valid, with jemalloc (or with libc's malloc where it is the only one). */
static size_t select_rows(const struct csv_table *table, size_t *rows)
{
    bool has_jemalloc = false;
    for (size_t row = 0; row < csv_row_count(table); row++)
        has_jemalloc |= strcmp(run_cell(table, row, "allocator"), "jemalloc") == 0;
    size_t count = 0;
    for (size_t row = 0; row < csv_row_count(table); row++) {
        bool libc = strcmp(run_cell(table, row, "allocator"), "libc") == 0;
        if (strcmp(run_cell(table, row, "valid"), "1") == 0 && !(has_jemalloc && libc) &&
            unit_of(table, row) < UNIT_COUNT && model_of(table, row) < MODEL_SOCKETS)
            rows[count++] = row;
    }
    return count;
}

/* A parameter is named where it tells two of the rows, which are of one metric, apart that those
 * before it do not: additions of which there are fewer with more workers do not. */
static bool parameter_varies(const struct csv_table *table, const size_t *rows, size_t count,
                             size_t row, int column)
{
    for (size_t i = 0; i < count; i++) {
        int at = csv_column(table, "value") + 1;
        while (at < column &&
               (!is_parameter(table, at) ||
                run_compare_cells(csv_cell(table, rows[i], at), csv_cell(table, row, at)) == 0))
            at++;
        if (at == column &&
            run_compare_cells(csv_cell(table, rows[i], column), csv_cell(table, row, column)) != 0)
            return true;
    }
    return false;
}

/* How many rows from there on are of one metric: neighbours, as they are ordered. */
static size_t metric_length(const struct csv_table *table, const size_t *rows, size_t count)
{
    size_t length = 1;
    while (length < count && compare_metrics(table, rows[0], rows[length]) == 0)
        length++;
    return length;
}

/* " · 4 workers" of workers_count; of what is no count " · minute_us 1000". */
static void add_parameter(const char *name, const char *value, char *label)
{
    size_t used = strlen(label);
    size_t length = strlen(name);
    bool is_count = length > 6 && strcmp(name + length - 6, "_count") == 0;
    if (is_count)
        snprintf(label + used, LABEL_BYTES - used, " · %.16s %.*s", value,
                 (int)(length - 6 - (strcmp(value, "1") == 0 && name[length - 7] == 's')), name);
    else
        snprintf(label + used, LABEL_BYTES - used, " · %.16s %.16s", name, value);
}

/* Without what gnuplot's reader would stumble over. */
static void clean(char *text)
{
    for (char *at = text; *at; at++)
        if (*at == ',' || *at == '"' || (unsigned char)*at < ' ')
            *at = ' ';
}

/* "increment under a lock · 4 workers", of a row of the metric that `rows` are all rows of. */
static void label_row(const struct csv_table *table, const size_t *rows, size_t count, size_t row,
                      char *label)
{
    flow_step_words(run_cell(table, row, "scenario"), run_cell(table, row, "metric"),
                    run_cell(table, row, "unit"), label);
    for (int i = 0; i < (int)csv_column_count(table); i++)
        if (is_parameter(table, i) && *csv_cell(table, row, i) &&
            parameter_varies(table, rows, count, row, i))
            add_parameter(csv_column_name(table, (size_t)i), csv_cell(table, row, i), label);
    const char *name = whose(table, row);
    size_t used = strlen(label);
    snprintf(label + used, LABEL_BYTES - used, "%s%.32s", *name ? " · " : "", name);
    clean(label);
}

static int read_times(const struct csv_table *table, const size_t *rows, size_t count,
                      double *times, size_t *measured, struct error *error)
{
    int column = csv_column(table, "value");
    *measured = 0;
    for (size_t i = 0; i < count; i++) {
        size_t unit = unit_of(table, rows[i]);
        double value = 0;
        int got = csv_number(table, rows[i], column, &value, error);
        if (got < 0)
            return got;
        /* A log axis has no place for nothing. */
        if (got == 1 && value > 0)
            times[(*measured)++] =
                units[unit].is_rate ? units[unit].ns / value : units[unit].ns * value;
    }
    return 0;
}

/* Where a dot stands: a panel for each scenario, and a line in it, both from 1. */
struct place {
    int64_t panel;
    int64_t line;
};

static void set_place(struct csv_writer *writer, const struct csv_table *table, size_t row,
                      const struct place *place)
{
    const char *model = run_cell(table, row, "model");
    const char *scenario = run_cell(table, row, "scenario");
    char heading[LABEL_BYTES];
    snprintf(heading, sizeof heading, "%.64s", flow_scenario_words(scenario));
    clean(heading);
    csv_set_int64(writer, "series", (int64_t)model_of(table, row) + 1);
    csv_set_text(writer, "label", model);
    csv_set_text(writer, "color", model);
    csv_set_int64(writer, "variant", 0);
    csv_set_int64(writer, "panel", place->panel);
    csv_set_int64(writer, "position", place->line);
    csv_set_text(writer, "scenario", scenario);
    csv_set_text(writer, "heading", heading);
    csv_set_text(writer, "metric", run_cell(table, row, "metric"));
}

/* Writes one dot: `count` rows that differ in nothing but their block. Returns 1, 0 when none of
 * them has a time, or -errno. */
static int write_dot(struct csv_writer *writer, const struct csv_table *table, const size_t *rows,
                     size_t count, const char *label, const struct place *place,
                     struct error *error)
{
    double *times = alloc_array(count, sizeof *times);
    size_t measured = 0;
    int result = read_times(table, rows, count, times, &measured, error);
    if (result == 0 && measured > 0) {
        struct estimate estimate = statistics_median_estimate(times, measured);
        set_place(writer, table, rows[0], place);
        csv_set_text(writer, "row_label", label);
        csv_set_double(writer, "time_median_ns", estimate.value);
        csv_set_double(writer, "time_ci_low_ns", estimate.interval.low);
        csv_set_double(writer, "time_ci_high_ns", estimate.interval.high);
        csv_set_int64(writer, "blocks", (int64_t)measured);
        result = csv_end_row(writer, error);
        result = result < 0 ? result : 1;
    }
    free(times);
    return result;
}

/* The place of the dot of `row`, given that of `before`, the last that was drawn; ROW_NONE: it is
 * the first. */
#define ROW_NONE SIZE_MAX

static struct place next_place(const struct csv_table *table, size_t row, size_t before,
                               struct place place)
{
    if (before == ROW_NONE)
        return (struct place){1, 1};
    if (strcmp(run_cell(table, row, "scenario"), run_cell(table, before, "scenario")) != 0)
        return (struct place){place.panel + 1, 1};
    if (compare_metrics(table, row, before) != 0 || compare_parameters(table, row, before) != 0)
        place.line++;
    return place;
}

/* A line of which nothing has a time takes no place. */
static int write_dots(const struct csv_table *table, const size_t *rows, size_t count,
                      const char *run_dir, struct error *error)
{
    struct csv_writer *writer = NULL;
    int result = run_create_chart_csv(&writer, run_dir, "flow", flow_columns,
                                      sizeof flow_columns / sizeof flow_columns[0], error);
    struct place place = {0, 0};
    size_t before = ROW_NONE;
    size_t metric = 0; /* where that of `first` begins, and how many rows it has */
    size_t length = count > 0 ? metric_length(table, rows, count) : 0;
    for (size_t first = 0; result >= 0 && first < count;) {
        char label[LABEL_BYTES];
        size_t end = first + 1;
        while (end < count && compare_rows(&rows[first], &rows[end], (void *)table) == 0)
            end++;
        if (first == metric + length) {
            metric = first;
            length = metric_length(table, rows + first, count - first);
        }
        struct place next = next_place(table, rows[first], before, place);
        label_row(table, rows + metric, length, rows[first], label);
        result = write_dot(writer, table, rows + first, end - first, label, &next, error);
        if (result == 1) {
            place = next;
            before = rows[first];
        }
        first = end;
    }
    csv_destroy(writer);
    if (result >= 0 && before == ROW_NONE)
        return error_set(error, -ENODATA, "%s has no time above zero", SOURCE);
    return result < 0 ? result : 0;
}

int flow_chart_write(const struct chart_source *source, struct error *error)
{
    const struct csv_table *table = NULL;
    int result = recorded_run_need(source->run, SOURCE, &table, error);
    if (result < 0)
        return result;
    size_t *rows = alloc_array(csv_row_count(table), sizeof *rows);
    size_t count = select_rows(table, rows);
    qsort_r(rows, count, sizeof *rows, compare_rows, (void *)table);
    if (count == 0)
        result = error_set(error, -ENODATA, "%s has no valid row with a time", SOURCE);
    else
        result = write_dots(table, rows, count, source->folder, error);
    free(rows);
    return result;
}
