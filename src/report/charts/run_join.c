/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/run_join.h"

#include "report/charts/run_files.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_TRIAL SIZE_MAX

static void write_cell(FILE *out, const char *cell)
{
    fputc('"', out);
    for (; *cell; cell++) {
        if (*cell == '"')
            fputc('"', out);
        fputc(*cell, out);
    }
    fputc('"', out);
}

static bool is_of(const struct csv_table *rows, size_t row, const struct csv_table *trials,
                  size_t trial)
{
    static const char *const keys[] = {"block", "order"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (csv_column(rows, keys[i]) < 0 ||
            strcmp(run_cell(rows, row, keys[i]), run_cell(trials, trial, keys[i])) != 0)
            return false;
    return true;
}

/* Rows of one trial follow each other, and trials come in the same order in both files: the search
 * begins where the last one ended. */
static size_t find_trial(const struct csv_table *rows, size_t row, const struct csv_table *trials,
                         size_t last)
{
    size_t count = csv_row_count(trials);
    for (size_t i = 0; i < count; i++)
        if (is_of(rows, row, trials, (last + i) % count))
            return (last + i) % count;
    return NO_TRIAL;
}

static void write_row(FILE *out, const struct csv_table *rows, size_t row,
                      const struct csv_table *trials, size_t trial)
{
    for (size_t i = 0; i < csv_column_count(rows); i++) {
        fputs(i > 0 ? "," : "", out);
        write_cell(out, csv_cell(rows, row, (int)i));
    }
    for (size_t i = 0; i < csv_column_count(trials); i++)
        if (csv_column(rows, csv_column_name(trials, i)) < 0) {
            fputc(',', out);
            write_cell(out, trial == NO_TRIAL ? "" : csv_cell(trials, trial, (int)i));
        }
    fputc('\n', out);
}

static void write_header(FILE *out, const struct csv_table *rows, const struct csv_table *trials)
{
    for (size_t i = 0; i < csv_column_count(rows); i++) {
        fputs(i > 0 ? "," : "", out);
        write_cell(out, csv_column_name(rows, i));
    }
    for (size_t i = 0; i < csv_column_count(trials); i++)
        if (csv_column(rows, csv_column_name(trials, i)) < 0) {
            fputc(',', out);
            write_cell(out, csv_column_name(trials, i));
        }
    fputc('\n', out);
}

int run_join(struct csv_table **joined, const struct csv_table *rows,
             const struct csv_table *trials, struct error *error)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return error_set(error, -ENOMEM, "out of memory joining a run's files");
    size_t trial = 0;
    write_header(out, rows, trials);
    for (size_t row = 0; row < csv_row_count(rows); row++) {
        size_t found = find_trial(rows, row, trials, trial);
        write_row(out, rows, row, trials, found);
        trial = found == NO_TRIAL ? trial : found;
    }
    if (fclose(out) != 0) {
        free(text);
        return error_set(error, -ENOMEM, "out of memory joining a run's files");
    }
    int result = csv_parse(joined, text, length, "the run's files", error);
    free(text);
    return result;
}
