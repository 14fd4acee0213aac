/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which figures of compare.csv a chart of machines shows, and each figure's machines in its order.
 */
#ifndef WAITBENCH_REPORT_CHARTS_MACHINE_LINES_H
#define WAITBENCH_REPORT_CHARTS_MACHINE_LINES_H

#include "base/csv.h"

#include <stdbool.h>
#include <stddef.h>

#define MACHINE_LINES_MACHINES_MAX 16

/* Which rows of compare.csv a chart shows. */
struct machine_chart {
    const char *name;
    bool (*shows)(const struct csv_table *table, size_t row);
    /* How soon a reader asks for it: those of a high number are left out where there is no room. */
    int (*place)(const struct csv_table *table, size_t row);
    bool most_first; /* the highest figure stands on top */
    bool in_pairs;   /* lines come in pairs: threads and loop */
};

/* One figure: rows that differ in the machine only. */
struct machine_line {
    size_t rows[MACHINE_LINES_MACHINES_MAX]; /* in the figure's order, those without one last */
    size_t count;
};

struct machine_lines {
    struct machine_line *lines; /* in the file's order */
    size_t count;
};

/* Gathers the lines of a chart that more than one machine has (or all, where none has), as many as
 * can be read in one picture: fewer, the more machines there are. To be finished. */
void machine_lines_read(struct machine_lines *lines, const struct machine_chart *chart,
                        const struct csv_table *table);

/* The figure, or NAN. */
double machine_line_value(const struct csv_table *table, size_t row, const char *column);

void machine_lines_finish(struct machine_lines *lines);

#endif
