/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/page/html.h"
#include "report/page/section.h"
#include "report/page/sections.h"
#include "report/page/sentence.h"
#include "report/page/votes.h"
#include "run/machine_json.h"
#include "run/pair.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The word itself is the verdict; mark and colour only repeat it. */
static const char *mark_of(enum claim_verdict verdict)
{
    static const char *const marks[] = {
        [CLAIM_UNDECIDED] = "?",
        [CLAIM_REPRODUCED] = "✓",
        [CLAIM_REFUTED] = "✗",
        [CLAIM_DEPENDS] = "±",
    };
    return marks[verdict];
}

/* The comma before the next setting of a statement, "0.52 (0.47 to 0.61), for 1 active connection",
 * or NULL when there is no further one before `end`. */
static const char *next_setting(const char *text, const char *end)
{
    static const char *const begins[] = {"for ", "threads ", "equal ", "unresolved"};
    for (const char *at = strstr(text, "), "); at && at + 3 < end; at = strstr(at + 1, "), "))
        for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
            if (strncmp(at + 3, begins[i], strlen(begins[i])) == 0)
                return at + 1;
    return NULL;
}

/* One statement. A side that names several settings has a line for each: the first with the side,
 * the others below it. */
static void write_statement(FILE *out, const char *text, size_t length)
{
    const char *end = text + length;
    const char *comma = next_setting(text, end);
    html_text_part(out, text, comma ? (size_t)(comma - text) : length);
    if (!comma)
        return;
    fputs("<ul>\n", out);
    while (comma) {
        const char *setting = comma + 2;
        comma = next_setting(setting, end);
        fputs("<li>", out);
        html_text_part(out, setting, (size_t)((comma ? comma : end) - setting));
        fputs("</li>\n", out);
    }
    fputs("</ul>", out);
}

/* Figures and conditions are statements with "; " between: one is a line, several are a list. */
static void write_statements(FILE *out, const char *label, const char *text)
{
    if (*text == '\0')
        return;
    if (!strstr(text, "; ") && !next_setting(text, text + strlen(text))) {
        fprintf(out, "<p><span class=\"label\">%s</span> ", label);
        html_text(out, text);
        fputs("</p>\n", out);
        return;
    }
    fprintf(out, "<p class=\"label\">%s</p>\n<ul>\n", label);
    while (*text) {
        const char *end = strstr(text, "; ");
        size_t length = end ? (size_t)(end - text) : strlen(text);
        fputs("<li>", out);
        write_statement(out, text, length);
        fputs("</li>\n", out);
        text += length + (end ? 2 : 0);
    }
    fputs("</ul>\n", out);
}

static void write_details(const struct claim *claim, FILE *out)
{
    fputs("<details>\n<summary>Figures, conditions and votes of: ", out);
    html_text(out, claim->name);
    if (!pair_is_ours(claim->pair)) {
        fputs(", ", out);
        html_text(out, claim->pair);
    }
    fputs("</summary>\n", out);
    if (claim->votes.count > 0)
        votes_write_table(claim, out);
    write_statements(out, "Figures", claim->figures);
    write_statements(out, "Where", claim->condition);
    write_statements(out, "Rests on", claim->rests_on);
    fputs("</details>\n", out);
}

static void write_verdict(FILE *out, const struct claim *claim)
{
    fprintf(out, "<p class=\"verdict\"><span aria-hidden=\"true\">%s</span> %s",
            mark_of(claim->verdict), claim_verdict_text(claim->verdict));
    claim_write_basis(claim, out);
    fputs("</p>\n", out);
    if (strcmp(claim->answer, claim->figures) != 0) { /* "not run" is said */
        fputs("<p>", out);
        sentence_write(claim, out);
        fputs("</p>\n", out);
        html_element(out, "p", claim->answer);
    }
}

/* The claim and what the run says to it, the verdict with the figures that bear it, and the votes.
 * A small window shows the cells below each other: roles keep them a table. */
static void write_claim(FILE *out, const struct claim *claim)
{
    char id[64];
    snprintf(id, sizeof id, "votes-%s", claim->id);
    fprintf(out, "<tr role=\"row\" class=\"%s\"><th scope=\"row\" role=\"rowheader\">",
            claim_verdict_text(claim->verdict));
    html_text(out, claim->text);
    fputs("</th><td role=\"cell\">", out);
    write_verdict(out, claim);
    fputs("</td><td role=\"cell\">", out);
    if (votes_can_be_drawn(claim))
        votes_write_forest(claim, id, out);
    fputs("</td></tr>\n<tr role=\"row\" class=\"more\"><td role=\"cell\" colspan=\"3\">", out);
    write_details(claim, out);
    fputs("</td></tr>\n", out);
}

