/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/html.h"
#include "report/report_sections.h"
#include "report/run_files.h"

#include <stdbool.h>
#include <string.h>

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

/* Figures and conditions are statements with "; " between: one is a line, several are a list. */
static void write_statements(FILE *out, const char *label, const char *text)
{
    if (*text == '\0')
        return;
    bool several = strstr(text, "; ");
    fprintf(out,
            several ? "<p class=\"label\">%s</p>\n<ul>\n" : "<p><span class=\"label\">%s</span> ",
            label);
    while (several && *text) {
        const char *end = strstr(text, "; ");
        size_t length = end ? (size_t)(end - text) : strlen(text);
        fputs("<li>", out);
        html_text_part(out, text, length);
        fputs("</li>\n", out);
        text += length + (end ? 2 : 0);
    }
    html_text(out, text);
    fputs(several ? "</ul>\n" : "</p>\n", out);
}

static void write_claim(FILE *out, const struct csv_table *claims, size_t row)
{
    const char *verdict = run_cell(claims, row, "verdict");
    const char *claim = run_cell(claims, row, "claim");
    fprintf(out, "<li class=\"%s\">\n<p class=\"verdict\"><span aria-hidden=\"true\">%s</span> ",
            class_of(verdict), mark_of(verdict));
    html_text(out, *verdict ? verdict : "undecided");
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
