/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/trial_charts.h"

#include "report/charts/arm_rows.h"
#include "report/charts/run_files.h"

#include <stdlib.h>
#include <string.h>

/* Not measured counts as 0 here; a cell that is no number is found when its figure is read. */
static double number(const struct csv_table *trials, size_t row, const char *column)
{
    return strtod(run_cell(trials, row, column), NULL);
}

/* One line per model and stack size reads well, twenty do not: waiters that never spoke, with
 * jemalloc, or with libc's malloc where it is the only one. The bill has all the others. */
static void select_growth(const struct csv_table *trials, bool *kept)
{
    size_t rows = csv_row_count(trials);
    bool has_jemalloc = false;
    for (size_t row = 0; row < rows; row++)
        has_jemalloc |= kept[row] && strcmp(run_cell(trials, row, "allocator"), "jemalloc") == 0;
    for (size_t row = 0; row < rows; row++) {
        bool libc = strcmp(run_cell(trials, row, "allocator"), "libc") == 0;
        if ((has_jemalloc && libc && arm_is_ours(trials, row)) || number(trials, row, "warm") > 0 ||
            number(trials, row, "hold_bytes") > 0)
            kept[row] = false;
    }
}

static const char *const waiter_keys[] = {"waiters_requested", NULL};
static const struct chart_value growth_values[] = {
    {"total_bytes", NULL, "total", "bytes"},
    {"rss_bytes", NULL, "resident",
     "bytes"}, /* not drawn: the total counts by shares, as user does */
    {"user_bytes", NULL, "user", "bytes"},
    {NULL, NULL, NULL, NULL},
};

const struct line_chart chart_memory_growth = {
    .name = "memory-growth",
    .source = "memory.csv",
    .arm_columns = arm_columns,
    .point_keys = waiter_keys,
    .values = growth_values,
    .select = select_growth,
};
