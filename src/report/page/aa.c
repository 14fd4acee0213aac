/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An A/A run's verdict on its machine, where other runs have their scorecard. */
#include "analysis/summary/aa.h"
#include "analysis/words/arm.h"
#include "analysis/words/units.h"
#include "report/page/html.h"
#include "report/page/section.h"
#include "report/page/sections.h"

/* Why an arm was called different from itself, as far as the numbers tell. */
static void write_reason(FILE *out, const struct aa *aa)
{
    if (aa->different == 0)
        fputs("This machine shows no difference where there is none.</p>\n", out);
    else if (aa->different <= aa_by_chance(aa->judged))
        fputs("That there are no more is what to expect of a machine that stays the same: a "
              "difference between two arms may be believed as far as its interval says.</p>\n",
              out);
    else
        fputs("There are more: the machine did not stay the same from one trial to the next, and "
              "what disturbed it is said below. Differences between arms that are not much larger "
              "than the intervals here prove nothing.</p>\n",
              out);
}

static void write_verdict(FILE *out, const struct aa *aa)
{
    struct aa_part steady = aa_of_kind(aa, AA_STEADY);
    fprintf(out,
            "<p><strong>An arm was called different from itself in %zu of %zu comparisons, "
            "%.1f %%; of medians, rates and sizes in %zu of %zu.</strong> ",
            aa->different, aa->judged, 100 * (double)aa->different / (double)aa->judged,
            steady.different, steady.judged);
    fprintf(out,
            "An interval of 95 %% misses the truth in 5 of 100 comparisons, so that chance alone "
            "makes up to %zu of them, and %zu of medians, rates and sizes. ",
            aa_by_chance(aa->judged), aa_by_chance(steady.judged));
    write_reason(out, aa);
}

static void write_part(FILE *out, const char *name, size_t kind, const struct aa_part *part)
{
    if (part->judged > 0)
        fprintf(out,
                "<tr><th scope=\"row\">%s</th><td>%s</td><td class=\"n\">%zu</td>"
                "<td class=\"n\">%zu</td><td class=\"n\">± %.1f %%</td></tr>\n",
                name, aa_kind_text((enum aa_kind)kind), part->judged, part->different,
                100 * part->half_width);
}

/* `heading` is of the first column. */
static void open_parts(FILE *out, const char *caption, const char *heading)
{
    const struct html_column columns[] = {
        {.heading = heading},
        {.heading = "Figures"},
        {.heading = "Comparisons", .scale = 1},
        {.heading = "Called different", .scale = 1},
        {.heading = "Half an interval, typically", .scale = 1},
    };
    html_table_open(out, caption, columns, sizeof columns / sizeof columns[0]);
}

static void write_parts(FILE *out, const struct aa *aa)
{
    open_parts(out, "How often, and what noise hides", "Experiment");
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++)
        for (size_t kind = 0; kind < AA_KIND_COUNT; kind++)
            write_part(out, experiment_list[i].name, kind, &aa->parts[i][kind]);
    html_table_close(out);
    open_parts(out, "The same comparisons by model", "Model");
    for (size_t i = 0; i < AA_MODEL_COUNT; i++)
        for (size_t kind = 0; kind < AA_KIND_COUNT; kind++)
            write_part(out, aa_model_text((enum aa_model)i), kind, &aa->models[i][kind]);
    html_table_close(out);
    fputs("<p>A difference smaller than half an interval is hidden by this machine's noise. "
          "Medians, rates and sizes are made up by a whole trial; tails by a few of its moments, "
          "and a maximum by one, so that a single stolen millisecond decides them.</p>\n",
          out);
}

static void write_different(FILE *out, const struct aa *aa)
{
    static const struct html_column columns[] = {
        {.heading = "Metric and setting"},
        {.heading = "Arm"},
        {.heading = "Ratio (95 % interval)", .scale = 1},
        {.heading = "Outliers", .scale = 1},
    };
    html_table_open(out, "Called different from itself", columns,
                    sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < aa->summary.count; i++) {
        const struct summary_row *row = &aa->summary.rows[i];
        char text[UNITS_TEXT_SIZE];
        char name[ARM_NAME_SIZE];
        if (!aa_is_different(row))
            continue;
        fputs("<tr><th scope=\"row\">", out);
        fprintf(out, "%s ", row->experiment->name);
        html_text(out, row->metric.name);
        fputs("<span class=\"ci\">", out);
        html_setting(out, row->parameters);
        fputs("</span></th>", out);
        arm_name(row->a->table, row->a->first, name, sizeof name);
        html_cell(out, name);
        fprintf(out, "<td class=\"n\">%s</td><td class=\"n\">%zu</td></tr>\n",
                units_format_ratio(&row->comparison.ratio, text), row->comparison.outliers);
    }
    html_table_close(out);
}

void report_aa(struct page *page)
{
    FILE *out = page->out;
    const struct aa *aa = &page->analysis->aa;
    section_open(out, "aa", "An arm against itself");
    fputs(
        "<p>This run measured threads and loop twice each in every block, under two names, in one "
        "setting of each kind. "
        "Whatever differs between the two is noise.</p>\n",
        out);
    if (aa->judged == 0)
        fprintf(out, "<p>None of %zu comparisons has a verdict: that takes %d blocks.</p>\n",
                aa->summary.count, STATISTICS_BLOCKS_MIN);
    else
        write_verdict(out, aa);
    if (aa->judged > 0)
        write_parts(out, aa);
    if (aa->different > 0)
        write_different(out, aa);
    section_close(out);
}
