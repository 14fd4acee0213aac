/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/run_files.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int run_read_csv(struct csv_table **table, const char *run_dir, const char *name,
                 struct error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", run_dir, name);
    int result = csv_read(table, path, error);
    if (result == -ENOENT)
        return error_set(error, -ENODATA, "the run has no %s", name);
    return result;
}

const char *run_cell(const struct csv_table *table, size_t row, const char *column)
{
    return csv_cell(table, row, csv_column(table, column));
}

int run_compare_cells(const char *a, const char *b)
{
    char *end_a;
    char *end_b;
    double x = strtod(a, &end_a);
    double y = strtod(b, &end_b);
    if (*a == '\0' || *b == '\0' || *end_a != '\0' || *end_b != '\0')
        return strcmp(a, b);
    return (x > y) - (x < y);
}

json_t *run_read_machine(const char *run_dir, struct error *error)
{
    char path[PATH_MAX];
    json_error_t reason;
    snprintf(path, sizeof path, "%s/machine.json", run_dir);
    json_t *machine = json_load_file(path, JSON_REJECT_DUPLICATES, &reason);
    if (machine && !json_is_object(machine)) {
        json_decref(machine);
        machine = NULL;
        error_set(error, -EBADMSG, "%s: not an object", path);
    } else if (!machine) {
        error_set(error, -EBADMSG, "%s:%d: %s", path, reason.line, reason.text);
    }
    return machine;
}

double run_floor_ns(const char *run_dir)
{
    json_t *machine = run_read_machine(run_dir, NULL);
    json_t *calibration = json_object_get(machine, "calibration");
    json_t *floor = json_object_get(calibration, "ping_pong_p50_ns");
    double value = json_is_number(floor) ? json_number_value(floor) : NAN;
    json_decref(machine);
    return value;
}

int run_create_chart_csv(struct csv_writer **writer, const char *run_dir, const char *name,
                         const char *const *columns, size_t column_count, struct error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/charts", run_dir);
    if (mkdir(path, 0777) < 0 && errno != EEXIST)
        return error_set(error, -errno, "cannot make %s: %s", path, strerror(errno));
    snprintf(path, sizeof path, "%s/charts/%s.csv", run_dir, name);
    if (unlink(path) < 0 && errno != ENOENT)
        return error_set(error, -errno, "cannot replace %s: %s", path, strerror(errno));
    return csv_create(writer, path, columns, column_count, error);
}
