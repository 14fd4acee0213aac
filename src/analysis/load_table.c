/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/load_table.h"

#include "analysis/experiments.h"
#include "analysis/statistics.h"
#include "analysis/trials.h"
#include "analysis/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMN_WIDTH 26
#define CELL_SIZE    128

/* One kind of table: which file, which columns name a line, and what a cell says. */
struct view {
    const char *file;
    const char *title;
    const char *heading; /* above the lines' names */
    void (*print_line)(const struct trial_group *group, FILE *out);
    int (*format_cell)(const struct trial_group *group, char *cell, struct error *error);
};

/* Work first, so that groups of one table stand together; what tells arms apart comes last. */
static const char *const group_columns[] = {
    "work_cpu_us", "idle", "offered_per_second", "active", "model", "loops", "subject",
};
#define GROUP_COLUMNS (sizeof group_columns / sizeof *group_columns)
#define LINE_COLUMNS  4

static double number(const struct trial_group *group, const char *column)
{
    return strtod(group_text(group, column), NULL);
}

static int compare_lines(const struct trial_group *a, const struct trial_group *b)
{
    for (size_t i = 0; i < LINE_COLUMNS; i++) {
        double difference = number(a, group_columns[i]) - number(b, group_columns[i]);
        if (difference < 0 || difference > 0)
            return difference < 0 ? -1 : 1;
    }
    return 0;
}

/* Threads before loop before loops, other subjects behind, and so the second halves of an A/A run.
 * Both allocators have one rank. */
static int model_rank(const struct trial_group *group)
{
    static const char *const models[] = {"threads", "loop", "loops"};
    const char *model = group_text(group, "model");
    for (int i = 0; i < 3; i++)
        if (strcmp(model, models[i]) == 0 &&
            experiment_is_ours("echo", group_text(group, "subject"), model))
            return i;
    return 3;
}

static int compare_arms(const struct trial_group *a, const struct trial_group *b)
{
    int rank = model_rank(a) - model_rank(b);
    return rank != 0 ? rank : strcmp(group_text(a, "subject"), group_text(b, "subject"));
}

static int compare_groups(const void *left, const void *right)
{
    const struct trial_group *a = left;
    const struct trial_group *b = right;
    int lines = compare_lines(a, b);
    return lines != 0 ? lines : compare_arms(a, b);
}

/* The median over blocks of a column, or of it divided by another; NAN without trials. */
static int median(const struct trial_group *group, const char *column, const char *per,
                  double *value, struct error *error)
{
    struct observation *observations;
    int64_t count = group_observations(group, column, per, &observations, error);
    if (count < 0)
        return (int)count;
    double *values = calloc((size_t)count + 1, sizeof *values);
    for (int64_t i = 0; values && i < count; i++)
        values[i] = observations[i].value;
    *value = values ? statistics_median(values, (size_t)count) : NAN;
    free(values);
    free(observations);
    return 0;
}

static int format_throughput(const struct trial_group *group, char *cell, struct error *error)
{
    char rate_text[UNITS_TEXT_SIZE];
    char cpu_text[UNITS_TEXT_SIZE];
    double rate;
    double cpu;
    double bound;
    int result = median(group, "achieved_per_second", NULL, &rate, error);
    if (result == 0)
        result = median(group, "server_cpu_seconds", "samples", &cpu, error);
    if (result == 0)
        result = median(group, "client_bound", NULL, &bound, error);
    if (result == 0)
        snprintf(cell, CELL_SIZE, "%s%s  %s", units_format_count(rate, rate_text),
                 bound > 0 ? "*" : "", units_format_ns(1e9 * cpu, cpu_text));
    return result;
}

static int format_latency(const struct trial_group *group, char *cell, struct error *error)
{
    static const char *const columns[] = {"p50_ns", "p99_ns", "p999_ns"};
    size_t length = 0;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        char text[UNITS_TEXT_SIZE] = "-";
        double value;
        int result = median(group, columns[i], NULL, &value, error);
        if (result < 0)
            return result;
        if (isfinite(value))
            units_format_ns(value, text);
        length +=
            (size_t)snprintf(cell + length, CELL_SIZE - length, "%s%s", i > 0 ? " " : "", text);
    }
    return 0;
}

