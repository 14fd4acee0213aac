/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/run_files.h"
#include "report/page/html.h"
#include "report/page/sections.h"
#include "run/experiment.h"

#include <stdbool.h>
#include <string.h>

static const struct html_column columns[] = {
    {"Metric and setting", NULL, HTML_TEXT, NULL, NULL},
    {"A", "arm_a", HTML_TEXT, NULL, NULL},
    {"B", "arm_b", HTML_TEXT, NULL, NULL},
    {"A's median", "median_a", 1, NULL, NULL},
    {"B's median", "median_b", 1, NULL, NULL},
    {"Unit", "unit", HTML_TEXT, NULL, NULL},
    {"A / B", "ratio", 1, "ci_low", "ci_high"},
    {"Blocks", "blocks", HTML_TEXT, NULL, NULL},
    {"A is", "verdict", HTML_TEXT, NULL, NULL},
};
#define COLUMN_COUNT (sizeof columns / sizeof columns[0])

static void write_row(FILE *out, const struct csv_table *table, size_t row)
{
    fputs("<tr><th scope=\"row\">", out);
    html_text(out, run_cell(table, row, "scenario"));
    fputs(" ", out);
    html_text(out, run_cell(table, row, "metric"));
    fputs(" <span class=\"ci\">", out);
    html_setting(out, run_cell(table, row, "parameters"));
    fputs("</span></th>", out);
    html_cells(out, columns + 1, COLUMN_COUNT - 1, table, row);
    fputs("</tr>\n", out);
}

/* A whole run compares hundreds of pairs: each experiment's stand folded away. */
static void write_experiment(FILE *out, const struct csv_table *table, const char *experiment)
{
    size_t count = 0;
    for (size_t row = 0; row < csv_row_count(table); row++)
        count += strcmp(run_cell(table, row, "experiment"), experiment) == 0;
    if (count == 0)
        return;
    fprintf(out, "<details>\n<summary>%s: %zu comparisons</summary>\n", experiment, count);
    html_table_open(out, "Pairs of arms: ratio of medians (95 % interval)", columns, COLUMN_COUNT);
    for (size_t row = 0; row < csv_row_count(table); row++)
        if (strcmp(run_cell(table, row, "experiment"), experiment) == 0)
            write_row(out, table, row);
    html_table_close(out);
    fputs("</details>\n", out);
}

static bool has_foreign(const struct csv_table *table)
{
    for (size_t row = 0; row < csv_row_count(table); row++)
        if (!experiment_arm_is_ours(run_cell(table, row, "scenario"), run_cell(table, row, "arm_a"),
                                    run_cell(table, row, "model_a")))
            return true;
    return false;
}

void report_summary(struct page *page)
{
    static const char *const experiments[] = {"memory", "throughput", "latency", "flow"};
    struct csv_table *table = NULL;
    struct error error = {{0}};
    report_open(page, "summary", "All comparisons");
    if (run_read_csv(&table, page->run_dir, page->is_aa ? "aa.csv" : "summary.csv", &error) < 0)
        report_missing(page, "The comparisons are not here", error.text);
    if (table && !page->is_aa && has_foreign(table))
        fputs("<p>Foreign subjects are set against ours and against one another: of up to four "
              "every pair, of more each against the first. With <code>--baseline NAME</code>, also "
              "of <code>waitbench report</code>, every other arm is set against that one "
              "instead.</p>\n",
              page->out);
    for (size_t i = 0; table && i < sizeof experiments / sizeof experiments[0]; i++)
        write_experiment(page->out, table, experiments[i]);
    csv_table_destroy(table);
    report_close(page);
}