/* What a claim comes to of one pair, among others. Narrow windows have no headings. */
static void write_cell(FILE *out, const struct claim *claim, size_t pair)
{
    char id[64];
    snprintf(id, sizeof id, "votes-%s-%zu", claim->id, pair);
    fprintf(out, "<td role=\"cell\" class=\"%s\">", claim_verdict_text(claim->verdict));
    html_element(out, "p", claim->pair);
    write_verdict(out, claim);
    if (votes_can_be_drawn(claim))
        votes_write_forest(claim, id, out);
    fputs("</td>", out);
}

/* The claim, and what the run says to it of each pair. */
static void write_claim_of_pairs(FILE *out, const struct claims *claims, const size_t *pairs,
                                 size_t count, size_t index)
{
    fputs("<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">", out);
    html_text(out, claims_of_pair(claims, pairs[0], index)->text);
    fputs("</th>", out);
    for (size_t i = 0; i < count; i++)
        write_cell(out, claims_of_pair(claims, pairs[i], index), pairs[i]);
    fprintf(out, "</tr>\n<tr role=\"row\" class=\"more\"><td role=\"cell\" colspan=\"%zu\">",
            1 + count);
    for (size_t i = 0; i < count; i++)
        write_details(claims_of_pair(claims, pairs[i], index), out);
    fputs("</td></tr>\n", out);
}

static void write_heading(FILE *out, const char *text)
{
    fputs("<th scope=\"col\" role=\"columnheader\">", out);
    html_text(out, text);
    fputs("</th>", out);
}

static void write_headings(FILE *out, const struct claims *claims, const size_t *pairs,
                           size_t count)
{
    write_heading(out, "Claim");
    if (count == 1) {
        write_heading(out, "Verdict");
        write_heading(out, "Settings");
    }
    for (size_t i = 0; count > 1 && i < count; i++)
        write_heading(out, claims->pairs[pairs[i]].name);
}

static void write_table(const struct claims *claims, const size_t *pairs, size_t count, FILE *out)
{
    fprintf(
        out,
        "<table class=\"claims%s\" role=\"table\">\n<caption>Threads against the event loop: "
        "ratios "
        "with 95 %% intervals, on an axis of factors. Filled: resolved; hollow: not.</caption>\n"
        "<thead role=\"rowgroup\"><tr role=\"row\">",
        count > 1 ? " pairs" : "");
    write_headings(out, claims, pairs, count);
    fputs("</tr></thead>\n<tbody role=\"rowgroup\">\n", out);
    for (size_t i = 0; i < claims_per_pair(claims); i++)
        if (count > 1)
            write_claim_of_pairs(out, claims, pairs, count, i);
        else
            write_claim(out, claims_of_pair(claims, pairs[0], i));
    fputs("</tbody>\n</table>\n", out);
}

static void write_claims(const struct claims *claims, FILE *out)
{
    size_t *pairs;
    size_t count = claims_shown_pairs(claims, &pairs);
    if (count == 1 && !pair_is_ours(claims->pairs[pairs[0]].name)) {
        fputs("<p>Judged of the programs of this pair: ", out);
        html_text(out, claims->pairs[pairs[0]].name);
        fputs(".</p>\n", out);
    }
    if (count > 1)
        fputs(
            "<p>Each pair of programs is judged by its own rows, and each claim by itself: errors "
            "are controlled over the settings of one claim of one pair. With more verdicts, more "
            "may be wrong.</p>\n",
            out);
    write_table(claims, pairs, count, out);
    free(pairs);
}

static void write_omits(const struct recorded_run *run, FILE *out)
{
    const char *omits = machine_find_text(run->machine, "plan.omits");
    if (!omits)
        return;
    fputs("<p>The plan leaves out: ", out);
    html_text(out, omits);
    fputs(".</p>\n", out);
}

void report_scorecard(struct page *page)
{
    FILE *out = page->out;
    const struct analysis *analysis = page->analysis;
    section_open(out, "scorecard", "Scorecard");
    fputs("<p>Claims about threads and event loops, and what this machine says to each.</p>\n",
          out);
    if (analysis->has_claims)
        write_claims(&analysis->claims, out);
    else
        section_missing(out, "The scorecard is not here", analysis->error.text);
    write_omits(analysis->run, out);
    section_close(out);
}
