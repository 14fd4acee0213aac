/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/machine_rows.h"

#include "analysis/words/arm.h"
#include "analysis/words/load_kind.h"
#include "analysis/words/workload.h"
#include "base/text.h"
#include "report/charts/run_files.h"
#include "run/experiment.h"
#include "run/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool machine_row_is(const struct csv_table *table, size_t row, const char *column, const char *text)
{
    return strcmp(run_cell(table, row, column), text) == 0;
}

void machine_row_text(const struct csv_table *table, size_t row, const char *key, char *value,
                      size_t size)
{
    const char *at = text_parameter(run_cell(table, row, "parameters"), key);
    snprintf(value, size, "%.*s", (int)strcspn(at, " "), at);
}

double machine_row_parameter(const struct csv_table *table, size_t row, const char *key)
{
    char value[32];
    machine_row_text(table, row, key, value, sizeof value);
    return strtod(value, NULL);
}

/* Appends " · BEFORE TEXT AFTER" to the label, or starts it. */
static void add(char *label, const char *before, const char *text, const char *after)
{
    size_t used = strlen(label);
    snprintf(label + used, MACHINE_LABEL_BYTES - used, "%s%s%.64s%s", used > 0 ? " · " : "", before,
             text, after);
}

bool machine_rows_differ(const struct csv_table *table)
{
    const char *plain = scenario_plain_server()->name;
    for (size_t row = 0; row < csv_row_count(table); row++)
        if (!machine_row_is(table, row, "experiment", experiment_list[EXPERIMENT_FLOW].name) &&
            !machine_row_is(table, row, "scenario", plain) &&
            !machine_row_is(table, row, "scenario", ""))
            return true;
    return false;
}

static void add_way(const struct csv_table *table, size_t row, const char *column, char *label)
{
    char way[ARM_WORDS_SIZE];
    arm_way_of_name(run_cell(table, row, column), way, sizeof way);
    if (*way)
        add(label, "", way, "");
}

/* A program of ours is called after its scenario, which the plain server's need not be. */
static void add_arm(const struct csv_table *table, size_t row, char *label)
{
    char program[MACHINE_LABEL_BYTES];
    const char *arm = run_cell(table, row, "arm");
    const char *scenario = run_cell(table, row, "scenario");
    const char *plain = scenario_plain_server()->name;
    size_t length = strlen(plain);
    bool loops = machine_row_parameter(table, row, "loops") > 0;
    if (!machine_rows_differ(table))
        arm += strncmp(arm, plain, length) == 0 && arm[length] == '-' ? length + 1 : 0;
    else if (strncmp(arm, scenario, strlen(scenario)) != 0)
        add(label, "", scenario, "");
    snprintf(program, sizeof program, "%.*s", (int)strcspn(arm, ":"), arm);
    add(label, "", program, loops ? "s" : "");
    add_way(table, row, "arm", label);
}

/* "· web with SQLite · pool 4" of a ratio. */
static void add_workload(const struct csv_table *table, size_t row, char *label)
{
    char store[32];
    char words[2 * WORKLOAD_NAME_SIZE];
    machine_row_text(table, row, "store", store, sizeof store);
    const struct workload workload = {run_cell(table, row, "scenario"), store};
    workload_words(&workload, words, sizeof words);
    add(label, "", words, "");
    add_way(table, row, "against", label);
}

static void add_memory(const struct csv_table *table, size_t row, char *label)
{
    char text[32];
    double stack = machine_row_parameter(table, row, "stack_bytes");
    bool works = machine_row_parameter(table, row, "work_stack_bytes") > 0;
    snprintf(text, sizeof text, "%g", stack / 1024);
    if (stack > 0)
        add(label, "", text, " KiB stack");
    bool warm = machine_row_parameter(table, row, "warm") > 0;
    add(label, "", !warm ? "cold" : works ? "after work" : "warm", "");
}

static const char *metric_words(const struct csv_table *table, size_t row)
{
    static const char *const words[][2] = {
        {"p50", "median latency"},
        {"p99", "99th percentile latency"},
        {"p999", "99.9th percentile latency"},
        {"user", "memory: user"},
        {"total", "memory: all"},
        {"achieved", "requests/s"},
    };
    const char *metric = run_cell(table, row, "metric");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i][0], metric) == 0)
            return words[i][1];
    return metric;
}

/* "· 16 KiB payload": nothing of the usual echo. */
static void add_work(const struct csv_table *table, size_t row, char *label)
{
    char text[LOAD_KIND_LABEL_BYTES];
    struct load_kind kind;
    for (size_t i = 0; i < LOAD_KIND_COLUMNS; i++)
        kind.values[i] = machine_row_parameter(table, row, load_kind_columns[i]);
    for (size_t i = 0; i < LOAD_KIND_OPTION_COLUMNS; i++)
        kind.values[LOAD_KIND_COLUMNS + i] =
            machine_row_parameter(table, row, load_kind_option_columns[i]);
    machine_row_text(table, row, "store", text, sizeof text);
    kind.has_store = *text;
    if (*text && machine_row_is(table, row, "against", ""))
        add(label, "", workload_store_words(text), "");
    load_kind_label(&kind, text);
    if (!load_kind_is_light(&kind))
        add(label, "", text, "");
}

void machine_row_label(const struct csv_table *table, size_t row, char *label)
{
    char text[32];
    bool is_ratio = !machine_row_is(table, row, "against", "");
    bool is_memory = machine_row_is(table, row, "experiment", "memory");
    label[0] = '\0';
    if (is_ratio && machine_rows_differ(table))
        add_workload(table, row, label);
    if (is_ratio || !is_memory)
        add(label, "", metric_words(table, row), "");
    if (!is_ratio)
        add_arm(table, row, label);
    if (is_memory)
        add_memory(table, row, label);
    if (machine_row_is(table, row, "experiment", "throughput") ||
        machine_row_is(table, row, "experiment", "latency"))
        add_work(table, row, label);
    machine_row_text(table, row, "active", text, sizeof text);
    if (*text)
        add(label, "", text, " active");
    machine_row_text(table, row, "load", text, sizeof text);
    if (*text)
        add(label, "load ", text, "");
    for (char *at = label; *at; at++)
        if (*at == ',' || *at == '"' || (unsigned char)*at < ' ')
            *at = ' ';
}
