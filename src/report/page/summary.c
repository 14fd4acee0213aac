/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/words/arm.h"
#include "report/page/html.h"
#include "report/page/section.h"
#include "report/page/sections.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

static const struct html_column columns[] = {
    {.heading = "Metric and setting"},
    {.heading = "A"},
    {.heading = "B"},
    {.heading = "A's median", .scale = 1},
    {.heading = "B's median", .scale = 1},
    {.heading = "Unit"},
    {.heading = "A / B", .scale = 1},
    {.heading = "Blocks"},
    {.heading = "A is"},
};
#define COLUMN_COUNT (sizeof columns / sizeof columns[0])

static void write_number(FILE *out, double value)
{
    html_figure(out, &(struct estimate){value, INTERVAL_NONE, 0});
}

static void write_arm(FILE *out, const struct trial_group *arm)
{
    char name[ARM_NAME_SIZE];
    arm_name(arm->table, arm->first, name, sizeof name);
    html_cell(out, name);
}

static void write_row(FILE *out, const struct summary_row *row)
{
    const struct comparison *comparison = &row->comparison;
    char blocks[32];
    snprintf(blocks, sizeof blocks, "%zu", comparison->ratio.blocks);
    fputs("<tr><th scope=\"row\">", out);
    html_text(out, group_text(row->a, "scenario"));
    fputs(" ", out);
    html_text(out, row->metric.name);
    fputs(" <span class=\"ci\">", out);
    html_setting(out, row->parameters);
    fputs("</span></th>", out);
    write_arm(out, row->a);
    write_arm(out, row->b);
    write_number(out, comparison->median_a);
    write_number(out, comparison->median_b);
    html_cell(out, row->metric.unit);
    html_figure(out, &comparison->ratio);
    html_cell(out, blocks);
    html_cell(out, verdict_text(comparison->verdict, row->metric.kind));
    fputs("</tr>\n", out);
}

/* A whole run compares hundreds of pairs: each experiment's stand folded away. */
static void write_experiment(FILE *out, const struct summary *summary,
                             const struct experiment *experiment)
{
    char caption[96]; /* names a place on the page, too, and has to differ from the others */
    size_t count = 0;
    for (size_t i = 0; i < summary->count; i++)
        count += summary->rows[i].experiment == experiment;
    if (count == 0)
        return;
    fprintf(out, "<details>\n<summary>%s: %zu comparisons</summary>\n", experiment->name, count);
    snprintf(caption, sizeof caption, "Pairs of arms, %s: ratio of medians (95 %% interval)",
             experiment->name);
    html_table_open(out, caption, columns, COLUMN_COUNT);
    for (size_t i = 0; i < summary->count; i++)
        if (summary->rows[i].experiment == experiment)
            write_row(out, &summary->rows[i]);
    html_table_close(out);
    fputs("</details>\n", out);
}

static bool has_foreign(const struct summary *summary)
{
    for (size_t i = 0; i < summary->count; i++) {
        const struct trial_group *arm = summary->rows[i].a;
        if (!experiment_arm_is_ours(group_text(arm, "scenario"), group_text(arm, "subject"),
                                    group_text(arm, "model")))
            return true;
    }
    return false;
}

void report_summary(struct page *page)
{
    const struct analysis *analysis = page->analysis;
    const struct summary *summary = analysis->has_aa ? &analysis->aa.summary : &analysis->summary;
    section_open(page->out, "summary", "All comparisons");
    if (!analysis->has_summary)
        section_missing(page->out, "The comparisons are not here", analysis->error.text);
    if (!analysis->has_aa && has_foreign(summary))
        fputs(
            "<p>Foreign subjects are set against ours and against one another: of up to four "
            "every pair, of more each against our loop alone (without it, against the first), and "
            "both halves of a pair of one language against each other. With <code>--baseline "
            "NAME</code>, also "
            "of <code>waitbench report</code>, every other arm is set against that one "
            "instead.</p>\n",
            page->out);
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++)
        write_experiment(page->out, summary, &experiment_list[i]);
    section_close(page->out);
}
