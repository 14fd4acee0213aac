/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/page/figure_table.h"

#include "analysis/words/load_kind.h"
#include "report/charts/run_files.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Rows of one kind of work stand below its name. */
static void write_group(const struct page *page, const struct csv_table *figures, size_t row,
                        size_t columns)
{
    const struct workload *workload = page->charts.source.workload;
    struct load_kind kind;
    char words[LOAD_KIND_LABEL_BYTES];
    if (csv_column(figures, "row_label") < 0)
        return;
    load_kind_read(&kind, figures, row);
    kind.has_store = workload && *workload->store;
    load_kind_describe(&kind, words);
    fprintf(page->out, "</tbody>\n<tbody>\n<tr><th scope=\"rowgroup\" colspan=\"%zu\">", columns);
    html_text(page->out, words);
    fputs("</th></tr>\n", page->out);
}

static void open_row(FILE *out, const struct csv_table *figures, size_t row)
{
    fputs("<tr><th scope=\"row\">", out);
    html_text(out, run_cell(figures, row, "label"));
    fputs("</th>", out);
}

bool figures_have(const struct csv_table *figures, const char *column)
{
    for (size_t row = 0; row < csv_row_count(figures); row++)
        if (*run_cell(figures, row, column))
            return true;
    return false;
}

void figure_row_write(FILE *out, const struct figure_table *table, const struct csv_table *figures,
                      size_t row)
{
    html_cells(out, table->columns + 1, table->count - 1, figures, row);
}

static int panel_of(const struct csv_table *figures, size_t row)
{
    return (int)strtol(run_cell(figures, row, "panel"), NULL, 10);
}

static void write_panel(struct page *page, const struct figure_table *table,
                        const struct csv_table *figures, int panel)
{
    bool begun = false;
    for (size_t row = 0; row < csv_row_count(figures); row++) {
        if (panel_of(figures, row) != panel)
            continue;
        if (!begun)
            write_group(page, figures, row, table->count);
        begun = true;
        open_row(page->out, figures, row);
        table->write_row(page->out, table, figures, row);
        fputs("</tr>\n", page->out);
    }
}

static void write_panels(struct page *page, const struct figure_table *table,
                         const struct csv_table *figures)
{
    char caption[256];
    int last = 0;
    page_caption(page, table->caption, caption, sizeof caption);
    html_table_open(page->out, caption, table->columns, table->count);
    for (size_t row = 0; row < csv_row_count(figures); row++)
        last = panel_of(figures, row) > last ? panel_of(figures, row) : last;
    for (int panel = 1; panel <= last; panel++)
        write_panel(page, table, figures, panel);
    html_table_close(page->out);
}

void figure_table_write(struct page *page, const struct figure_table *table)
{
    struct html_column shown[16];
    struct figure_table narrowed = *table;
    struct csv_table *figures = NULL;
    struct error error = {{0}};
    char name[PATH_MAX];
    page_figures(page, table->name, name, sizeof name);
    if (run_read_csv(&figures, page->folder, name, &error) == 0) {
        narrowed.columns = shown;
        narrowed.count = 0;
        for (size_t i = 0; i < table->count; i++)
            if (i < table->fixed || figures_have(figures, table->columns[i].column))
                shown[narrowed.count++] = table->columns[i];
        write_panels(page, &narrowed, figures);
    }
    csv_table_destroy(figures);
}
