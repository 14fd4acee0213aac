/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/tables/versus.h"

#include "analysis/summary/trials.h"
#include "analysis/words/units.h"
#include "base/alloc.h"
#include "base/text.h"
#include "base/utf8.h"
#include "run/experiment.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* 31 + 3 * 23 columns: exactly 100. */
#define LABEL_WIDTH 31
#define CELL_WIDTH  23
#define CELLS       3

/* Of both names, in one line with the words around them. */
#define NAMES_WIDTH 42

#define USUAL_PAYLOAD_BYTES 64

/* What is shown of an experiment. */
static const struct view {
    const char *experiment;
    const char *metrics[CELLS];
    const char *titles[CELLS];
} views[] = {
    {"memory", {"total", "user", "spawn"}, {"all memory", "resident", "time to accept"}},
    {"throughput",
     {"achieved", "server_cpu_per_request", "both_cpu_per_request"},
     {"requests/s", "server CPU per request", "of both ends"}},
    {"latency", {"p50", "p99", "p999"}, {"p50", "p99", "p99.9"}},
};

static const char *text_of(const struct csv_table *table, size_t row, const char *column)
{
    return csv_cell(table, row, csv_column(table, column));
}

static bool agree(const struct csv_table *table, size_t a, size_t b, const char *const *columns)
{
    for (; *columns; columns++)
        if (strcmp(text_of(table, a, *columns), text_of(table, b, *columns)) != 0)
            return false;
    return true;
}

static const char *const pair_columns[] = {"arm_a", "arm_b", NULL};
static const char *const line_columns[] = {
    "experiment", "scenario", "parameters", "arm_a", "arm_b", "model_a", "model_b", NULL,
};

/* What is looked at: summary.csv, and the baseline or NULL. */
struct versus {
    const struct csv_table *table;
    const char *baseline;
};

/* Ours are set against each other in claims, and foreign subjects against ours in the report. */
static bool is_shown(const struct versus *versus, size_t row)
{
    const char *subject = text_of(versus->table, row, "arm_b");
    if (versus->baseline)
        return strcmp(subject, versus->baseline) == 0;
    return subject[experiment_arm_length(subject)] == '\0' &&
           !experiment_is_ours(text_of(versus->table, row, "scenario"), subject,
                               text_of(versus->table, row, "model_b"));
}

static bool is_first_of_pair(const struct versus *versus, size_t row)
{
    for (size_t i = 0; i < row; i++)
        if (is_shown(versus, i) && agree(versus->table, i, row, pair_columns))
            return false;
    return true;
}

static const char *parameter(const struct csv_table *table, size_t row, const char *key)
{
    return text_parameter(text_of(table, row, "parameters"), key);
}

static double number(const struct csv_table *table, size_t row, const char *key)
{
    return strtod(parameter(table, row, key), NULL);
}

static void write_memory_label(const struct csv_table *table, size_t row, FILE *out)
{
    const char *warm = parameter(table, row, "warm");
    units_write_whole(number(table, row, "waiters_requested"), out);
    fprintf(out, " waiters%s", *warm == '1' ? ", warm" : *warm == '0' ? ", cold" : "");
}

static void write_rate(const struct csv_table *table, size_t row, FILE *out)
{
    char rate[UNITS_TEXT_SIZE];
    if (strncmp(parameter(table, row, "rate_basis"), "equal_utilisation", 17) == 0)
        fprintf(out, "own %.0f %%, ", 100 * number(table, row, "capacity_share"));
    else if (*parameter(table, row, "offered_per_second"))
        fprintf(out, "%s/s, ", units_format_count(number(table, row, "offered_per_second"), rate));
}

static void write_load_label(const struct csv_table *table, size_t row, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    double idle = number(table, row, "idle");
    double payload = number(table, row, "payload_bytes");
    write_rate(table, row, out);
    fprintf(out, "%s active", units_format_count(number(table, row, "active"), text));
    if (idle > 0)
        fprintf(out, ", %s idle", units_format_count(idle, text));
    if (payload > USUAL_PAYLOAD_BYTES)
        fprintf(out, ", %s", units_format_bytes(payload, text));
    if (number(table, row, "requests_per_connection") > 0)
        fputs(", short", out);
}

