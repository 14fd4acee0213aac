/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What compare.html says first: the answer in words, and each claim on each machine. */
#include "compare/findings.h"
#include "compare/page_tables.h"
#include "report/page/html.h"

static const char *concord_text(enum concord concord)
{
    static const char *const texts[] = {"", "agree", "part", "part"};
    return texts[concord];
}

static void write_claim(const struct comparison_of_runs *comparison, const struct verdict_row *row,
                        FILE *out)
{
    fputs("<tr><th scope=\"row\" class=\"wrap\">", out);
    html_text(out, row->text);
    fputs("</th>", out);
    html_cell(out, concord_text(verdict_concord(row, &comparison->machines)));
    for (size_t i = 0; i < comparison->machines.count; i++) {
        const char *text = verdict_there_text(&row->machines[i]);
        fprintf(out, "<td class=\"%s\"><span class=\"verdict\">", text);
        html_text(out, text);
        fputs("</span></td>", out);
    }
    fputs("</tr>\n", out);
}

static void write_claims(const struct comparison_of_runs *comparison, FILE *out)
{
    const struct machines *machines = &comparison->machines;
    struct html_column columns[2 + MACHINES_MAX] = {{.heading = "Claim"}, {.heading = "They"}};
    if (comparison->verdicts.count == 0)
        return;
    for (size_t i = 0; i < machines->count; i++)
        columns[2 + i].heading = machines->machines[i].name;
    html_table_open(out, "Popular claims, on each machine", columns, 2 + machines->count);
    for (size_t i = 0; i < comparison->verdicts.count; i++)
        write_claim(comparison, &comparison->verdicts.rows[i], out);
    html_table_close(out);
}

void page_answer_write(const struct comparison_of_runs *comparison, FILE *out)
{
    struct findings findings;
    findings_read(&findings, comparison, false);
    for (size_t i = 0; i < findings.count; i++)
        html_element(out, "p", findings.texts[i]);
    if (findings.count == 0)
        fputs("<p>The runs are one run: there is nothing to set beside it.</p>\n", out);
    findings_finish(&findings);
    write_claims(comparison, out);
}
