/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of compare.csv: what they are about, and how a chart calls them. */
#ifndef WAITBENCH_REPORT_CHARTS_MACHINE_ROWS_H
#define WAITBENCH_REPORT_CHARTS_MACHINE_ROWS_H

#include "base/csv.h"

#include <stdbool.h>
#include <stddef.h>

#define MACHINE_LABEL_BYTES 128

/* Whether the cell is just that text. */
bool machine_row_is(const struct csv_table *table, size_t row, const char *column,
                    const char *text);

/* What stands behind "KEY=" in the column `parameters`: "" or 0 when it is not there. */
void machine_row_text(const struct csv_table *table, size_t row, const char *key, char *value,
                      size_t size);
double machine_row_parameter(const struct csv_table *table, size_t row, const char *key);

/* Whether there are figures of more servers than the plain one. */
bool machine_rows_differ(const struct csv_table *table);

/* "99th percentile latency · threads · 100 active · load 80%": the figure, without comma or quote.
 * `label` has MACHINE_LABEL_BYTES. */
void machine_row_label(const struct csv_table *table, size_t row, char *label);

#endif