static void print_label(const struct csv_table *table, size_t row, FILE *out)
{
    char *text = NULL;
    size_t length = 0;
    FILE *label = alloc_checked(open_memstream(&text, &length));
    if (strcmp(text_of(table, row, "experiment"), "memory") == 0)
        write_memory_label(table, row, label);
    else
        write_load_label(table, row, label);
    fclose(label);
    fputs("  ", out);
    utf8_print_left(alloc_checked(text), LABEL_WIDTH - 2, out);
    free(text);
}

static int read_number(const struct csv_table *table, size_t row, const char *column, double *value,
                       struct error *error)
{
    *value = NAN;
    int result = csv_number(table, row, csv_column(table, column), value, error);
    return result < 0 ? result : 0;
}

/* "0.85 (0.80 to 0.90)", and whether a difference is resolved. */
struct cell {
    char text[UNITS_TEXT_SIZE];
    bool resolved;
};

static int format_cell(const struct csv_table *table, size_t row, struct cell *cell,
                       struct error *error)
{
    static const char *const resolved[] = {"faster", "slower", "smaller", "larger"};
    struct estimate ratio = {NAN, INTERVAL_NONE, 0};
    const char *verdict = text_of(table, row, "verdict");
    int result = read_number(table, row, "ratio", &ratio.value, error);
    if (result == 0)
        result = read_number(table, row, "ci_low", &ratio.interval.low, error);
    if (result == 0)
        result = read_number(table, row, "ci_high", &ratio.interval.high, error);
    for (size_t i = 0; i < sizeof resolved / sizeof *resolved; i++)
        cell->resolved |= strcmp(verdict, resolved[i]) == 0;
    if (result == 0 && !isnan(ratio.value))
        units_format_ratio(&ratio, cell->text);
    return result;
}

static void print_cell(const struct cell *cell, bool is_last, FILE *out)
{
    utf8_print_right(cell->text, CELL_WIDTH - 1, out);
    fputs(cell->resolved ? "*" : is_last ? "" : " ", out);
}

/* Prints the setting whose rows begin there. */
static int print_line(const struct csv_table *table, size_t begin, const struct view *view,
                      FILE *out, struct error *error)
{
    struct cell cells[CELLS] = {{"-", false}, {"-", false}, {"-", false}};
    int result = 0;
    for (size_t row = begin;
         result == 0 && row < csv_row_count(table) && agree(table, row, begin, line_columns); row++)
        for (size_t i = 0; result == 0 && i < CELLS; i++)
            if (strcmp(text_of(table, row, "metric"), view->metrics[i]) == 0)
                result = format_cell(table, row, &cells[i], error);
    if (result < 0)
        return result;
    print_label(table, begin, out);
    for (size_t i = 0; i < CELLS; i++)
        print_cell(&cells[i], i + 1 == CELLS, out);
    fputc('\n', out);
    return 0;
}

static void print_heading(const struct view *view, FILE *out)
{
    utf8_print_left(view->experiment, LABEL_WIDTH, out);
    for (size_t i = 0; i < CELLS; i++)
        fprintf(out, "%*s%s", CELL_WIDTH - 1, view->titles[i], i + 1 < CELLS ? " " : "");
    fputc('\n', out);
}

/* Whether the setting whose rows begin there has one of the view's metrics. */
static bool has_cell(const struct csv_table *table, size_t begin, const struct view *view)
{
    for (size_t row = begin; row < csv_row_count(table) && agree(table, row, begin, line_columns);
         row++)
        for (size_t i = 0; i < CELLS; i++)
            if (strcmp(text_of(table, row, "metric"), view->metrics[i]) == 0)
                return true;
    return false;
}

/* Lines stand by what a reader looks for, and numbers by size. */
static int compare_lines(const void *left, const void *right, void *table)
{
    static const char *const keys[] = {
        "warm",           "requests_per_connection", "payload_bytes", "idle",
        "capacity_share", "offered_per_second",      "active",        "waiters_requested",
    };
    size_t a = *(const size_t *)left;
    size_t b = *(const size_t *)right;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        double of_a = number(table, a, keys[i]);
        double of_b = number(table, b, keys[i]);
        if (of_a < of_b || of_a > of_b)
            return of_a < of_b ? -1 : 1;
    }
    return (a > b) - (a < b);
}

