/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The beginning of the page: the answer in some sentences, and the figures that one remembers. */
#include "analysis/words/units.h"
#include "report/page/html.h"
#include "report/page/section.h"
#include "report/page/sections.h"
#include "report/page/sentence.h"
#include "report/page/votes.h"
#include "run/machine_json.h"
#include "run/pair.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
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
    sentence_write_standing(claim, out);
    fprintf(out, "<p class=\"label\">%s</p>\n", asked[index].what);
    if (index == 0 && !isnan(claim->shown.threads))
        votes_write_bars(claim, id, out);
    else if (votes_can_be_drawn(claim))
        votes_write_strip(claim, id, out);
    fputs("</li>\n", out);
}

static bool pair_has_answer(const struct claims *claims, size_t pair)
{
    bool has = false;
    for (size_t i = 0; i < ASKED; i++)
        has |= has_figure(claims_find(claims, pair, asked[i].id));
    return has;
}

/* Those that have an answer, of those that are shown; the caller frees `pairs`. */
static size_t find_pairs(const struct page *page, size_t **pairs)
{
    const struct claims *claims = &page->analysis->claims;
    size_t shown = claims_shown_pairs(claims, pairs);
    size_t count = 0;
    for (size_t i = 0; !page->analysis->has_aa && i < shown; i++)
        if (pair_has_answer(claims, (*pairs)[i]))
            (*pairs)[count++] = (*pairs)[i];
    return count;
}

bool page_has_answer(const struct page *page)
{
    size_t *pairs;
    size_t count = find_pairs(page, &pairs);
    free(pairs);
    return count > 0;
}

/* In some sentences; of another pair than ours, and beside one, with its name before them. */
static void write_headline(const struct claims *claims, size_t pair, bool named, FILE *out)
{
    fputs("<p class=\"headline\">", out);
    if (named) {
        fputs("<span class=\"label\">", out);
        html_text(out, claims->pairs[pair].name);
        fputs(":</span> ", out);
    }
    for (size_t i = 0; i < ASKED; i++)
        if (has_figure(claims_find(claims, pair, asked[i].id)))
            sentence_write_answer(claims_find(claims, pair, asked[i].id), out);
    fputs("</p>\n", out);
}

/* Who reads the answer alone must not take it for that of a quiet machine. */
static void write_disturbed(const struct page *page)
{
    const json_t *list = machine_find(page->run->machine, "disturbances.during");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = machine_find_text(json_array_get(list, i), "name");
        fputs(i == 0 ? "<p class=\"ci\">While this was measured, it was disturbed: " : ", ",
              page->out);
        html_text(page->out, name ? name : "?");
    }
    if (json_array_size(list) > 0)
        fputs(" (<a href=\"#disturbed\">how much</a>).</p>\n", page->out);
}

/* Of the first pair: figures that one remembers are few. */
static void write_figures(const struct claims *claims, size_t pair, FILE *out)
{
    fputs("<ul class=\"figures\">\n", out);
    for (size_t i = 0; i < ASKED; i++)
        if (has_figure(claims_find(claims, pair, asked[i].id)))
            write_figure(claims_find(claims, pair, asked[i].id), i, out);
    fputs("</ul>\n", out);
}

void report_answer(struct page *page)
{
    FILE *out = page->out;
    const struct claims *claims = &page->analysis->claims;
    size_t *pairs;
    size_t count = find_pairs(page, &pairs);
    if (count > 0) {
        section_open(out, "answer", "The answer, on this machine");
        for (size_t i = 0; i < count; i++)
            write_headline(claims, pairs[i],
                           count > 1 || !pair_is_ours(claims->pairs[pairs[i]].name), out);
        write_disturbed(page);
        write_figures(claims, pairs[0], out);
        section_close(out);
    }
    free(pairs);
}
