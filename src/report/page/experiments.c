/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the page on memory and control flow: charts, and tables of the figures that are
 * drawn. */
#include "report/charts/run_files.h"
#include "report/page/html.h"
#include "report/page/section.h"
#include "report/page/sections.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

static void write_table(struct page *page, const char *chart, const char *caption,
                        const struct html_column *columns, size_t count)
{
    struct csv_table *table = NULL;
    struct error error = {{0}};
    char file[PATH_MAX];
    char text[256];
    page_figures(page, chart, file, sizeof file);
    page_caption(page, caption, text, sizeof text);
    if (run_read_csv(&table, page->folder, file, &error) == 0)
        html_table(page->out, text, columns, count, table);
    csv_table_destroy(table);
}

#define TABLE(chart, caption, columns) \
    write_table(page, chart, caption, columns, sizeof columns / sizeof columns[0])

/* Without cgroup v2 the kernel counts stacks for the whole machine only (measure/memory/charge.h),
 * and what others hold of them is worked out. An error of that model is the same in every block. */
static bool stacks_are_modelled(const struct csv_table *trials)
{
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        const char *source = run_cell(trials, row, "kernel_source");
        if (*source && strcmp(source, "cgroup-v2") != 0)
            return true;
    }
    return false;
}

static void write_model(struct page *page)
{
    const struct csv_table *trials = NULL;
    if (recorded_run_table(page->run, "memory.csv", &trials, NULL) == 1 &&
        stacks_are_modelled(trials))
        fputs("<p>These intervals show how well the figures repeat, not how true they are: without "
              "cgroup v2 the kernel does not count the stacks of one program apart, so they come "
              "from the growth of the whole machine's, less one stack for each task of others. "
              "What that model gets wrong it gets wrong in every block alike. With cgroup v1 it "
              "is wrong between two columns only: their sum is what the kernel charged.</p>\n",
              page->out);
}

void write_memory(struct page *page)
{
    static const char *const names[] = {"memory-growth", "memory-bill", NULL};
    static const struct html_column columns[] = {
        {"Arm", "label", HTML_TEXT, NULL, NULL},
        {"User pages", "user_bytes", HTML_KIB, NULL, NULL},
        {"Kernel stack", "kernel_stack_bytes", HTML_KIB, NULL, NULL},
        {"Page tables", "page_table_bytes", HTML_KIB, NULL, NULL},
        {"Other kernel", "kernel_other_bytes", HTML_KIB, NULL, NULL},
        {"Total", "total_bytes", HTML_KIB, "total_ci_low_bytes", "total_ci_high_bytes"},
        {"Charged", "charged_bytes", HTML_KIB, NULL, NULL},
    };
    chart_figures_write_named(&page->charts, names, page->out);
    TABLE("memory-bill", "Memory of one more waiter, KiB (95 % interval)", columns);
    if (!page->charts.source.workload)
        write_model(page);
}

void report_memory(struct page *page)
{
    section_open(page->out, "memory", "Memory");
    write_memory(page);
    section_close(page->out);
}

static const struct html_column flow_columns[] = {
    {"Step", "row_label", HTML_TEXT, NULL, NULL},
    {"Model", "label", HTML_TEXT, NULL, NULL},
    {"Time, us", "time_median_ns", 1e3, "time_ci_low_ns", "time_ci_high_ns"},
    {"Blocks", "blocks", HTML_TEXT, NULL, NULL},
};
#define FLOW_COLUMNS (sizeof flow_columns / sizeof *flow_columns)

/* Steps of one scenario stand below its name, as in the chart. */
static void write_steps(FILE *out, const struct csv_table *steps)
{
    html_table_open(out, "Control flow, medians (95 % interval)", flow_columns, FLOW_COLUMNS);
    for (size_t row = 0; row < csv_row_count(steps); row++) {
        const char *heading = run_cell(steps, row, "heading");
        if (row == 0 || strcmp(heading, run_cell(steps, row - 1, "heading")) != 0) {
            fprintf(out, "</tbody>\n<tbody>\n<tr><th scope=\"rowgroup\" colspan=\"%zu\">",
                    FLOW_COLUMNS);
            html_text(out, heading);
            fputs("</th></tr>\n", out);
        }
        fputs("<tr><th scope=\"row\">", out);
        html_text(out, run_cell(steps, row, "row_label"));
        fputs("</th>", out);
        html_cells(out, flow_columns + 1, FLOW_COLUMNS - 1, steps, row);
        fputs("</tr>\n", out);
    }
    html_table_close(out);
}

void report_flow(struct page *page)
{
    static const char *const names[] = {"flow", NULL};
    struct csv_table *steps = NULL;
    struct error error = {{0}};
    section_open(page->out, "flow", "Control flow");
    chart_figures_write_named(&page->charts, names, page->out);
    if (run_read_csv(&steps, page->folder, "charts/flow.csv", &error) == 0)
        write_steps(page->out, steps);
    csv_table_destroy(steps);
    section_close(page->out);
}
