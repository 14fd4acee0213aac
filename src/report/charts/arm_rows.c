/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/arm_rows.h"

#include "analysis/summary/aa.h"
#include "analysis/words/arm.h"
#include "analysis/words/workload.h"
#include "base/alloc.h"
#include "report/charts/run_files.h"
#include "run/experiment.h"
#include "run/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROGRAM_COLUMNS "subject", "model", "allocator", "stack_bytes"

#define SCENARIO_BYTES 64

const char *const arm_columns[] = {PROGRAM_COLUMNS, NULL};
const char *const arm_told_columns[] = {"scenario", PROGRAM_COLUMNS, NULL};
const char *const arm_condition_columns[] = {
    PROGRAM_COLUMNS, "warm", "work_stack_bytes", "work_heap_bytes", "hold_bytes", NULL,
};

static double number(const struct csv_table *table, size_t row, const char *column)
{
    return strtod(run_cell(table, row, column), NULL);
}

/* Files of older versions lack the scenario: then it is what stands before the model. */
static const char *scenario_of(const struct csv_table *table, size_t row, char *scenario)
{
    const char *subject = run_cell(table, row, "subject");
    if (csv_column(table, "scenario") >= 0)
        return run_cell(table, row, "scenario");
    snprintf(scenario, SCENARIO_BYTES, "%.*s", (int)strcspn(subject, "-"), subject);
    return scenario;
}

bool arm_is_ours(const struct csv_table *table, size_t row)
{
    char scenario[SCENARIO_BYTES];
    return experiment_arm_is_ours(scenario_of(table, row, scenario),
                                  run_cell(table, row, "subject"), run_cell(table, row, "model"));
}

static int model_rank(const struct csv_table *table, size_t row)
{
    enum model model = MODEL_COUNT;
    if (!arm_is_ours(table, row))
        return MODEL_COUNT + 1;
    model_find(run_cell(table, row, "model"), &model);
    return (int)model;
}

/* The second half of an A/A run's arm. */
static bool is_again(const struct csv_table *table, size_t row)
{
    const char *subject = run_cell(table, row, "subject");
    return subject[experiment_arm_length(subject)] != '\0';
}

/* By their names, of which an A/A run's second halves have a suffix. */
static int compare_programs(const struct csv_table *table, size_t a, size_t b)
{
    char names[2][ARM_LABEL_BYTES];
    const size_t rows[] = {a, b};
    for (size_t i = 0; i < 2; i++) {
        const char *subject = run_cell(table, rows[i], "subject");
        snprintf(names[i], sizeof names[i], "%.*s", (int)experiment_arm_length(subject), subject);
    }
    return run_compare_cells(names[0], names[1]);
}

int arm_compare(const struct csv_table *table, const char *const *columns, size_t a, size_t b)
{
    int order = model_rank(table, a) - model_rank(table, b);
    for (; order == 0 && *columns; columns++)
        order = strcmp(*columns, "subject") == 0
                    ? compare_programs(table, a, b)
                    : run_compare_cells(run_cell(table, a, *columns), run_cell(table, b, *columns));
    if (order == 0)
        order = arm_compare_ways(table, a, table, b);
    return order != 0 ? order : is_again(table, a) - is_again(table, b);
}

static bool has_column(const struct csv_table *table, const char *const *columns, const char *name)
{
    for (; *columns; columns++)
        if (strcmp(*columns, name) == 0)
            return csv_column(table, name) >= 0;
    return false;
}

/* Appends " · text" to the label, or starts it. */
static void add_part(char *label, const char *text)
{
    size_t length = strlen(label);
    snprintf(label + length, ARM_LABEL_BYTES - length, "%s%s", length > 0 ? " · " : "", text);
}

