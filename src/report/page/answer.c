/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The beginning of the page: the answer in some sentences, and the figures that one remembers. */
#include "analysis/words/units.h"
#include "report/page/html.h"
#include "report/page/section.h"
#include "report/page/sections.h"
#include "report/page/sentence.h"
#include "report/page/votes.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* The claims that somebody who chooses asks first, and what their figures are. */
static const struct {
    const char *id;
    const char *heading;
    const char *what;
} asked[] = {
    {"memory-per-waiter", "Memory of one more waiter", "threads against the loop, all in"},
    {"speed", "Requests per second", "threads against the loop"},
    {"tail", "Tail latency, p99", "threads against the loop; less is better"},
    {"idle-only", "Beside thousands of idle connections", "threads against the loop"},
    {"compatibility", "Beside calls that block, p99",
     "of the requests that do not block, threads against a loop that makes the calls itself"},
};
#define ASKED (sizeof asked / sizeof *asked)

static const struct claim *find_claim(const struct claims *claims, const char *id)
{
    for (size_t i = 0; i < claims->count; i++)
        if (strcmp(claims->claims[i].id, id) == 0)
            return &claims->claims[i];
    return NULL;
}

/* Whether there is something to show of it. */
static bool has_figure(const struct claim *claim)
{
    return claim && strcmp(claim->figures, "not run") != 0 &&
           (!isnan(claim->shown.threads) || votes_can_be_drawn(claim));
}

/* "8.99 (8.99 to 8.99) times" of one setting, or how far the settings reach. */
static void write_big(const struct claim *claim, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    if (isnan(claim->shown.threads)) {
        fputs("<p class=\"big\">", out);
        html_text(out, claim->answer);
        fputs("</p>\n", out);
        return;
    }
    fprintf(out, "<p class=\"big\">%s times</p>\n<p class=\"ci\">",
            units_format_ratio_alone(claim->shown.ratio.value, text));
    if (*units_format_ratio_interval(&claim->shown.ratio, text))
        fprintf(out, "95 %% interval %s; ", text);
    claim_write_pair(claim, out);
    fputs("</p>\n", out);
}

static void write_figure(const struct claim *claim, size_t index, FILE *out)
{
    char id[64];
    snprintf(id, sizeof id, "figure-%s", claim->id);
    fprintf(out, "<li>\n<h3>%s</h3>\n", asked[index].heading);
    write_big(claim, out);
    fprintf(out, "<p class=\"label\">%s</p>\n", asked[index].what);
    if (index == 0 && !isnan(claim->shown.threads))
        votes_write_bars(claim, id, out);
    else if (votes_can_be_drawn(claim))
        votes_write_strip(claim, id, out);
    fputs("</li>\n", out);
}

bool page_has_answer(const struct page *page)
{
    const struct claims *claims = &page->analysis->claims;
    bool has = false;
    for (size_t i = 0; !page->analysis->has_aa && i < ASKED; i++)
        has |= has_figure(find_claim(claims, asked[i].id));
    return has;
}

void report_answer(struct page *page)
{
    FILE *out = page->out;
    const struct claims *claims = &page->analysis->claims;
    if (!page_has_answer(page))
        return;
    section_open(out, "answer", "The answer, on this machine");
    fputs("<p class=\"headline\">", out);
    for (size_t i = 0; i < ASKED; i++)
        if (has_figure(find_claim(claims, asked[i].id)))
            sentence_write_answer(find_claim(claims, asked[i].id), out);
    fputs("</p>\n<ul class=\"figures\">\n", out);
    for (size_t i = 0; i < ASKED; i++)
        if (has_figure(find_claim(claims, asked[i].id)))
            write_figure(find_claim(claims, asked[i].id), i, out);
    fputs("</ul>\n", out);
    section_close(out);
}
