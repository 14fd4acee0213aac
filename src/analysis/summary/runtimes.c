/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/summary/runtimes.h"

#include "analysis/summary/runtime_trials.h"
#include "analysis/words/workload.h"
#include "base/alloc.h"
#include "run/experiment.h"
#include "run/model.h"
#include "run/scenario.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const no_text = "";

static double number(const struct csv_table *table, size_t row, const char *column)
{
    return strtod(csv_cell(table, row, csv_column(table, column)), NULL);
}

static const char *cell(const struct csv_table *table, size_t row, const char *column)
{
    return csv_cell(table, row, csv_column(table, column));
}

static bool is_ours(const struct csv_table *table, size_t row)
{
    return experiment_arm_is_ours(scenario_plain_server()->name, cell(table, row, "subject"),
                                  cell(table, row, "model"));
}

bool runtime_arm_has(const struct runtime_arm *arm, const struct csv_table *table, size_t row)
{
    return strcmp(arm->subject, cell(table, row, "subject")) == 0 &&
           (!arm->is_ours || strcmp(arm->model, cell(table, row, "model")) == 0);
}

/* Ours have an allocator and a stack of choice: one of each program stands for the others. */
static bool is_usual(const struct csv_table *table, size_t row, bool has_jemalloc)
{
    if (!is_ours(table, row))
        return true;
    bool is_control = model_is(cell(table, row, "model"), MODEL_SOCKETS);
    bool is_libc = strcmp(cell(table, row, "allocator"), "libc") == 0;
    return !is_control && !(has_jemalloc && is_libc) && !(number(table, row, "stack_bytes") > 0);
}

static bool has_jemalloc(const struct csv_table *table)
{
    for (size_t row = 0; row < csv_row_count(table); row++)
        if (strcmp(cell(table, row, "allocator"), "jemalloc") == 0)
            return true;
    return false;
}

/* "echo-loops" of the program that is called echo-loop, too. */
static char *name_arm(const struct csv_table *table, size_t row, bool ours)
{
    char name[128];
    if (!ours)
        return alloc_text(cell(table, row, "subject"));
    snprintf(name, sizeof name, "%.60s-%.60s", scenario_plain_server()->name,
             cell(table, row, "model"));
    return alloc_text(name);
}

static struct runtime_arm *find_arm(struct runtime_figures *runtimes, const struct csv_table *table,
                                    size_t row)
{
    for (size_t i = 0; i < runtimes->count; i++)
        if (runtime_arm_has(&runtimes->arms[i], table, row))
            return &runtimes->arms[i];
    return NULL;
}

static const struct estimate none = {NAN, {NAN, NAN}, 0};

static struct runtime_arm *add_arm(struct runtime_figures *runtimes, size_t *capacity,
                                   const struct csv_table *table, size_t row)
{
    bool ours = is_ours(table, row);
    runtimes->arms = alloc_grow(runtimes->arms, runtimes->count, capacity, sizeof *runtimes->arms);
    struct runtime_arm *arm = &runtimes->arms[runtimes->count++];
    *arm = (struct runtime_arm){
        .name = name_arm(table, row, ours),
        .subject = cell(table, row, "subject"),
        .model = cell(table, row, "model"),
        .runtime = no_text,
        .about = no_text,
        .version = no_text,
        .is_ours = ours,
        .spawn_ns = none,
        .per_second = {none, none},
        .cpu_seconds = {none, none},
        .p50_ns = none,
        .p99_ns = none,
    };
    for (int component = 0; component < COMPONENT_COUNT; component++)
        arm->bytes[component] = none;
    runtimes->foreign_count += !ours;
    return arm;
}

/* What its rows say of it: those of failed trials say less. */
static void describe_arm(struct runtime_arm *arm, const struct csv_table *table, size_t row)
{
    if (!*arm->model)
        arm->model = cell(table, row, "model");
    if (!*arm->runtime)
        arm->runtime = cell(table, row, "runtime");
    arm->failed_trials += strcmp(cell(table, row, "valid"), "0") == 0;
}

/* Whether the row is of an arm that is shown: of the plain server, and no second half of an A/A
 * run's. */
static bool *find_usual(const struct csv_table *table)
{
    const struct workload plain = workload_plain();
    bool jemalloc = has_jemalloc(table);
    bool *kept = alloc_array(csv_row_count(table), sizeof *kept);
    for (size_t row = 0; row < csv_row_count(table); row++) {
        const char *subject = cell(table, row, "subject");
        kept[row] = workload_has(&plain, table, row) &&
                    subject[experiment_arm_length(subject)] == '\0' &&
                    is_usual(table, row, jemalloc);
    }
    return kept;
}

static void add_arms(struct runtime_figures *runtimes, size_t *capacity,
                     const struct runtime_trials *file)
{
    for (size_t row = 0; row < csv_row_count(file->table); row++) {
        if (!file->usual[row])
            continue;
        struct runtime_arm *arm = find_arm(runtimes, file->table, row);
        if (!arm)
            arm = add_arm(runtimes, capacity, file->table, row);
        describe_arm(arm, file->table, row);
    }
}

/* jansson's getters take NULL and the wrong type for "not there". */
static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : no_text;
}