static void print_active(const struct trial_group *group, FILE *out)
{
    fprintf(out, "%18s", group_text(group, "active"));
}

static void print_rate(const struct trial_group *group, FILE *out)
{
    char rate[UNITS_TEXT_SIZE];
    fprintf(out, "%9s %8s", units_format_count(number(group, "offered_per_second"), rate),
            group_text(group, "idle"));
}

static const struct view views[] = {
    {"throughput.csv",
     "Throughput of a closed loop: requests/s, and server CPU per request (* generator-bound)",
     "active connections", print_active, format_throughput},
    {"latency.csv", "Latency from the intended send: p50, p99, p99.9", "offered/s   asleep",
     print_rate, format_latency},
};

static void print_heading(const struct view *view, const struct trial_group *groups, size_t count,
                          FILE *out)
{
    double work_us = number(&groups[0], "work_cpu_us");
    fprintf(out, "\n%s", view->title);
    if (work_us > 0)
        fprintf(out, ", %g us of work per request", work_us);
    fprintf(out, "\n\n%18s", view->heading);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%*s", COLUMN_WIDTH,
                model_rank(&groups[i]) < 3 ? group_text(&groups[i], "model")
                                           : group_text(&groups[i], "subject"));
    fputc('\n', out);
}

/* How many of the groups that begin here are alike by `compare`. */
static size_t run_length(const struct trial_group *groups, size_t count,
                         int (*compare)(const struct trial_group *a, const struct trial_group *b))
{
    size_t length = 1;
    while (length < count && compare(&groups[0], &groups[length]) == 0)
        length++;
    return length;
}

static int compare_work(const struct trial_group *a, const struct trial_group *b)
{
    double difference = number(a, "work_cpu_us") - number(b, "work_cpu_us");
    return difference < 0 ? -1 : difference > 0;
}

/* A line's cells, each below its arm; an arm without that load leaves a gap. */
static int print_cells(const struct view *view, const struct trial_group *arms, size_t arm_count,
                       const struct trial_group *line, size_t count, FILE *out, struct error *error)
{
    view->print_line(line, out);
    for (size_t arm = 0; arm < arm_count; arm++) {
        char cell[CELL_SIZE] = "";
        for (size_t i = 0; i < count; i++)
            if (compare_arms(&arms[arm], &line[i]) == 0) {
                int result = view->format_cell(&line[i], cell, error);
                if (result < 0)
                    return result;
            }
        fprintf(out, "%*s", COLUMN_WIDTH, cell);
    }
    fputc('\n', out);
    return 0;
}

/* The groups of one setting of work. The first line has every arm, since every arm takes every
 * load. */
static int print_table(const struct view *view, const struct trial_group *groups, size_t count,
                       FILE *out, struct error *error)
{
    size_t arm_count = run_length(groups, count, compare_lines);
    print_heading(view, groups, arm_count, out);
    int result = 0;
    for (size_t at = 0; result == 0 && at < count;) {
        size_t length = run_length(groups + at, count - at, compare_lines);
        result = print_cells(view, groups, arm_count, groups + at, length, out, error);
        at += length;
    }
    return result;
}

static int print_view(const struct view *view, const char *run_dir, FILE *out, struct error *error)
{
    struct csv_table *table;
    struct trial_groups groups;
    int result = trials_read(&table, run_dir, view->file, error);
    if (result <= 0)
        return result;
    result = trial_groups_gather(&groups, table, group_columns, GROUP_COLUMNS, error);
    if (result == 0) {
        if (groups.count > 0)
            qsort(groups.groups, groups.count, sizeof *groups.groups, compare_groups);
        for (size_t at = 0; result == 0 && at < groups.count;) {
            size_t length = run_length(groups.groups + at, groups.count - at, compare_work);
            result = print_table(view, groups.groups + at, length, out, error);
            at += length;
        }
        trial_groups_finish(&groups);
    }
    csv_table_destroy(table);
    return result;
}

int load_table_print(const char *run_dir, FILE *out, struct error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < sizeof views / sizeof *views; i++)
        result = print_view(&views[i], run_dir, out, error);
    return result;
}
