/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/machine_selection.h"

#include "report/charts/machine_rows.h"
#include "report/charts/run_files.h"
#include "run/model.h"
#include "run/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of another workload than the plain server's one number of connections stands for all. */
#define USUAL_ACTIVE 100

static bool is_percentile(const struct csv_table *table, size_t row)
{
    return machine_row_is(table, row, "metric", "p50") ||
           machine_row_is(table, row, "metric", "p99") ||
           machine_row_is(table, row, "metric", "p999");
}

/* Nothing of a server's own options: a store that takes its time, calls that block. */
static bool has_usual_options(const struct csv_table *table, size_t row)
{
    return !(machine_row_parameter(table, row, "store_delay_us") > 0) &&
           !(machine_row_parameter(table, row, "block_every") > 0);
}

/* Busy connections without work, both programs offered the same rate. */
static bool is_told_latency(const struct csv_table *table, size_t row)
{
    char basis[32];
    machine_row_text(table, row, "rate_basis", basis, sizeof basis);
    return machine_row_is(table, row, "experiment", "latency") && is_percentile(table, row) &&
           basis[0] == '\0' && !(machine_row_parameter(table, row, "idle") > 0) &&
           !(machine_row_parameter(table, row, "work_cpu_us") > 0) && has_usual_options(table, row);
}

bool machine_shows_memory(const struct csv_table *table, size_t row)
{
    return machine_row_is(table, row, "experiment", "memory") &&
           machine_row_is(table, row, "metric", "total") &&
           machine_row_is(table, row, "against", "");
}

bool machine_shows_latency(const struct csv_table *table, size_t row)
{
    return is_told_latency(table, row) && machine_row_is(table, row, "against", "");
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

static bool is_told_throughput(const struct csv_table *table, size_t row)
{
    bool plain = machine_row_is(table, row, "scenario", scenario_plain_server()->name) ||
                 machine_row_is(table, row, "scenario", "");
    return machine_row_is(table, row, "experiment", "throughput") &&
           machine_row_is(table, row, "metric", "achieved") &&
           (plain || (int)machine_row_parameter(table, row, "active") == USUAL_ACTIVE);
}

/* What travels best between machines: threads against loop inside each of them. */
bool machine_shows_ratio(const struct csv_table *table, size_t row)
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
    return memory || is_told_throughput(table, row) || is_told_latency(table, row);
}

bool machine_shows_throughput(const struct csv_table *table, size_t row)
{
    return is_told_throughput(table, row) && machine_row_is(table, row, "against", "") &&
           !(machine_row_parameter(table, row, "work_cpu_us") > 0) && has_usual_options(table, row);
}

static int place_of_percentile(const struct csv_table *table, size_t row)
{
    return machine_row_is(table, row, "metric", "p99")   ? 0
           : machine_row_is(table, row, "metric", "p50") ? 2
                                                         : 3;
}

/* "90%" or "200/s"; of older runs, which only say which of their rates it was, "4/4". First where a
 * server is nearly full, then half full, nearly idle, and what lies between. */
static int place_of_load(const char *load)
{
    char *end;
    double number = strtod(load, &end);
    double last = *end == '/' ? strtod(end + 1, NULL) : 0;
    if (last > 0)
        number *= 100 / last;
    return number >= 80 ? 0 : number <= 25 ? 2 : number >= 50 ? 1 : 3;
}

/* The plain echo before other work. */
int machine_place_of_latency(const struct csv_table *table, size_t row)
{
    char load[32];
    machine_row_text(table, row, "load", load, sizeof load);
    bool other = machine_row_parameter(table, row, "work_slow_every") > 0 ||
                 machine_row_parameter(table, row, "work_cache_bytes") > 0 ||
                 machine_row_parameter(table, row, "requests_per_connection") > 0 ||
                 machine_row_parameter(table, row, "active") > USUAL_ACTIVE;
    return place_of_percentile(table, row) + place_of_load(load) + (other ? 10 : 0);
}

int machine_place_of_throughput(const struct csv_table *table, size_t row)
{
    bool usual = (int)machine_row_parameter(table, row, "active") == USUAL_ACTIVE;
    return (usual ? 0 : 1) + (machine_row_parameter(table, row, "payload_bytes") > 64 ? 10 : 0);
}

/* The usual stack, before anything was asked, first. */
int machine_place_of_memory(const struct csv_table *table, size_t row)
{
    return (machine_row_parameter(table, row, "stack_bytes") > 0 ? 2 : 0) +
           (machine_row_parameter(table, row, "warm") > 0 ? 1 : 0) +
           (is_program(table, row, "arm", MODEL_THREADS) ||
                    is_program(table, row, "arm", MODEL_LOOP)
                ? 0
                : 5);
}

int machine_place_of_ratio(const struct csv_table *table, size_t row)
{
    if (machine_row_is(table, row, "experiment", "memory"))
        return machine_row_is(table, row, "metric", "total") ? 0 : 8;
    if (machine_row_is(table, row, "experiment", "throughput"))
        return 5 * machine_place_of_throughput(table, row);
    return 1 + machine_place_of_latency(table, row);
}
