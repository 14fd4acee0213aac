/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of a chart's figures, whose rows stand panel by panel: what is compared is side by
 * side. */
#ifndef WAITBENCH_REPORT_PAGE_FIGURE_TABLE_H
#define WAITBENCH_REPORT_PAGE_FIGURE_TABLE_H

#include "report/page/html.h"
#include "report/page/sections.h"

struct figure_table {
    const char *name; /* of the chart */
    const char *caption;
    const struct html_column *columns; /* all of them; those behind `fixed` may be left out */
    size_t count;
    size_t fixed;
    /* Writes a row's cells but for the first, which heads it. */
    void (*write_row)(FILE *out, const struct figure_table *table, const struct csv_table *figures,
                      size_t row);
};

/* Writes the table of what was drawn of the page's workload; nothing where nothing was. Columns of
 * which the run has no figure are left out, as an older one lacks them all. */
void figure_table_write(struct page *page, const struct figure_table *table);

/* Whether any row has a cell in that column. */
bool figures_have(const struct csv_table *figures, const char *column);

/* The cells of a row as they are; and of latency, where a percentile may have been withheld, and of
 * an overloaded point there is none. */
void figure_row_write(FILE *out, const struct figure_table *table, const struct csv_table *figures,
                      size_t row);
void latency_row_write(FILE *out, const struct figure_table *table, const struct csv_table *figures,
                       size_t row);

#endif
