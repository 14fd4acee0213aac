/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/page/html.h"
#include "report/page/section.h"
#include "report/page/sections.h"
#include "report/page/sentence.h"
#include "report/page/votes.h"

#include <stdbool.h>
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
    fputs("</summary>\n", out);
    if (claim->votes.count > 0)
        votes_write_table(claim, out);
    write_statements(out, "Figures", claim->figures);
    write_statements(out, "Where", claim->condition);
    write_statements(out, "Rests on", claim->rests_on);
    fputs("</details>\n", out);
}

/* The claim and what the run says to it, the verdict with the figures that bear it, and the votes.
 * A small window shows the cells below each other: roles keep them a table. */
static void write_claim(FILE *out, const struct claim *claim)
{
    char id[64];
    const char *verdict = claim_verdict_text(claim->verdict);
    snprintf(id, sizeof id, "votes-%s", claim->id);
    fprintf(out, "<tr role=\"row\" class=\"%s\"><th scope=\"row\" role=\"rowheader\">", verdict);
    html_text(out, claim->text);
    fprintf(out,
            "</th><td role=\"cell\"><p class=\"verdict\"><span aria-hidden=\"true\">%s</span> %s",
            mark_of(claim->verdict), verdict);
    claim_write_basis(claim, out);
    fputs("</p>\n", out);
    if (strcmp(claim->answer, claim->figures) != 0) { /* "not run" is said */
        fputs("<p>", out);
        sentence_write(claim, out);
        fputs("</p>\n", out);
        html_element(out, "p", claim->answer);
    }
    fputs("</td><td role=\"cell\">", out);
    if (votes_can_be_drawn(claim))
        votes_write_forest(claim, id, out);
    fputs("</td></tr>\n<tr role=\"row\" class=\"more\"><td role=\"cell\" colspan=\"3\">", out);
    write_details(claim, out);
    fputs("</td></tr>\n", out);
}

static void write_table(const struct claims *claims, FILE *out)
{
    static const char *const headings[] = {"Claim", "Verdict", "Settings"};
    fputs(
        "<table class=\"claims\" role=\"table\">\n<caption>Threads against the event loop: ratios "
        "with 95 % intervals, on an axis of factors. Filled: resolved; hollow: not.</caption>\n"
        "<thead role=\"rowgroup\"><tr role=\"row\">",
        out);
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
        fprintf(out, "<th scope=\"col\" role=\"columnheader\">%s</th>", headings[i]);
    fputs("</tr></thead>\n<tbody role=\"rowgroup\">\n", out);
    for (size_t i = 0; i < claims->count; i++)
        write_claim(out, &claims->claims[i]);
    fputs("</tbody>\n</table>\n", out);
}

void report_scorecard(struct page *page)
{
    FILE *out = page->out;
    const struct analysis *analysis = page->analysis;
    section_open(out, "scorecard", "Scorecard");
    fputs("<p>Claims about threads and event loops, and what this machine says to each.</p>\n",
          out);
    if (analysis->has_claims)
        write_table(&analysis->claims, out);
    else
        section_missing(out, "The scorecard is not here", analysis->error.text);
    section_close(out);
}
