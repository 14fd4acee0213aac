/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/recorded_run.h"

#include "run/machine_json.h"
#include "run/no_run.h"
#include "run/packed/packed_run.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ": latency-spectrum.csv" and the like. */
#define PACKED_NAME_SIZE 64

/* The columns that are no numbers, of all that we write. */
static const char *const text_columns[] = {
    "scenario",    "model",      "allocator",  "subject",    "note",    "arrivals", "server_cpus",
    "client_cpus", "idle_wait",  "protocol",   "rate_basis", "metric",  "unit",     "kernel_source",
    "store",       "store_call", "block_call", "store_cpus", "runtime", "pair",
};

static bool is_in(const char *const *columns, size_t count, const char *column)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(columns[i], column) == 0)
            return true;
    return false;
}

static bool is_ours(const struct experiment *experiment, const char *column)
{
    const char *columns[EXPERIMENT_COLUMNS_MAX];
    if (is_in(columns, experiment_columns(experiment, columns), column))
        return true;
    for (const char *const *extra = experiment->extra_columns; extra && *extra; extra++)
        if (strcmp(*extra, column) == 0)
            return true;
    return false;
}

bool recorded_run_is_number(const char *column)
{
    if (is_in(text_columns, sizeof text_columns / sizeof *text_columns, column))
        return false;
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++)
        if (is_ours(&experiment_list[i], column))
            return true;
    return false;
}

static int check_column(const struct csv_table *table, int column, struct error *error)
{
    double unused;
    for (size_t row = 0; row < csv_row_count(table); row++) {
        int result = csv_number(table, row, column, &unused, error);
        if (result < 0)
            return result;
    }
    return 0;
}

static int check_numbers(const struct csv_table *table, struct error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < csv_column_count(table); i++)
        if (recorded_run_is_number(csv_column_name(table, i)))
            result = check_column(table, (int)i, error);
    return result;
}

static int compare_cells(const struct csv_table *table, size_t a, size_t b)
{
    int order = 0;
    for (size_t i = 0; order == 0 && i < csv_column_count(table); i++)
        order = strcmp(csv_cell(table, a, (int)i), csv_cell(table, b, (int)i));
    return order;
}

static int compare_rows(const void *left, const void *right, void *table)
{
    size_t a = *(const size_t *)left;
    size_t b = *(const size_t *)right;
    int order = compare_cells(table, a, b);
    return order != 0 ? order : (a > b) - (a < b);
}

/* No two trials are alike to the last digit and process: a row that stands there twice would count
 * as two blocks. */
static int check_repeats(struct csv_table *table, const char *file, struct error *error)
{
    size_t count = csv_row_count(table);
    size_t *rows = malloc((count + 1) * sizeof *rows);
    int result = 0;
    if (!rows)
        return error_set(error, -ENOMEM, "%s: out of memory", file);
    for (size_t i = 0; i < count; i++)
        rows[i] = i;
    qsort_r(rows, count, sizeof *rows, compare_rows, table);
    for (size_t i = 1; result == 0 && i < count; i++)
        if (compare_cells(table, rows[i - 1], rows[i]) == 0)
            result = error_set(error, -EBADMSG, "%s:%zu: the same trial as on line %zu", file,
                               csv_line(table, rows[i]), csv_line(table, rows[i - 1]));
    free(rows);
    return result;
}

static bool has_trials(const struct csv_table *table)
{
    return csv_column(table, "block") >= 0 && csv_column(table, "pid") >= 0;
}

