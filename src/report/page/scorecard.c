/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/claims/claims.h"
#include "report/charts/run_files.h"
#include "report/page/html.h"
#include "report/page/sections.h"

#include <stdbool.h>
#include <string.h>

#define WIDE_BYTES 700

/* The word itself is the verdict; mark and colour only repeat it. */
static const char *mark_of(const char *verdict)
{
    if (strcmp(verdict, "reproduced") == 0)
        return "✓";
    if (strcmp(verdict, "depends") == 0)
        return "±";
    return strcmp(verdict, "refuted") == 0 ? "✗" : "?";
}

static const char *class_of(const char *verdict)
{
    if (strcmp(verdict, "reproduced") == 0 || strcmp(verdict, "refuted") == 0 ||
        strcmp(verdict, "depends") == 0)
        return verdict;
    return "undecided";
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
static bool is_wide(const struct csv_table *claims, size_t row)
{
    return strlen(run_cell(claims, row, "figures")) + strlen(run_cell(claims, row, "condition")) >
           WIDE_BYTES;
}

static void write_claim(FILE *out, const struct csv_table *claims, size_t row)
{
    const char *verdict = run_cell(claims, row, "verdict");
    const char *claim = run_cell(claims, row, "claim");
    fprintf(out, "<li class=\"%s%s\">\n<p class=\"verdict\"><span aria-hidden=\"true\">%s</span> ",
            class_of(verdict), is_wide(claims, row) ? " wide" : "", mark_of(verdict));
    html_text(out, *verdict ? verdict : "undecided");
    claims_write_basis(claims, row, out);
    fputs("</p>\n", out);
    html_element(out, "h3", *claim ? claim : run_cell(claims, row, "id"));
    write_statements(out, "Figures", run_cell(claims, row, "figures"));
    write_statements(out, "Condition", run_cell(claims, row, "condition"));
    fputs("</li>\n", out);
}

void report_scorecard(struct page *page)
{
    FILE *out = page->out;
    struct csv_table *claims = NULL;
    struct error error = {{0}};
    report_open(page, "scorecard", "Scorecard");
    fputs("<p>Claims about threads and event loops, and what this machine says to each.</p>\n",
          out);
    if (run_read_csv(&claims, page->run_dir, "claims.csv", &error) == 0) {
        fputs("<ul class=\"claims\">\n", out);
        for (size_t row = 0; row < csv_row_count(claims); row++)
            write_claim(out, claims, row);
        fputs("</ul>\n", out);
    } else {
        report_missing(page, "The scorecard is not here", error.text);
    }
    csv_table_destroy(claims);
    report_close(page);
}
