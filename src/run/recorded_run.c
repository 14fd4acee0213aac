/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/recorded_run.h"

#include "run/machine_json.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* The columns that are no numbers, of all that we write. */
static const char *const text_columns[] = {
    "scenario",    "model",         "allocator", "subject",    "note",       "arrivals",
    "server_cpus", "client_cpus",   "idle_wait", "protocol",   "rate_basis", "metric",
    "unit",        "kernel_source", "store",     "store_call", "block_call", "store_cpus",
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

static int join_path(char *path, const char *folder, const char *name, struct error *error)
{
    if (snprintf(path, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
        return error_set(error, -ENAMETOOLONG, "%.300s...: the path is too long", folder);
    return 0;
}

static void read_file(struct recorded_run *run, const char *name)
{
    char path[PATH_MAX];
    struct recorded_file *file = &run->files[run->file_count++];
    file->name = name;
    file->failure = join_path(path, run->folder, name, &file->error);
    if (file->failure == 0)
        file->failure = csv_read(&file->table, path, &file->error);
    if (file->failure == 0)
        file->failure = check_numbers(file->table, &file->error);
    if (file->failure < 0) {
        csv_table_destroy(file->table);
        file->table = NULL;
    }
}

int recorded_run_read(struct recorded_run *run, const char *folder, struct error *error)
{
    char path[PATH_MAX];
    *run = (struct recorded_run){.file_count = 0};
    int result = join_path(path, folder, "machine.json", error);
    if (result < 0)
        return result;
    snprintf(run->folder, sizeof run->folder, "%s", folder);
    run->machine_failure = machine_read(&run->machine, path, &run->machine_error);
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++) {
        read_file(run, experiment_list[i].file);
        if (experiment_list[i].extra_file)
            read_file(run, experiment_list[i].extra_file);
    }
    return 0;
}

static bool is_there(int failure)
{
    return failure != -ENOENT && failure != -ENOTDIR && failure != -EACCES;
}

int recorded_run_check(const struct recorded_run *run, struct error *error)
{
    bool is_run = is_there(run->machine_failure);
    for (size_t i = 0; i < run->file_count; i++)
        is_run |= is_there(run->files[i].failure);
    if (is_run)
        return 0;
    return error_set(error, -ENODATA,
                     "%s is no run: it has neither machine.json nor a file of trials", run->folder);
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