static int join_path(char *path, const char *folder, const char *name, struct error *error)
{
    if (snprintf(path, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
        return error_set(error, -ENAMETOOLONG, "%.300s...: the path is too long", folder);
    return 0;
}

static int read_table(struct csv_table **table, const char *folder, const char *name,
                      struct error *error)
{
    char path[PATH_MAX];
    int result = join_path(path, folder, name, error);
    return result < 0 ? result : csv_read(table, path, error);
}

/* As folders say it, of what came as one file: "report.html: memory.csv:3: ...". */
static const struct packed_file *find_packed(const struct packed_files *packed, const char *source,
                                             const char *file, char *name, struct error *error)
{
    const struct packed_file *found = packed_files_find(packed, file);
    snprintf(name, PATH_MAX + PACKED_NAME_SIZE, "%s: %s", source, file);
    if (!found)
        error_set(error, -ENOENT, "%s has no %s", source, file);
    return found;
}

static int read_packed_table(struct csv_table **table, const struct packed_files *packed,
                             const char *source, const char *file, struct error *error)
{
    char name[PATH_MAX + PACKED_NAME_SIZE];
    const struct packed_file *found = find_packed(packed, source, file, name, error);
    return found ? csv_parse(table, found->bytes, found->length, name, error) : -ENOENT;
}

/* From `packed`, or from the folder where that is NULL. */
static void read_file(struct recorded_run *run, const struct packed_files *packed, const char *name)
{
    struct recorded_file *file = &run->files[run->file_count++];
    file->name = name;
    file->failure = packed
                        ? read_packed_table(&file->table, packed, run->folder, name, &file->error)
                        : read_table(&file->table, run->folder, name, &file->error);
    if (file->failure == 0)
        file->failure = check_numbers(file->table, &file->error);
    if (file->failure == 0 && has_trials(file->table))
        file->failure = check_repeats(file->table, name, &file->error);
    if (file->failure < 0) {
        csv_table_destroy(file->table);
        file->table = NULL;
    }
}

static int read_machine(struct recorded_run *run, const struct packed_files *packed)
{
    char name[PATH_MAX + PACKED_NAME_SIZE];
    struct error *error = &run->machine_error;
    const struct packed_file *found;
    if (!packed) {
        int result = join_path(name, run->folder, "machine.json", error);
        return result < 0 ? result : machine_read(&run->machine, name, error);
    }
    found = find_packed(packed, run->folder, "machine.json", name, error);
    return found ? machine_parse(&run->machine, found->bytes, found->length, name, error) : -ENOENT;
}

static void read_files(struct recorded_run *run, const struct packed_files *packed)
{
    run->machine_failure = read_machine(run, packed);
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++) {
        read_file(run, packed, experiment_list[i].file);
        if (experiment_list[i].extra_file)
            read_file(run, packed, experiment_list[i].extra_file);
    }
}

int recorded_run_read(struct recorded_run *run, const char *given, struct error *error)
{
    char path[PATH_MAX];
    struct packed_files packed = {.count = 0};
    *run = (struct recorded_run){.is_folder = !packed_run_is(given)};
    int result = join_path(path, given, "machine.json", error);
    if (result == 0 && !run->is_folder)
        result = packed_run_read(&packed, given, error);
    if (result < 0)
        return result;
    snprintf(run->folder, sizeof run->folder, "%s", given);
    read_files(run, run->is_folder ? NULL : &packed);
    packed_files_finish(&packed);
    return 0;
}

static bool is_there(int failure)
{
    return failure != -ENOENT && failure != -ENOTDIR && failure != -EACCES;
}

/* charts/ has files of the same names. Whoever followed plots/latest is there. */
static bool is_part_of_run(const struct recorded_run *run)
{
    char above[PATH_MAX];
    return run->is_folder && !is_there(run->machine_failure) &&
           snprintf(above, sizeof above, "%s/../machine.json", run->folder) < (int)sizeof above &&
           access(above, F_OK) == 0;
}

int recorded_run_check(const struct recorded_run *run, struct error *error)
{
    if (is_part_of_run(run))
        return error_set(error, -ENODATA, "%s is a part of a run: give the folder above it",
                         run->folder);
    bool is_run = is_there(run->machine_failure);
    for (size_t i = 0; i < run->file_count; i++)
        is_run |= is_there(run->files[i].failure);
    if (is_run)
        return 0;
    return no_run(run->folder, error);
}

int recorded_run_table(const struct recorded_run *run, const char *file,
                       const struct csv_table **table, struct error *error)
{
    *table = NULL;
    for (size_t i = 0; i < run->file_count; i++) {
        const struct recorded_file *one = &run->files[i];
        if (strcmp(one->name, file) != 0)
            continue;
        if (one->failure < 0 && one->failure != -ENOENT)
            return error_set(error, one->failure, "%s", one->error.text);
        *table = one->table;
        break;
    }
    return *table != NULL;
}

int recorded_run_need(const struct recorded_run *run, const char *file,
                      const struct csv_table **table, struct error *error)
{
    int result = recorded_run_table(run, file, table, error);
    if (result == 0)
        return error_set(error, -ENODATA, "the run has no %s", file);
    return result < 0 ? result : 0;
}

int recorded_run_need_machine(const struct recorded_run *run, struct error *error)
{
    if (run->machine)
        return 0;
    return error_set(error, run->machine_failure, "%s", run->machine_error.text);
}

uint64_t recorded_run_seed(const struct recorded_run *run)
{
    return (uint64_t)json_integer_value(machine_find(run->machine, "seed"));
}

int64_t recorded_run_looks(const struct recorded_run *run)
{
    int64_t looks = json_integer_value(machine_find(run->machine, "plan.looks"));
    return looks > 1 ? looks : 1;
}

double recorded_run_floor_ns(const struct recorded_run *run)
{
    const json_t *floor = machine_find(run->machine, "calibration.round_trip_p50_ns");
    return json_is_number(floor) ? json_number_value(floor) : NAN;
}

void recorded_run_finish(struct recorded_run *run)
{
    for (size_t i = 0; i < run->file_count; i++)
        csv_table_destroy(run->files[i].table);
    json_decref(run->machine);
    run->file_count = 0;
    run->machine = NULL;
}