/* Where a long text was cut, no part of a character stays: it would break the page. */
static void end_whole(char *label)
{
    size_t length = strlen(label);
    size_t start = length;
    while (start > 0 && ((unsigned char)label[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)label[start - 1];
    size_t needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (length - start + 1 < needed)
        label[start - 1] = '\0';
}

/* "toy ", "web with SQLite: ": of what does not go without saying. */
static void write_workload(const struct csv_table *table, size_t row, char *text, size_t size)
{
    const char *store = run_cell(table, row, "store");
    text[0] = '\0';
    if (*store)
        snprintf(text, size, "%.24s with %.24s: ", run_cell(table, row, "scenario"),
                 workload_store_words(store));
    else if (arm_is_ours(table, row) ? workloads_are_told(table) : workloads_differ(table))
        snprintf(text, size, "%.24s ", run_cell(table, row, "scenario"));
}

static void add_name(const struct csv_table *table, const char *const *columns, size_t row,
                     char *label)
{
    char name[ARM_LABEL_BYTES];
    char workload[SCENARIO_BYTES] = "";
    bool ours = arm_is_ours(table, row);
    if (has_column(table, columns, "scenario"))
        write_workload(table, row, workload, sizeof workload);
    snprintf(name, sizeof name, "%s%.*s", workload, ours ? 24 : ARM_LABEL_BYTES - 80,
             run_cell(table, row, ours ? "model" : "subject"));
    if (arm_is_ours(table, row) && is_again(table, row))
        strcat(name, " again");
    end_whole(name);
    add_part(label, name);
}

/* The stack's size is worth a word only where some arm has another than the default. */
static bool stacks_differ(const struct csv_table *table)
{
    for (size_t row = 0; row < csv_row_count(table); row++)
        if (*run_cell(table, row, "stack_bytes") != '\0')
            return true;
    return false;
}

static void add_stack(const struct csv_table *table, size_t row, char *label)
{
    char text[48];
    if (!stacks_differ(table) || !model_is(run_cell(table, row, "model"), MODEL_THREADS) ||
        !arm_is_ours(table, row))
        return;
    double bytes = number(table, row, "stack_bytes");
    if (bytes <= 0)
        snprintf(text, sizeof text, "default stack");
    else if (bytes >= 1 << 20)
        snprintf(text, sizeof text, "%g MiB stack", bytes / (1 << 20));
    else
        snprintf(text, sizeof text, "%g KiB stack", bytes / 1024);
    add_part(label, text);
}

static bool does_work(const struct csv_table *table, size_t row)
{
    return number(table, row, "work_cpu_us") > 0 || number(table, row, "work_stack_bytes") > 0 ||
           number(table, row, "work_heap_bytes") > 0;
}

static void add_condition(const struct csv_table *table, const char *const *columns, size_t row,
                          char *label)
{
    char text[48];
    bool works = has_column(table, columns, "work_stack_bytes") && does_work(table, row);
    if (has_column(table, columns, "warm"))
        add_part(label, number(table, row, "warm") == 0 ? "cold" : works ? "after work" : "warm");
    double hold = number(table, row, "hold_bytes");
    if (has_column(table, columns, "hold_bytes") && hold > 0) {
        snprintf(text, sizeof text, "holds %g KiB", hold / 1024);
        add_part(label, text);
    }
}

void arm_label(const struct csv_table *table, const char *const *columns, size_t row, char *label)
{
    char way[ARM_WORDS_SIZE];
    label[0] = '\0';
    add_name(table, columns, row, label);
    if (has_column(table, columns, "stack_bytes"))
        add_stack(table, row, label);
    if (arm_is_ours(table, row) && strcmp(run_cell(table, row, "allocator"), "libc") == 0)
        add_part(label, "libc");
    arm_way(table, row, way, sizeof way);
    if (*way)
        add_part(label, way);
    add_condition(table, columns, row, label);
    end_whole(label);
    for (char *at = label; *at; at++)
        if (*at == ',' || *at == '"' || (unsigned char)*at < ' ')
            *at = ' ';
}

struct arm_order {
    const struct csv_table *table;
    const char *const *columns;
};

static int compare_series(const void *a, const void *b, void *data)
{
    const struct arm_order *order = data;
    const struct series *first = a;
    const struct series *second = b;
    return arm_compare(order->table, order->columns, first->row, second->row);
}

static bool is_known(const struct csv_table *table, const char *const *columns,
                     const struct series *series, size_t count, size_t row)
{
    for (size_t i = 0; i < count; i++)
        if (arm_compare(table, columns, series[i].row, row) == 0)
            return true;
    return false;
}

/* How many ways of the same model stand before this series, whose order has them by size. */
static int count_ways(const struct csv_table *table, const struct series *series, size_t at)
{
    const char *model = run_cell(table, series[at].row, "model");
    int ways = 0;
    for (size_t i = 0; i < at; i++) {
        bool known = strcmp(run_cell(table, series[i].row, "model"), model) != 0 ||
                     arm_compare_ways(table, series[i].row, table, series[at].row) == 0;
        for (size_t k = 0; !known && k < i; k++)
            known = strcmp(run_cell(table, series[k].row, "model"), model) == 0 &&
                    arm_compare_ways(table, series[k].row, table, series[i].row) == 0;
        ways += !known;
    }
    return ways;
}

static void name_color(const struct csv_table *table, struct series *series, size_t at, int foreign)
{
    struct series *one = &series[at];
    const char *again = is_again(table, one->row) ? AA_SUFFIX : "";
    if (!arm_is_ours(table, one->row)) {
        snprintf(one->color, sizeof one->color, "other%d%s", foreign, again);
        return;
    }
    char way[8] = "";
    int before = count_ways(table, series, at);
    if (before > 0)
        snprintf(way, sizeof way, "-%d", 1 + before % 99);
    snprintf(one->color, sizeof one->color, "%.9s%s%s", run_cell(table, one->row, "model"), way,
             again);
}

bool series_are_of_one_model(const struct series *a, const struct series *b)
{
    size_t length = strcspn(a->color, "-");
    return length == strcspn(b->color, "-") && strncmp(a->color, b->color, length) == 0;
}

/* Foreign subjects take colours of their own, one per subject, whatever model they name; a second
 * way of one program and the second half of an A/A run's arm take other shades. */
static void set_colors(const struct csv_table *table, struct series *series, size_t count)
{
    int foreign = 0;
    for (size_t i = 0; i < count; i++) {
        struct series *one = &series[i];
        if (!arm_is_ours(table, one->row) &&
            (i == 0 || compare_programs(table, one->row, series[i - 1].row) != 0))
            foreign++;
        name_color(table, series, i, foreign);
        for (size_t before = i; before > 0 && one->variant == 0; before--)
            if (strcmp(one->color, series[before - 1].color) == 0)
                one->variant = series[before - 1].variant + 1;
    }
}

size_t series_collect(const struct csv_table *table, const char *const *columns, const bool *kept,
                      struct series **series)
{
    struct series *found = NULL;
    size_t count = 0;
    size_t capacity = 0;
    for (size_t row = 0; row < csv_row_count(table); row++) {
        if (!kept[row] || is_known(table, columns, found, count, row))
            continue;
        found = alloc_grow(found, count, &capacity, sizeof *found);
        found[count] = (struct series){.row = row};
        arm_label(table, columns, row, found[count].label);
        count++;
    }
    struct arm_order order = {table, columns};
    if (count > 0)
        qsort_r(found, count, sizeof *found, compare_series, &order);
    set_colors(table, found, count);
    *series = found;
    return count;
}
