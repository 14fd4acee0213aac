/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing HTML: whatever comes from a run or a machine is text, and is written so that it stays
 * text. */
#ifndef WAITBENCH_REPORT_PAGE_HTML_H
#define WAITBENCH_REPORT_PAGE_HTML_H

#include "analysis/statistics/statistics.h"
#include "base/csv.h"

#include <stddef.h>
#include <stdio.h>

/* The text with & < > " ' escaped: safe between tags and inside a quoted attribute. Control
 * characters, which HTML forbids, become spaces. */
void html_text(FILE *out, const char *text);

/* The same for the first `length` bytes of it. */
void html_text_part(FILE *out, const char *text, size_t length);

/* <TAG>text</TAG> and a newline; the text is escaped, the tag is ours. */
void html_element(FILE *out, const char *tag, const char *text);

/* The conditions of a comparison, "warm=0 active=10 hold_bytes=4096", in words and without what is
 * 0: a reader wants to know what was done, not what was left out. */
void html_setting(FILE *out, const char *parameters);

/* A number as a person reads it: with three digits or more, thousands apart ("43.4", "12,345");
 * with a `step` of 0.01, hundredths at most and 0 when it is smaller than half of one. */
void html_number(FILE *out, double value, double step);

/* A column of a table. `scale` HTML_TEXT takes the cell as it is, HTML_YES_NO says whether its
 * number is positive; else the cell's number is divided by `scale`, and followed by its interval if
 * `low` and `high` name one. */
#define HTML_TEXT   0
#define HTML_YES_NO (-1)
#define HTML_KIB    1024.0 /* bytes in, KiB shown, to a hundredth */

struct html_column {
    const char *heading;
    const char *column;
    double scale;
    const char *low;
    const char *high;
};

/* A table in a box of its own that scrolls sideways, with a caption; the first column heads its
 * row. The file may lack columns: a cell that was not measured says so. */
void html_table(FILE *out, const char *caption, const struct html_column *columns, size_t count,
                const struct csv_table *table);

/* The same by hand, of which the columns only give the headings: open, then rows of html_cell, each
 * between <tr> and </tr>, close. */
void html_table_open(FILE *out, const char *caption, const struct html_column *columns,
                     size_t count);
void html_cell(FILE *out, const char *text);

/* A cell of a figure and its interval, in its own unit; NAN was not measured. */
void html_figure(FILE *out, const struct estimate *figure);

/* The cells of a row, for these columns. */
void html_cells(FILE *out, const struct html_column *columns, size_t count,
                const struct csv_table *table, size_t row);
void html_table_close(FILE *out);

#endif
