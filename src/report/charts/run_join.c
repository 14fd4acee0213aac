/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/run_join.h"

#include "base/alloc.h"
#include "report/charts/run_files.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

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
    return CSV_NO_ROW;
}

int run_join(struct csv_table **joined, const struct csv_table *rows,
             const struct csv_table *trials, struct error *error)
{
    size_t *matches = alloc_array(csv_row_count(rows), sizeof *matches);
    size_t trial = 0;
    for (size_t row = 0; row < csv_row_count(rows); row++) {
        matches[row] = find_trial(rows, row, trials, trial);
        trial = matches[row] == CSV_NO_ROW ? trial : matches[row];
    }
    int result = csv_join(joined, rows, trials, matches, error);
    free(matches);
    return result;
}
