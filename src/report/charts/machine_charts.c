/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/machine_charts.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "report/charts/machine_rows.h"
#include "report/charts/run_files.h"
#include "run/model.h"
#include "run/scenario.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOURCE             "compare.csv"
#define GAP_BETWEEN_GROUPS 0.6
#define MACHINES_MAX       16
#define NAME_WIDTH         32
#define NAME_BYTES         512

static const char *const columns[] = {
    "series",   "label",     "color", "variant", "metric",
    "position", "row_label", "value", "ci_low",  "ci_high",
};

/* Which rows of compare.csv a chart shows. */
struct machine_chart {
    const char *name;
    bool (*shows)(const struct csv_table *table, size_t row);
};

static bool is_percentile(const struct csv_table *table, size_t row)
{
    return machine_row_is(table, row, "metric", "p50") ||
           machine_row_is(table, row, "metric", "p99") ||
           machine_row_is(table, row, "metric", "p999");
}

/* A share of the capacity at which a server is nearly idle, and one at which it is nearly full. */
#define LIGHT_PERCENT 25
#define HEAVY_PERCENT 80

/* "10%" or "90%"; of older runs, which only say which of their rates it was, "1/4" or "4/4"; and
 * any that was named, "200/s", as those are few. */
static bool is_load_end(const char *load)
{
    char *end;
    double number = strtod(load, &end);
    if (strcmp(end, "/s") == 0)
        return true;
    if (*end == '%')
        return number <= LIGHT_PERCENT || number >= HEAVY_PERCENT;
    double last = *end == '/' ? strtod(end + 1, NULL) : 0;
    return last > 0 && (number <= 1 || number >= last);
}

/* Nothing of a server's own options: a store that takes its time, calls that block. */
static bool has_usual_options(const struct csv_table *table, size_t row)
{
    return !(machine_row_parameter(table, row, "store_delay_us") > 0) &&
           !(machine_row_parameter(table, row, "block_every") > 0);
}

/* Busy connections without work, at the lowest and at the highest load. */
static bool is_latency_end(const struct csv_table *table, size_t row)
{
    char load[32];
    machine_row_text(table, row, "load", load, sizeof load);
    return is_load_end(load) && machine_row_is(table, row, "experiment", "latency") &&
           is_percentile(table, row) && !(machine_row_parameter(table, row, "idle") > 0) &&
           !(machine_row_parameter(table, row, "work_cpu_us") > 0) && has_usual_options(table, row);
}

static bool shows_memory(const struct csv_table *table, size_t row)
{
    return machine_row_is(table, row, "experiment", "memory") &&
           machine_row_is(table, row, "metric", "total") &&
           machine_row_is(table, row, "against", "");
}

static bool shows_latency(const struct csv_table *table, size_t row)
{
    return is_latency_end(table, row) && machine_row_is(table, row, "against", "");
}

/* Whether the cell names the scenario's program of that model, with its usual allocator. */
static bool is_program(const struct csv_table *table, size_t row, const char *column,
                       enum model model)
{
    char program[96];
    const char *scenario = run_cell(table, row, "scenario");
    if (!*scenario) /* an older version wrote the file */
        scenario = scenario_plain_server()->name;
    snprintf(program, sizeof program, "%.64s-%s", scenario, model_program(model));
    size_t length = strlen(program);
    const char *cell = run_cell(table, row, column);
    return strncmp(cell, program, length) == 0 && (cell[length] == '\0' || cell[length] == ':');
}

/* Of another workload than the plain server's one number of connections stands for all. */
#define USUAL_ACTIVE 100

static bool is_told_throughput(const struct csv_table *table, size_t row)
{
    bool plain = machine_row_is(table, row, "scenario", scenario_plain_server()->name) ||
                 machine_row_is(table, row, "scenario", "");
    return machine_row_is(table, row, "experiment", "throughput") &&
           machine_row_is(table, row, "metric", "achieved") &&
           (plain || (int)machine_row_parameter(table, row, "active") == USUAL_ACTIVE);
}