/* The lines of one experiment and one pair, which is that of the row `pair`: where each begins.
 * Returns how many, with `lines` to be freed. */
static size_t find_lines(const struct csv_table *table, size_t pair, const struct view *view,
                         size_t **lines)
{
    size_t count = 0;
    *lines = alloc_array(csv_row_count(table), sizeof **lines);
    for (size_t row = pair; row < csv_row_count(table); row++)
        if (strcmp(text_of(table, row, "experiment"), view->experiment) == 0 &&
            agree(table, row, pair, pair_columns) &&
            (row == 0 || !agree(table, row - 1, row, line_columns)) && has_cell(table, row, view))
            (*lines)[count++] = row;
    if (count > 0)
        qsort_r(*lines, count, sizeof **lines, compare_lines, (void *)table);
    return count;
}

/* Counts what it prints in `printed`. */
static int print_view(const struct csv_table *table, size_t pair, const struct view *view,
                      size_t *printed, FILE *out, struct error *error)
{
    size_t *lines;
    size_t count = find_lines(table, pair, view, &lines);
    int result = 0;
    if (count > 0)
        print_heading(view, out);
    for (size_t i = 0; result == 0 && i < count; i++)
        result = print_line(table, lines[i], view, out, error);
    *printed += count;
    free(lines);
    return result;
}

static int print_pair(const struct csv_table *table, size_t pair, FILE *out, struct error *error)
{
    char names[2][64];
    size_t printed = 0;
    int result = 0;
    for (size_t i = 0; i < 2; i++)
        utf8_printable(names[i], sizeof names[i], text_of(table, pair, pair_columns[i]));
    bool is_long = strlen(names[0]) + strlen(names[1]) > NAMES_WIDTH;
    fprintf(out, "\n%s against%s%s (ratio of medians, 95 %% interval; * resolved)\n\n", names[0],
            is_long ? "\n" : " ", names[1]);
    for (size_t i = 0; result == 0 && i < sizeof views / sizeof *views; i++)
        result = print_view(table, pair, &views[i], &printed, out, error);
    if (result == 0 && printed == 0)
        fputs("  nothing that both have a figure of\n", out);
    return result;
}

/* Of more than a few foreign subjects not every pair is there, which is said. */
static void print_choice(const struct versus *versus, FILE *out)
{
    const struct csv_table *table = versus->table;
    size_t pairs = 0;
    const char *against = NULL;
    for (size_t row = 0; row < csv_row_count(table); row++) {
        if (!is_shown(versus, row) || !is_first_of_pair(versus, row))
            continue;
        if (against && strcmp(against, text_of(table, row, "arm_b")) != 0)
            return;
        against = text_of(table, row, "arm_b");
        pairs++;
    }
    if (pairs > 1)
        fprintf(out, "\nEach is set against %.63s.\n%s", against,
                versus->baseline ? "" : "(--baseline NAME takes another.)\n");
}

int versus_print(const char *run_dir, const char *baseline, FILE *out, struct error *error)
{
    struct csv_table *table = NULL;
    size_t pairs = 0;
    int result = trials_read(&table, run_dir, "summary.csv", error);
    if (result <= 0)
        return result;
    const struct versus versus = {table, baseline};
    print_choice(&versus, out);
    result = 0;
    for (size_t row = 0; result == 0 && row < csv_row_count(table); row++) {
        if (!is_shown(&versus, row) || !is_first_of_pair(&versus, row))
            continue;
        if (pairs++ < VERSUS_PAIRS_MAX)
            result = print_pair(table, row, out, error);
    }
    if (result == 0 && pairs > VERSUS_PAIRS_MAX)
        fprintf(out, "\n%zu more pairs are in summary.csv and in the report.\n",
                pairs - VERSUS_PAIRS_MAX);
    csv_table_destroy(table);
    return result;
}
