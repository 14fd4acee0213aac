/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/machine_charts.h"

#include "base/utf8.h"
#include "report/charts/machine_lines.h"
#include "report/charts/machine_rows.h"
#include "report/charts/machine_selection.h"
#include "report/charts/run_files.h"
#include "run/model.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOURCE             "compare.csv"
#define GAP_BETWEEN_BLOCKS 0.5
#define MACHINES_MAX       MACHINE_LINES_MACHINES_MAX
#define NAME_WIDTH         44
#define NAME_BYTES         512

static const char *const columns[] = {
    "series",    "label",     "color",    "variant", "metric", "block",   "heading",
    "row_label", "left_side", "position", "value",   "ci_low", "ci_high",
};

/* Machines in the order in which compare.csv names them. */
struct machine_list {
    const char *names[MACHINES_MAX];
    size_t count;
    size_t head; /* how many characters of each are kept before the gap: see base/utf8.h */
};

static size_t machine_number(struct machine_list *machines, const char *name)
{
    size_t i = 0;
    while (i < machines->count && strcmp(machines->names[i], name) != 0)
        i++;
    if (i == machines->count && i < MACHINES_MAX)
        machines->names[machines->count++] = name;
    return i < MACHINES_MAX ? i : MACHINES_MAX - 1;
}

static int set_number(struct csv_writer *writer, const struct csv_table *table, size_t row,
                      const char *column, struct error *error)
{
    double value;
    int got = csv_number(table, row, csv_column(table, column), &value, error);
    if (got == 1)
        csv_set_double(writer, column, value);
    return got < 0 ? got : 0;
}

static void list_machines(struct machine_list *machines, const struct csv_table *table)
{
    *machines = (struct machine_list){.count = 0};
    for (size_t row = 0; row < csv_row_count(table); row++)
        machine_number(machines, run_cell(table, row, "machine"));
    machines->head = utf8_shorten_head(machines->names, machines->count, NAME_WIDTH);
}

/* A comma parts cells for gnuplot in quotes, too: "EPYC, 2 CPUs" becomes "EPYC · 2 CPUs". */
static void write_without_commas(char *text, size_t size, const char *name)
{
    size_t used = 0;
    text[0] = '\0';
    while (*name && used + 4 < size) {
        if (*name == ',')
            used += (size_t)snprintf(text + used, size - used, " ·");
        else
            text[used++] = *name == '"' ? '\'' : *name;
        text[used] = '\0';
        name++;
    }
}

/* The machine's name, short enough for a chart; whole where short ones would look alike. */
static void name_machine(const struct machine_list *machines, size_t machine, char *name,
                         size_t size)
{
    char whole[NAME_BYTES];
    size_t width = machines->head < NAME_WIDTH ? NAME_WIDTH : size;
    utf8_shorten(whole, sizeof whole, machines->names[machine], width, machines->head);
    write_without_commas(name, size, whole);
}

/* Of which of the two more is worse: all but requests per second. */
static bool is_throughput(const struct csv_table *table, size_t row)
{
    return machine_row_is(table, row, "metric", "achieved");
}

/* Who is better, where the interval lies on one side of 1: else neither, as a color has it. */
static const char *ratio_color(const struct csv_table *table, size_t row)
{
    double low = machine_line_value(table, row, "ci_low");
    double high = machine_line_value(table, row, "ci_high");
    if (isnan(low) || isnan(high) || (low <= 1 && high >= 1))
        return "sockets";
    return (low > 1) == is_throughput(table, row) ? "threads" : "loop";
}

/* The model's, by the program's name; of a program that is not ours the first of those. */
static const char *row_color(const struct csv_table *table, size_t row)
{
    static const enum model models[] = {MODEL_THREADS, MODEL_LOOP, MODEL_POOL};
    if (!machine_row_is(table, row, "against", ""))
        return ratio_color(table, row);
    if (machine_row_parameter(table, row, "loops") > 0)
        return "loops";
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        char part[32];
        snprintf(part, sizeof part, "-%s", model_program(models[i]));
        if (strstr(run_cell(table, row, "arm"), part))
            return model_program(models[i]);
    }
    return "other1";
}

/* Where a block stands: its title's line, that of its first machine, and the end. */
struct block {
    size_t number; /* from 1 */
    double heading;
    double first;
};

static int write_dot(struct csv_writer *writer, const struct csv_table *table, size_t row,
                     struct machine_list *machines, const struct block *block, double position,
                     struct error *error)
{
    static const char *const numbers[] = {"value", "ci_low", "ci_high"};
    char text[MACHINE_LABEL_BYTES];
    char name[NAME_BYTES];
    size_t machine = machine_number(machines, run_cell(table, row, "machine"));
    bool is_ratio = !machine_row_is(table, row, "against", "");
    csv_set_int64(writer, "series", (int64_t)machine + 1);
    name_machine(machines, machine, name, sizeof name);
    csv_set_text(writer, "label", name);
    csv_set_text(writer, "color", row_color(table, row));
    csv_set_int64(writer, "variant", 0);
    csv_set_text(writer, "metric", run_cell(table, row, "metric"));
    csv_set_int64(writer, "block", (int64_t)block->number);
    csv_set_double(writer, "heading", block->heading);
    csv_set_double(writer, "position", position);
    machine_row_label(table, row, text);
    csv_set_text(writer, "row_label", text);
    csv_set_text(writer, "left_side",
                 !is_ratio                   ? ""
                 : is_throughput(table, row) ? "loop"
                                             : "threads");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        int result = set_number(writer, table, row, numbers[i], error);
        if (result < 0)
            return result;
    }
    return csv_end_row(writer, error);
}