/* What travels best between machines: threads against loop inside each of them. */
static bool shows_ratio(const struct csv_table *table, size_t row)
{
    if (!is_program(table, row, "arm", MODEL_THREADS) ||
        !is_program(table, row, "against", MODEL_LOOP) ||
        machine_row_parameter(table, row, "stack_bytes") > 0 ||
        machine_row_parameter(table, row, "loops") > 0 ||
        machine_row_parameter(table, row, "work_cpu_us") > 0 ||
        machine_row_parameter(table, row, "work_stack_bytes") > 0 || !has_usual_options(table, row))
        return false;
    bool memory = machine_row_is(table, row, "experiment", "memory") &&
                  (machine_row_is(table, row, "metric", "user") ||
                   machine_row_is(table, row, "metric", "total")) &&
                  machine_row_parameter(table, row, "warm") <= 0;
    return memory || is_told_throughput(table, row) || is_latency_end(table, row);
}

/* Two rows stand on one line when they differ in the machine only. */
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

static int write_dot(struct csv_writer *writer, const struct csv_table *table, size_t row,
                     const struct machine_list *machines, size_t machine, double position,
                     struct error *error)
{
    static const char *const numbers[] = {"value", "ci_low", "ci_high"};
    char text[MACHINE_LABEL_BYTES];
    char name[NAME_BYTES];
    csv_set_int64(writer, "series", (int64_t)machine + 1);
    name_machine(machines, machine, name, sizeof name);
    csv_set_text(writer, "label", name);
    snprintf(text, sizeof text, "machine%zu", machine + 1);
    csv_set_text(writer, "color", text);
    csv_set_int64(writer, "variant", 0);
    csv_set_text(writer, "metric", run_cell(table, row, "metric"));
    csv_set_double(writer, "position", position);
    machine_row_label(table, row, text);
    csv_set_text(writer, "row_label", text);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        int result = set_number(writer, table, row, numbers[i], error);
        if (result < 0)
            return result;
    }
    return csv_end_row(writer, error);
}

static double next_position(const struct csv_table *table, size_t row, size_t before,
                            double position)
{
    if (same_line(table, row, before))
        return position;
    bool same_group = machine_row_is(table, row, "metric", run_cell(table, before, "metric"));
    return position + 1 + (same_group ? 0 : GAP_BETWEEN_GROUPS);
}

static int write_dots(const struct machine_chart *chart, const struct csv_table *table,
                      const char *folder, struct error *error)
{
    struct csv_writer *writer = NULL;
    struct machine_list machines;
    list_machines(&machines, table);
    int result = run_create_chart_csv(&writer, folder, chart->name, columns,
                                      sizeof columns / sizeof columns[0], error);
    double position = 0;
    size_t before = 0;
    for (size_t row = 0; result == 0 && row < csv_row_count(table); row++) {
        if (!chart->shows(table, row))
            continue;
        position = position > 0 ? next_position(table, row, before, position) : 1;
        before = row;
        size_t machine = machine_number(&machines, run_cell(table, row, "machine"));
        result = write_dot(writer, table, row, &machines, machine, position, error);
    }
    csv_destroy(writer);
    if (result == 0 && !(position > 0))
        result = error_set(error, -ENODATA, "%s has no figure for it", SOURCE);
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
    static const struct machine_chart chart = {"machines-memory", shows_memory};
    return write_chart(&chart, source, error);
}

static int write_latency(const struct chart_source *source, struct error *error)
{
    static const struct machine_chart chart = {"machines-latency", shows_latency};
    return write_chart(&chart, source, error);
}

static int write_ratios(const struct chart_source *source, struct error *error)
{
    static const struct machine_chart chart = {"ratios", shows_ratio};
    return write_chart(&chart, source, error);
}

const struct chart machine_charts[] = {
    {
        .name = "ratios",
        .title = "Threads against the loop, inside each machine",
        .alt = "A forest plot on a log scale: for each figure the ratio of threads to loop with "
               "its interval, one dot for each machine; a line marks 1, where both are equal.",
        .caption = "Left of the line threads have less of it, right of it more. Dots of two "
                   "machines that lie together say that the machines agree.",
        .write = write_ratios,
    },
    {
        .name = "machines-memory",
        .title = "Memory of one more waiter, by machine",
        .alt = "A dot chart: for each program and condition the bytes per waiter, one dot for "
               "each machine.",
        .caption = "All memory that one more waiter costs; bars are 95 % intervals.",
        .write = write_memory,
    },
    {
        .name = "machines-latency",
        .title = "Latency, by machine",
        .alt = "A dot chart on a log scale of time: percentiles of latency of each program at the "
               "lowest and the highest load, one dot for each machine.",
        .caption = "Loads in % are shares of what the slower program of each machine can serve, so "
                   "that the rates differ between machines; loads in /s are the same rate on all.",
        .write = write_latency,
    },
    {.name = NULL},
};
