/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Choosing the trials of a load experiment that belong in one chart. Each function clears `kept`
 * for rows that do not, and looks at rows only that are kept so far. A cell that is no number
 * counts as 0: it is reported when its figure is read. */
#ifndef WAITBENCH_REPORT_CHARTS_LOAD_SELECTION_H
#define WAITBENCH_REPORT_CHARTS_LOAD_SELECTION_H

#include "base/csv.h"

#include <stdbool.h>
#include <stddef.h>

/* What == would say, were it not for the compiler's warning. */
bool numbers_differ(double a, double b);

double row_number(const struct csv_table *trials, size_t row, const char *column);

/* Rows that have the column's commonest cell; the first met of several. */
void keep_commonest(const struct csv_table *trials, const char *column, bool *kept);

/* Rows that have the cell that is commonest among the `special` ones; all, where there is none. */
void keep_commonest_of(const struct csv_table *trials, const char *column, const bool *special,
                       bool *kept);

/* Rows whose number is, or is not, 0. */
void keep_zero(const struct csv_table *trials, const char *column, bool *kept);

/* What no chart of load draws as a curve: rows of one protocol, of one schedule of arrivals, of one
 * way to wait, over one number of database connections. */
void keep_alike(const struct csv_table *trials, bool *kept);

/* Rows offered to all arms alike, or each at the same share of its own rate. Rows of older
 * versions, which do not say, were offered alike. */
void keep_equal_rate(const struct csv_table *trials, bool *kept);
/* These, and the rate that was chosen for a slow foreign subject: all that all were offered alike.
 */
void keep_one_rate(const struct csv_table *trials, bool *kept);
void keep_equal_utilisation(const struct csv_table *trials, bool *kept);

/* Rows without work, or of the one kind that is commonest where all have some. */
void keep_light(const struct csv_table *trials, bool *kept);

/* Rows without work, or with work that is alike for all requests; of the one kind that is commonest
 * where there are none. */
void keep_plain(const struct csv_table *trials, bool *kept);

/* Whether there is a row of such work; and whether rows differ in that column. */
bool has_plain(const struct csv_table *trials, const bool *kept);
bool has_many(const struct csv_table *trials, const char *column, const bool *kept);

/* Rows whose store takes no more time than it has to. The others have charts of their own. */
void keep_undelayed(const struct csv_table *trials, bool *kept);

/* Rows that are alike but for how long the store takes for a query: light besides, on the number of
 * connections that is commonest where it takes longer. Clears everything where all take the same.
 */
void keep_by_delay(const struct csv_table *trials, bool *kept);

/* Rows of which some requests block. */
void keep_blocking(const struct csv_table *trials, bool *kept);

/* Only where every connection was busy (idle ones have a chart of their own), on the commonest
 * number of connections, alike. */
void keep_awake(const struct csv_table *trials, bool *kept);

/* Clears everything where all rows are of one kind of work. */
void need_kinds(const struct csv_table *trials, bool *kept);

/* The row's kind of work, for line_chart's name_panel. */
void name_work(const struct csv_table *trials, size_t row, char *label);

#endif
