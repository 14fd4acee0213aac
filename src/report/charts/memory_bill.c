/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/memory_bill.h"

#include "base/alloc.h"
#include "report/charts/arm_rows.h"
#include "report/charts/run_files.h"
#include "run/experiment.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOURCE "memory-per-waiter.csv"

static const char *const bill_columns[] = {
    "position",
    "label",
    "model",
    "allocator",
    "color",
    "user_bytes",
    "kernel_stack_bytes",
    "page_table_bytes",
    "kernel_other_bytes",
    "total_bytes",
    "total_ci_low_bytes",
    "total_ci_high_bytes",
    "charged_bytes",
    "blocks",
};

/* Gaps that a reader sees as groups, in widths of a bar. */
#define GAP_BETWEEN_MODELS 0.6

/* Which component goes into which column; heap is part of user and is not drawn. */
static const struct {
    const char *component;
    const char *source;
    const char *column;
} cells[] = {
    {"user", "bytes_per_waiter", "user_bytes"},
    {"kernel_stack", "bytes_per_waiter", "kernel_stack_bytes"},
    {"page_table", "bytes_per_waiter", "page_table_bytes"},
    {"kernel_other", "bytes_per_waiter", "kernel_other_bytes"},
    {"total", "bytes_per_waiter", "total_bytes"},
    {"total", "ci_low", "total_ci_low_bytes"},
    {"total", "ci_high", "total_ci_high_bytes"},
    {"total", "blocks", "blocks"},
    {"charged", "bytes_per_waiter", "charged_bytes"},
};

static int set_component(struct csv_writer *writer, const struct csv_table *table, size_t row,
                         struct error *error)
{
    const char *component = run_cell(table, row, "component");
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        double value;
        if (strcmp(cells[i].component, component) != 0)
            continue;
        int got = csv_number(table, row, csv_column(table, cells[i].source), &value, error);
        if (got < 0)
            return got;
        if (got == 1)
            csv_set_double(writer, cells[i].column, value);
    }
    return 0;
}

static int write_bar(struct csv_writer *writer, const struct csv_table *table,
                     const struct series *series, double position, struct error *error)
{
    csv_set_double(writer, "position", position);
    csv_set_text(writer, "label", series->label);
    csv_set_text(writer, "model", run_cell(table, series->row, "model"));
    csv_set_text(writer, "allocator", run_cell(table, series->row, "allocator"));
    csv_set_text(writer, "color", series->color);
    for (size_t row = 0; row < csv_row_count(table); row++) {
        int result = 0;
        if (arm_compare(table, arm_condition_columns, series->row, row) == 0)
            result = set_component(writer, table, row, error);
        if (result < 0)
            return result;
    }
    return csv_end_row(writer, error);
}

/* Both halves of an A/A run's arm are. */
static bool is_same_model(const struct series *a, const struct series *b)
{
    size_t length = experiment_arm_length(a->color);
    return length == experiment_arm_length(b->color) && strncmp(a->color, b->color, length) == 0;
}

static int write_bars(const struct csv_table *table, const struct series *series, size_t count,
                      const char *run_dir, struct error *error)
{
    struct csv_writer *writer = NULL;
    int result = run_create_chart_csv(&writer, run_dir, "memory-bill", bill_columns,
                                      sizeof bill_columns / sizeof bill_columns[0], error);
    double position = 0;
    for (size_t i = 0; result == 0 && i < count; i++) {
        bool new_model = i > 0 && !is_same_model(&series[i], &series[i - 1]);
        position += 1 + (new_model ? GAP_BETWEEN_MODELS : 0);
        result = write_bar(writer, table, &series[i], position, error);
    }
    csv_destroy(writer);
    return result;
}

/* An arm of which no slope of the total is known has no bar. */
static bool *rows_with_total(const struct csv_table *table)
{
    bool *kept = alloc_array(csv_row_count(table), sizeof *kept);
    for (size_t row = 0; row < csv_row_count(table); row++)
        kept[row] = strcmp(run_cell(table, row, "component"), "total") == 0 &&
                    *run_cell(table, row, "bytes_per_waiter") != '\0';
    return kept;
}

int memory_bill_write(const char *run_dir, struct error *error)
{
    struct csv_table *table = NULL;
    int result = run_read_csv(&table, run_dir, SOURCE, error);
    if (result < 0)
        return result;
    bool *kept = rows_with_total(table);
    struct series *series = NULL;
    size_t count = series_collect(table, arm_condition_columns, kept, &series);
    if (count == 0)
        result = error_set(error, -ENODATA, "%s has no total of any arm", SOURCE);
    else
        result = write_bars(table, series, count, run_dir, error);
    free(series);
    free(kept);
    csv_table_destroy(table);
    return result;
}
