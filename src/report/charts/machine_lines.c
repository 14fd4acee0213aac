/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/machine_lines.h"

#include "base/alloc.h"
#include "base/text.h"
#include "report/charts/machine_rows.h"
#include "report/charts/run_files.h"

#include <math.h>
#include <stdlib.h>

/* A picture of so many rows fits two screens; a title takes about as much as two of them. */
#define ROWS_MAX   90
#define TITLE_ROWS 2
#define LINES_MIN  5
#define LINES_MAX  16

double machine_line_value(const struct csv_table *table, size_t row, const char *column)
{
    double value;
    return text_parse_double(run_cell(table, row, column), &value) < 0 ? NAN : value;
}

static bool same_line(const struct csv_table *table, size_t a, size_t b)
{
    static const char *const keys[] = {
        "experiment", "scenario", "metric", "parameters", "arm", "against",
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (!machine_row_is(table, a, keys[i], run_cell(table, b, keys[i])))
            return false;
    return true;
}

static struct machine_line *find_line(struct machine_lines *lines, const struct csv_table *table,
                                      size_t row)
{
    for (size_t i = lines->count; i > 0; i--)
        if (same_line(table, lines->lines[i - 1].rows[0], row))
            return &lines->lines[i - 1];
    return NULL;
}

static size_t gather(struct machine_lines *lines, const struct machine_chart *chart,
                     const struct csv_table *table)
{
    size_t capacity = 0;
    size_t most = 0;
    for (size_t row = 0; row < csv_row_count(table); row++) {
        if (!chart->shows(table, row))
            continue;
        struct machine_line *line = find_line(lines, table, row);
        if (!line) {
            lines->lines = alloc_grow(lines->lines, lines->count, &capacity, sizeof *lines->lines);
            line = &lines->lines[lines->count++];
            line->count = 0;
        }
        if (line->count < MACHINE_LINES_MACHINES_MAX)
            line->rows[line->count++] = row;
        most = line->count > most ? line->count : most;
    }
    return most;
}

/* A figure of one machine has nothing beside it; but if all are so, they are shown. */
static void drop_lone(struct machine_lines *lines)
{
    size_t kept = 0;
    for (size_t i = 0; i < lines->count; i++)
        if (lines->lines[i].count > 1)
            lines->lines[kept++] = lines->lines[i];
    lines->count = kept > 0 ? kept : lines->count;
}

/* Leaves the `room` lines that come first by their place, in their order. */
static void choose(struct machine_lines *lines, size_t room, const struct machine_chart *chart,
                   const struct csv_table *table)
{
    while (lines->count > room) {
        size_t last = 0;
        for (size_t i = 1; i < lines->count; i++)
            if (chart->place(table, lines->lines[i].rows[0]) >=
                chart->place(table, lines->lines[last].rows[0]))
                last = i;
        for (size_t i = last; i + 1 < lines->count; i++)
            lines->lines[i] = lines->lines[i + 1];
        lines->count--;
    }
}

static bool is_sooner(const struct csv_table *table, size_t a, size_t b, bool most_first)
{
    double of_a = machine_line_value(table, a, "value");
    double of_b = machine_line_value(table, b, "value");
    if (isnan(of_a) || isnan(of_b))
        return !isnan(of_a) && isnan(of_b);
    return most_first ? of_a > of_b : of_a < of_b;
}

static void sort(struct machine_line *line, const struct csv_table *table, bool most_first)
{
    for (size_t i = 1; i < line->count; i++)
        for (size_t k = i; k > 0; k--) {
            size_t row = line->rows[k];
            if (!is_sooner(table, row, line->rows[k - 1], most_first))
                break;
            line->rows[k] = line->rows[k - 1];
            line->rows[k - 1] = row;
        }
}

void machine_lines_read(struct machine_lines *lines, const struct machine_chart *chart,
                        const struct csv_table *table)
{
    *lines = (struct machine_lines){.count = 0};
    size_t machines = gather(lines, chart, table);
    size_t room = ROWS_MAX / (machines + TITLE_ROWS);
    room = room < LINES_MIN ? LINES_MIN : room > LINES_MAX ? LINES_MAX : room;
    if (chart->in_pairs)
        room -= room % 2;
    drop_lone(lines);
    choose(lines, room, chart, table);
    for (size_t i = 0; i < lines->count; i++)
        sort(&lines->lines[i], table, chart->most_first);
}

void machine_lines_finish(struct machine_lines *lines)
{
    free(lines->lines);
    *lines = (struct machine_lines){.count = 0};
}
