/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/summary/bill.h"

#include "analysis/summary/derived.h"
#include "base/alloc.h"
#include "run/experiment.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What makes two trials the same arm, apart from the number of waiters. The last ones are of
 * servers with options of their own, and not in files of older versions. */
static const char *const arm_columns[] = {
    "subject",         "model",      "allocator", "stack_bytes", "warm",       "work_stack_bytes",
    "work_heap_bytes", "hold_bytes", "scenario",  "store",       "store_call", "store_connections",
    "pool_size",       "shards",
};
#define ARM_COLUMNS   (sizeof arm_columns / sizeof *arm_columns)
#define FIRST_COLUMNS 9 /* that every file has; of the others the first ones */

static const char *const component_names[COMPONENT_COUNT] = {
    "user", "heap", "kernel_stack", "page_table", "kernel_other", "total", "charged",
};

static const char *const component_columns[COMPONENT_COUNT] = {
    "user_bytes",         "heap_bytes",  "kernel_stack_bytes", "page_table_bytes",
    "kernel_other_bytes", "total_bytes", "charged_bytes",
};

const char *component_name(enum component component)
{
    return component_names[component];
}

int64_t bill_points(const struct trial_group *trials, enum component component,
                    struct slope_point **points, struct error *error)
{
    return bill_points_in(trials, component_columns[component], points, error);
}

int64_t bill_points_in(const struct trial_group *trials, const char *column,
                       struct slope_point **points, struct error *error)
{
    const struct csv_table *table = trials->table;
    int block_column = csv_column(table, "block");
    int x_column = csv_column(table, "waiters");
    int y_column = csv_column(table, column);
    struct slope_point *found = alloc_array(trials->count, sizeof *found);
    size_t count = 0;
    for (size_t i = 0; i < trials->count; i++) {
        struct slope_point *point = &found[count];
        size_t row = trials->rows[i];
        point->block = 0;
        int has_block = csv_number(table, row, block_column, &point->block, error);
        int has_x = csv_number(table, row, x_column, &point->x, error);
        int has_y = csv_number(table, row, y_column, &point->y, error);
        if (has_block < 0 || has_x < 0 || has_y < 0) {
            free(found);
            return -EBADMSG;
        }
        count += has_x && has_y;
    }
    *points = found;
    return (int64_t)count;
}

static int fit_arm(struct bill_arm *bill, uint64_t seed, struct error *error)
{
    for (int component = 0; component < COMPONENT_COUNT; component++) {
        struct slope_point *points;
        int64_t count = bill_points(&bill->trials, (enum component)component, &points, error);
        if (count < 0)
            return (int)count;
        bill->components[component] = slope_fit(points, (size_t)count, seed);
        free(points);
    }
    return 0;
}

/* Whether `again` is the second half of an A/A run's arm, and the other group the first. */
static bool are_halves(const struct trial_group *arm, const struct trial_group *again)
{
    const char *name = group_text(again, "subject");
    size_t length = experiment_arm_length(name);
    const char *first = group_text(arm, "subject");
    if (name[length] == '\0' || strlen(first) != length || strncmp(first, name, length) != 0)
        return false;
    for (size_t i = 0; i < ARM_COLUMNS; i++)
        if (strcmp(arm_columns[i], "subject") != 0 &&
            strcmp(group_text(arm, arm_columns[i]), group_text(again, arm_columns[i])) != 0)
            return false;
    return true;
}

/* Moves each second half behind its first, which the order of names has before it. */
static void join_halves(struct trial_groups *groups)
{
    for (size_t i = 1; i < groups->count; i++) {
        struct trial_group again = groups->groups[i];
        size_t first = 0;
        while (first < i && !are_halves(&groups->groups[first], &again))
            first++;
        if (first == i)
            continue;
        memmove(&groups->groups[first + 2], &groups->groups[first + 1],
                (i - first - 1) * sizeof again);
        groups->groups[first + 1] = again;
    }
}

int bill_read(struct bill *bill, const struct recorded_run *run, uint64_t seed, struct error *error)
{
    struct bill read = {0};
    int result =
        recorded_run_table(run, experiment_list[EXPERIMENT_MEMORY].file, &read.table, error);
    if (result == 1)
        result = trial_groups_gather(&read.groups, read.table, arm_columns, ARM_COLUMNS, error);
    if (result == 0)
        join_halves(&read.groups);
    read.bills = alloc_array(read.groups.count, sizeof *read.bills);
    for (; result == 0 && read.count < read.groups.count; read.count++) {
        struct bill_arm *arm = &read.bills[read.count];
        arm->trials = read.groups.groups[read.count];
        result = fit_arm(arm, seed, error);
    }
    if (result < 0) {
        bill_finish(&read);
        return result;
    }
    *bill = read;
    return 0;
}

/* A run of an older version has its file as it always was. */
static size_t arm_column_count(const struct csv_table *trials)
{
    size_t count = FIRST_COLUMNS;
    while (count < ARM_COLUMNS && csv_column(trials, arm_columns[count]) >= 0)
        count++;
    return count;
}

static int write_component(const struct bill_arm *bill, enum component component,
                           struct csv_writer *csv, struct error *error)
{
    const struct slope *slope = &bill->components[component];
    for (size_t i = 0; i < arm_column_count(bill->trials.table); i++)
        csv_set_text(csv, arm_columns[i], group_text(&bill->trials, arm_columns[i]));
    csv_set_text(csv, "component", component_names[component]);
    csv_set_double(csv, "bytes_per_waiter", slope->slope.value);
    csv_set_double(csv, "ci_low", slope->slope.interval.low);
    csv_set_double(csv, "ci_high", slope->slope.interval.high);
    csv_set_int64(csv, "points", (int64_t)slope->points);
    csv_set_int64(csv, "blocks", (int64_t)slope->slope.blocks);
    csv_set_double(csv, "intercept_bytes", slope->intercept);
    csv_set_int64(csv, "failed_trials", (int64_t)bill->trials.failed);
    return csv_end_row(csv, error);
}

int bill_write(const struct bill *bill, const char *run_dir, struct error *error)
{
    static const char *const columns[] = {
        "subject",          "model",           "allocator",  "stack_bytes", "warm",
        "work_stack_bytes", "work_heap_bytes", "hold_bytes", "component",   "bytes_per_waiter",
        "ci_low",           "ci_high",         "points",     "blocks",      "intercept_bytes",
        "failed_trials",    "scenario",        "store",      "store_call",  "store_connections",
        "pool_size",        "shards",
    };
    if (!bill->table)
        return 0;
    struct derived file;
    size_t count = sizeof columns / sizeof *columns - (ARM_COLUMNS - arm_column_count(bill->table));
    int result = derived_begin(&file, run_dir, "memory-per-waiter.csv", columns, count, error);
    if (result < 0)
        return result;
    for (size_t i = 0; i < bill->count; i++)
        for (int component = 0; result == 0 && component < COMPONENT_COUNT; component++)
            result = write_component(&bill->bills[i], (enum component)component, file.csv, error);
    return derived_end(&file, result, error);
}

void bill_finish(struct bill *bill)
{
    trial_groups_finish(&bill->groups);
    free(bill->bills);
    *bill = (struct bill){0};
}
