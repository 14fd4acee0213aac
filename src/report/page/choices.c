/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which one for me? What was measured, setting by setting, for who looks for his own. */
#include "analysis/claims/choices.h"

#include "analysis/words/load_kind.h"
#include "analysis/words/units.h"
#include "analysis/words/wording.h"
#include "report/page/html.h"
#include "report/page/section.h"
#include "report/page/sections.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct html_column columns[] = {
    {.heading = "Each request"},        {.heading = "Idle", .scale = 1},
    {.heading = "Active", .scale = 1},  {.heading = "Smaller (memory)"},
    {.heading = "Faster (requests/s)"}, {.heading = "Steadier (p99)"},
};

static const char lead[] =
    "<p>Look for the row that is most like what you have: so many idle connections, so many active "
    "ones, work and time in the store for each request. It names the model that was smaller, "
    "faster or steadier <em>here</em>, with threads : loop and its 95 % interval. Each cell is a "
    "comparison by itself: of twenty that have no difference one names a model by chance, and the "
    "scorecard asks for more. Of <em>within 5 %</em> the whole interval is; <em>unresolved</em> is "
    "not the same as equal. Nothing is interpolated: what was not measured has no row.</p>\n";

static double number(const struct trial_group *trials, const char *column)
{
    return strtod(group_text(trials, column), NULL);
}

static void write_winner(const struct choice_cell *cell, FILE *out)
{
    static const char *const winners[BETTER_COUNT] = {
        "unresolved",
        "<strong class=\"tt\">threads</strong>",
        "<strong class=\"tl\">loop</strong>",
        "within 5 %",
    };
    if (cell->absence)
        html_text(out, cell->absence);
    else
        fputs(winners[choice_better(cell->row)], out);
}

/* "loop 0.62 (0.55 to 0.73) at 17,000/s (40 %)" */
static void write_finding(const struct choice_cell *cell, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    bool has_rate = *group_text(cell->row->a, "offered_per_second") != '\0';
    fputs("<p>", out);
    write_winner(cell, out);
    /* A figure that decides nothing is not told: who sees it takes it for one that does. */
    if (!cell->absence && !isnan(cell->row->comparison.ratio.value))
        fprintf(out, " <span class=\"ratio\">%s</span>",
                units_format_ratio(&cell->row->comparison.ratio, text));
    if (has_rate) {
        fputs(" <span class=\"ci\">at ", out);
        wording_write_load_short(cell->row->a, out);
        fputs("</span>", out);
    }
    fputs("</p>", out);
}

static void write_findings(const struct choice *choice, int kind, FILE *out)
{
    if (choice->counts[kind] == 0) {
        html_cell(out, "");
        return;
    }
    fputs("<td>", out);
    for (size_t i = 0; i < choice->counts[kind]; i++)
        write_finding(&choice->cells[kind][i], out);
    fputs("</td>", out);
}

static void write_count(double count, FILE *out)
{
    fputs("<td class=\"n\">", out);
    units_write_whole(count, out);
    fputs("</td>", out);
}

/* The server stands above its rows, where there are several. */
static void write_workload(const struct workload *workload, FILE *out)
{
    char words[2 * WORKLOAD_NAME_SIZE];
    workload_words(workload, words, sizeof words);
    fprintf(out, "</tbody>\n<tbody>\n<tr><th scope=\"rowgroup\" colspan=\"%zu\">",
            sizeof columns / sizeof *columns);
    html_text(out, words);
    fputs("</th></tr>\n", out);
}

static void write_choice(const struct choice *choice, FILE *out)
{
    const struct trial_group *trials = choice->trials;
    struct load_kind kind;
    char work[LOAD_KIND_LABEL_BYTES];
    double waiters = number(trials, "waiters_requested");
    load_kind_read(&kind, trials->table, trials->first);
    load_kind_describe(&kind, work);
    fputs("<tr><th scope=\"row\">", out);
    html_text(out, waiters > 0 ? "none: all wait" : work);
    fputs("</th>", out);
    write_count(waiters > 0 ? waiters : number(trials, "idle"), out);
    write_count(number(trials, "active"), out);
    for (int i = 0; i < CHOICE_KINDS; i++)
        write_findings(choice, i, out);
    fputs("</tr>\n", out);
}

static void write_rows(const struct choices *choices, bool is_told, FILE *out)
{
    for (size_t i = 0; i < choices->count; i++) {
        const struct trial_group *trials = choices->items[i].trials;
        struct workload workload = workload_of(trials->table, trials->first);
        if (is_told && (i == 0 || !workload_has(&workload, choices->items[i - 1].trials->table,
                                                choices->items[i - 1].trials->first)))
            write_workload(&workload, out);
        write_choice(&choices->items[i], out);
    }
}

static struct choices find(const struct page *page)
{
    struct choices choices = {0};
    const struct analysis *analysis = page->analysis;
    const struct evidence evidence = {
        .run = analysis->run,
        .bill = &analysis->bill,
        .summary = &analysis->summary,
    };
    if (analysis->has_summary && !analysis->has_aa)
        choices_find(&choices, &evidence);
    return choices;
}

bool page_has_choices(const struct page *page)
{
    struct choices choices = find(page);
    bool has = choices.count > 0;
    choices_finish(&choices);
    return has;
}

void report_choices(struct page *page)
{
    struct choices choices = find(page);
    if (choices.count > 0) {
        section_open(page->out, "choose", "Which one for me?");
        fputs(lead, page->out);
        html_table_open(page->out, "Threads or the loop, setting by setting", columns,
                        sizeof columns / sizeof *columns);
        write_rows(&choices, page->workloads.count > 1, page->out);
        html_table_close(page->out);
        section_close(page->out);
    }
    choices_finish(&choices);
}
