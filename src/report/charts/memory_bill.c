/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/memory_bill.h"

#include "analysis/summary/foreign_choice.h"
#include "base/alloc.h"
#include "report/charts/arm_rows.h"
#include "report/charts/run_files.h"
#include "run/experiment.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    enum component component;
    const char *column;
} cells[] = {
    {COMPONENT_USER, "user_bytes"},
    {COMPONENT_KERNEL_STACK, "kernel_stack_bytes"},
    {COMPONENT_PAGE_TABLE, "page_table_bytes"},
    {COMPONENT_KERNEL_OTHER, "kernel_other_bytes"},
    {COMPONENT_TOTAL, "total_bytes"},
    {COMPONENT_CHARGED, "charged_bytes"},
};

static const struct bill_arm *arm_of(const struct bill *bill, const struct series *series)
{
    size_t i = 0;
    while (bill->bills[i].trials.first != series->row)
        i++;
    return &bill->bills[i];
}

static int write_bar(struct csv_writer *writer, const struct bill *bill,
                     const struct series *series, double position, struct error *error)
{
    const struct bill_arm *arm = arm_of(bill, series);
    const struct estimate *total = &arm->components[COMPONENT_TOTAL].slope;
    csv_set_double(writer, "position", position);
    csv_set_text(writer, "label", series->label);
    csv_set_text(writer, "model", group_text(&arm->trials, "model"));
    csv_set_text(writer, "allocator", group_text(&arm->trials, "allocator"));
    csv_set_text(writer, "color", series->color);
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++)
        csv_set_double(writer, cells[i].column, arm->components[cells[i].component].slope.value);
    csv_set_double(writer, "total_ci_low_bytes", total->interval.low);
    csv_set_double(writer, "total_ci_high_bytes", total->interval.high);
    csv_set_int64(writer, "blocks", (int64_t)total->blocks);
    return csv_end_row(writer, error);
}

static int write_bars(const struct bill *bill, const struct series *series, size_t count,
                      const char *folder, const char *name, struct error *error)
{
    struct csv_writer *writer = NULL;
    int result = run_create_chart_csv(&writer, folder, name, bill_columns,
                                      sizeof bill_columns / sizeof bill_columns[0], error);
    double position = 0;
    for (size_t i = 0; result == 0 && i < count; i++) {
        bool new_model = i > 0 && !series_are_of_one_model(&series[i], &series[i - 1]);
        position += 1 + (new_model ? GAP_BETWEEN_MODELS : 0);
        result = write_bar(writer, bill, &series[i], position, error);
    }
    csv_destroy(writer);
    return result;
}

/* The row that each arm of the workload is named by. An arm of which no slope of the total is known
 * has no bar. */
static bool *rows_with_total(const struct bill *bill, const struct workload *workload)
{
    bool *kept = alloc_array(csv_row_count(bill->table), sizeof *kept);
    for (size_t i = 0; i < bill->count; i++) {
        size_t row = bill->bills[i].trials.first;
        kept[row] = isfinite(bill->bills[i].components[COMPONENT_TOTAL].slope.value) &&
                    workload_has(workload, bill->table, row);
    }
    foreign_choose(bill->table, FOREIGN_TOO_MANY, kept);
    return kept;
}

int memory_bill_write(const struct chart_source *source, struct error *error)
{
    const struct csv_table *trials = NULL;
    int result =
        recorded_run_need(source->run, experiment_list[EXPERIMENT_MEMORY].file, &trials, error);
    if (result < 0)
        return result;
    if (!source->bill)
        return error_set(error, -ENODATA, "its figures cannot be worked out");
    const struct workload plain = workload_plain();
    const struct workload *workload = source->workload ? source->workload : &plain;
    char name[96 + WORKLOAD_NAME_SIZE] = "memory-bill";
    workload_suffix(workload, name + strlen(name));
    bool *kept = rows_with_total(source->bill, workload);
    struct series *series = NULL;
    size_t count = series_collect(trials, arm_condition_columns, kept, &series);
    if (count == 0)
        result = error_set(error, -ENODATA, "memory-per-waiter.csv has no total of any arm");
    else
        result = write_bars(source->bill, series, count, source->folder, name, error);
    free(series);
    free(kept);
    return result;
}