/* A title, the names of both sides below that of a ratio, and a line for each machine. */
static int write_blocks(struct csv_writer *writer, const struct machine_lines *lines,
                        const struct csv_table *table, struct machine_list *machines,
                        struct error *error)
{
    int result = 0;
    double position = 0;
    for (size_t i = 0; result == 0 && i < lines->count; i++) {
        const struct machine_line *line = &lines->lines[i];
        bool is_ratio = !machine_row_is(table, line->rows[0], "against", "");
        struct block block = {.number = i + 1, .heading = position + 1};
        block.first = block.heading + (is_ratio ? 2 : 1);
        for (size_t k = 0; result == 0 && k < line->count; k++) {
            position = block.first + (double)k;
            result = write_dot(writer, table, line->rows[k], machines, &block, position, error);
        }
        position += GAP_BETWEEN_BLOCKS;
    }
    return result;
}

static int write_dots(const struct machine_chart *chart, const struct csv_table *table,
                      const char *folder, struct error *error)
{
    struct csv_writer *writer = NULL;
    struct machine_list machines;
    struct machine_lines lines;
    list_machines(&machines, table);
    machine_lines_read(&lines, chart, table);
    int result = run_create_chart_csv(&writer, folder, chart->name, columns,
                                      sizeof columns / sizeof columns[0], error);
    if (result == 0)
        result = write_blocks(writer, &lines, table, &machines, error);
    csv_destroy(writer);
    if (result == 0 && lines.count == 0)
        result = error_set(error, -ENODATA, "%s has no figure for it", SOURCE);
    machine_lines_finish(&lines);
    return result;
}

static int write_chart(const struct machine_chart *chart, const struct chart_source *source,
                       struct error *error)
{
    struct csv_table *table = NULL;
    int result = run_read_csv(&table, source->folder, SOURCE, error);
    if (result == 0)
        result = write_dots(chart, table, source->folder, error);
    csv_table_destroy(table);
    return result;
}

static int write_memory(const struct chart_source *source, struct error *error)
{
    static const struct machine_chart chart = {"machines-memory", machine_shows_memory,
                                               machine_place_of_memory, false, true};
    return write_chart(&chart, source, error);
}

static int write_throughput(const struct chart_source *source, struct error *error)
{
    static const struct machine_chart chart = {"machines-throughput", machine_shows_throughput,
                                               machine_place_of_throughput, true, true};
    return write_chart(&chart, source, error);
}

static int write_latency(const struct chart_source *source, struct error *error)
{
    static const struct machine_chart chart = {"machines-latency", machine_shows_latency,
                                               machine_place_of_latency, false, true};
    return write_chart(&chart, source, error);
}

static int write_ratios(const struct chart_source *source, struct error *error)
{
    static const struct machine_chart chart = {"ratios", machine_shows_ratio,
                                               machine_place_of_ratio, false, false};
    return write_chart(&chart, source, error);
}

const struct chart machine_charts[] = {
    {
        .name = "ratios",
        .title = "Threads against the loop, inside each machine",
        .alt = "A forest plot on a log scale: for each figure a block, in it a line for each "
               "machine, by the ratio of threads to loop, with its interval; a line marks 1, "
               "where both are equal, and each side of it says who is better there.",
        .caption = "Ratios with their 95 % intervals, sorted. An interval that holds 1 resolves "
                   "nothing and is grey. Where there are many machines the figures that are asked "
                   "for first are here, and the tables have all.",
        .write = write_ratios,
    },
    {
        .name = "machines-memory",
        .title = "Memory of one more waiter, by machine",
        .alt =
            "A dot chart: for each program and condition a block, in it a line for each machine, "
            "by the bytes per waiter.",
        .caption = "All memory that one more waiter costs, the least on top; bars are 95 % "
                   "intervals.",
        .write = write_memory,
    },
    {
        .name = "machines-throughput",
        .title = "Requests per second, by machine",
        .alt = "A dot chart: for each program and number of active connections a block, in it a "
               "line for each machine, by its requests per second.",
        .caption = "As many requests as each program answers, the most on top; bars are 95 % "
                   "intervals.",
        .write = write_throughput,
    },
    {
        .name = "machines-latency",
        .title = "Latency, by machine",
        .alt = "A dot chart on a log scale of time: for each percentile, program and load a block, "
               "in it a line for each machine, by its latency.",
        .caption = "The least on top. Loads in % are shares of what the slower program of each "
                   "machine can serve, so that the rates differ between machines; loads in /s are "
                   "the same rate on all.",
        .write = write_latency,
    },
    {.name = NULL},
};
