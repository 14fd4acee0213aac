/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/page/html.h"
#include "report/page/section.h"
#include "report/page/sections.h"

#include <stdbool.h>
#include <string.h>

#define WIDE_BYTES 700

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

/* A claim that takes many words has the whole width. */
static bool is_wide(const struct claim *claim)
{
    return strlen(claim->figures) + strlen(claim->condition) > WIDE_BYTES;
}

static void write_claim(FILE *out, const struct claim *claim)
{
    const char *verdict = claim_verdict_text(claim->verdict);
    fprintf(out, "<li class=\"%s%s\">\n<p class=\"verdict\"><span aria-hidden=\"true\">%s</span> ",
            verdict, is_wide(claim) ? " wide" : "", mark_of(claim->verdict));
    html_text(out, verdict);
    claim_write_basis(claim, out);
    fputs("</p>\n", out);
    html_element(out, "h3", claim->text);
    write_statements(out, "Figures", claim->figures);
    write_statements(out, "Condition", claim->condition);
    fputs("</li>\n", out);
}

void report_scorecard(struct page *page)
{
    FILE *out = page->out;
    const struct analysis *analysis = page->analysis;
    section_open(out, "scorecard", "Scorecard");
    fputs("<p>Claims about threads and event loops, and what this machine says to each.</p>\n",
          out);
    if (analysis->has_claims) {
        fputs("<ul class=\"claims\">\n", out);
        for (size_t i = 0; i < analysis->claims.count; i++)
            write_claim(out, &analysis->claims.claims[i]);
        fputs("</ul>\n", out);
    } else {
        section_missing(out, "The scorecard is not here", analysis->error.text);
    }
    section_close(out);
}
