/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a run folder that charts and report write, and read again. */
#ifndef WAITBENCH_REPORT_CHARTS_RUN_FILES_H
#define WAITBENCH_REPORT_CHARTS_RUN_FILES_H

#include "base/csv.h"
#include "base/error.h"

#include <stddef.h>

/* DIR/NAME+ENDING into `path`, which has PATH_MAX bytes. Returns 0, or -ENAMETOOLONG. */
int run_path(char *path, const char *dir, const char *name, const char *ending,
             struct error *error);

/* RUN/NAME, which was derived. Returns 0; -ENODATA when there is no such file ("the run has no
 * NAME"); or what csv_read returns. */
int run_read_csv(struct csv_table **table, const char *run_dir, const char *name,
                 struct error *error);

/* A cell by its column's name; "" when the file lacks the column. Owned by the table. */
const char *run_cell(const struct csv_table *table, size_t row, const char *column);

/* Orders cells for a reader: empty first, numbers by size, the rest as text. */
int run_compare_cells(const char *a, const char *b);

/* RUN/charts/NAME.csv, replacing an older one; see csv_create. */
int run_create_chart_csv(struct csv_writer **writer, const char *run_dir, const char *name,
                         const char *const *columns, size_t column_count, struct error *error);

#endif