static void describe_by_machine(struct runtime_figures *runtimes, const json_t *machine)
{
    const json_t *known = json_object_get(machine, "runtimes");
    for (size_t i = 0; i < runtimes->count; i++) {
        struct runtime_arm *arm = &runtimes->arms[i];
        const json_t *entry = arm->is_ours ? NULL : json_object_get(known, arm->subject);
        arm->about = text_of(entry, "about");
        arm->version = text_of(entry, "version");
    }
}

/* Whether the arm's waiters hold and do nothing. */
static bool is_bare(const struct csv_table *table, size_t row)
{
    return !(number(table, row, "hold_bytes") > 0) &&
           !(number(table, row, "work_stack_bytes") > 0) &&
           !(number(table, row, "work_heap_bytes") > 0);
}

static void take_bill(struct runtime_figures *runtimes, const struct runtime_trials *file,
                      const struct bill_arm *bill)
{
    const struct csv_table *table = file->table;
    size_t row = bill->trials.first;
    const struct workload plain = workload_plain();
    if (!is_bare(table, row) || (number(table, row, "warm") > 0) != runtimes->is_warm)
        return;
    if (is_ours(table, row) && model_is(cell(table, row, "model"), MODEL_SOCKETS) &&
        workload_has(&plain, table, row))
        runtimes->connection_bytes = bill->components[COMPONENT_TOTAL].slope.value;
    struct runtime_arm *arm = file->usual[row] ? find_arm(runtimes, table, row) : NULL;
    for (int component = 0; arm && component < COMPONENT_COUNT; component++)
        if (isnan(arm->bytes[component].value))
            arm->bytes[component] = bill->components[component].slope;
}

/* Waiters that never spoke, unless there are none. */
static void find_warmth(struct runtime_figures *runtimes, const struct runtime_trials *file)
{
    bool any = false;
    runtimes->is_warm = true;
    for (size_t row = 0; row < csv_row_count(file->table); row++)
        if (file->usual[row] && is_bare(file->table, row)) {
            any = true;
            runtimes->is_warm &= number(file->table, row, "warm") > 0;
        }
    runtimes->is_warm &= any;
}

static int read_memory(struct runtime_figures *runtimes, const struct runtime_trials *file,
                       const struct bill *bill, struct error *error)
{
    if (!file->table)
        return 0;
    find_warmth(runtimes, file);
    for (size_t i = 0; i < bill->count; i++)
        take_bill(runtimes, file, &bill->bills[i]);
    for (size_t row = 0; row < csv_row_count(file->table); row++)
        file->usual[row] &= is_bare(file->table, row) &&
                            (number(file->table, row, "warm") > 0) == runtimes->is_warm;
    return runtime_figures_read_spawn(runtimes, file, error);
}

/* The least first; those of which there is none behind. */
static int compare_arms(const void *a, const void *b)
{
    const struct runtime_arm *first = a;
    const struct runtime_arm *second = b;
    double x = first->bytes[COMPONENT_TOTAL].value;
    double y = second->bytes[COMPONENT_TOTAL].value;
    if (isnan(x) != isnan(y))
        return isnan(x) ? 1 : -1;
    if (x < y || x > y)
        return x < y ? -1 : 1;
    return strcmp(first->name, second->name);
}

/* The files of trials in which programs take part as servers. */
static const int file_experiments[] = {EXPERIMENT_MEMORY, EXPERIMENT_THROUGHPUT,
                                       EXPERIMENT_LATENCY};
#define FILES (sizeof file_experiments / sizeof *file_experiments)

static int read_files(struct runtime_figures *runtimes, const struct recorded_run *run,
                      const struct bill *bill, struct runtime_trials files[FILES],
                      struct error *error)
{
    size_t capacity = 0;
    for (size_t i = 0; i < FILES; i++) {
        const char *name = experiment_list[file_experiments[i]].file;
        if (recorded_run_table(run, name, &files[i].table, NULL) != 1)
            continue;
        files[i].usual = find_usual(files[i].table);
        add_arms(runtimes, &capacity, &files[i]);
    }
    if (!runtime_figures_are_many(runtimes))
        return 0;
    describe_by_machine(runtimes, run->machine);
    int result = read_memory(runtimes, &files[0], bill, error);
    if (result == 0)
        result = runtime_figures_read_throughput(runtimes, &files[1], error);
    if (result == 0)
        result = runtime_figures_read_latency(runtimes, &files[2], error);
    qsort(runtimes->arms, runtimes->count, sizeof *runtimes->arms, compare_arms);
    return result;
}

int runtime_figures_read(struct runtime_figures *runtimes, const struct recorded_run *run,
                         const struct bill *bill, struct error *error)
{
    struct runtime_trials files[FILES] = {{NULL, NULL}};
    struct runtime_figures read = {
        .connection_bytes = NAN,
        .spawn_waiters = NAN,
        .active = {NAN, NAN},
        .latency_active = NAN,
        .offered_per_second = NAN,
    };
    int result = read_files(&read, run, bill, files, error);
    for (size_t i = 0; i < FILES; i++)
        free(files[i].usual);
    if (result < 0)
        runtime_figures_finish(&read);
    else
        *runtimes = read;
    return result;
}

bool runtime_figures_are_many(const struct runtime_figures *runtimes)
{
    return runtimes->foreign_count >= RUNTIMES_MIN;
}

void runtime_figures_finish(struct runtime_figures *runtimes)
{
    for (size_t i = 0; i < runtimes->count; i++)
        free(runtimes->arms[i].name);
    free(runtimes->arms);
    *runtimes = (struct runtime_figures){0};
}
