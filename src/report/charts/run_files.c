/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/run_files.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int run_path(char *path, const char *dir, const char *name, const char *ending, struct error *error)
{
    if (snprintf(path, PATH_MAX, "%s/%s%s", dir, name, ending) >= PATH_MAX)
        return error_set(error, -ENAMETOOLONG, "%.300s...: the path is too long", dir);
    return 0;
}

int run_read_csv(struct csv_table **table, const char *run_dir, const char *name,
                 struct error *error)
{
    char path[PATH_MAX];
    int result = run_path(path, run_dir, name, "", error);
    if (result == 0)
        result = csv_read(table, path, error);
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

int run_create_chart_csv(struct csv_writer **writer, const char *run_dir, const char *name,
                         const char *const *columns, size_t column_count, struct error *error)
{
    char path[PATH_MAX];
    char dir[PATH_MAX];
    int result = run_path(dir, run_dir, "charts", "", error);
    if (result == 0)
        result = run_path(path, dir, name, ".csv", error);
    if (result < 0)
        return result;
    if (mkdir(dir, 0777) < 0 && errno != EEXIST)
        return error_set(error, -errno, "cannot make %s: %s", dir, strerror(errno));
    if (unlink(path) < 0 && errno != ENOENT)
        return error_set(error, -errno, "cannot replace %s: %s", path, strerror(errno));
    return csv_create(writer, path, columns, column_count, error);
}
