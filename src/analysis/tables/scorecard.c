/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/tables/scorecard.h"

#include "analysis/words/units.h"
#include "base/utf8.h"
#include "run/pair.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OMITS_SIZE 512

/* 10 + 1 + CLAIM_NAME_CHARS + 1 + 44: exactly 80, of which the settings stand at the right end. */
#define VERDICT_WIDTH 10
#define FIGURES_WIDTH 44
#define LINE_WIDTH    80

/* Of several pairs two stand side by side: CLAIM_NAME_CHARS + 2 * (1 + 27), of which a verdict
 * takes 10 + 1. */
#define BESIDE      2
#define SIDE_WIDTH  27
#define RATIO_WIDTH (SIDE_WIDTH - VERDICT_WIDTH - 1)

/* The word itself is the verdict; the colour only repeats it. */
static void print_verdict(enum claim_verdict verdict, bool colours, FILE *out)
{
    static const char *const starts[] = {
        [CLAIM_UNDECIDED] = "\033[33m",
        [CLAIM_REPRODUCED] = "\033[32m",
        [CLAIM_REFUTED] = "\033[31m",
        [CLAIM_DEPENDS] = "\033[35m",
    };
    fputs(colours ? starts[verdict] : "", out);
    utf8_print_left(claim_verdict_text(verdict), VERDICT_WIDTH, out);
    fputs(colours ? "\033[0m " : " ", out);
}

/* "61.2 k/s against 89.9 k/s, 0.68 times   3/12". A run that was cut short may have asked a claim
 * and have no figure for it. */
static void print_figures(const struct claim *claim, FILE *out)
{
    char settings[48];
    const char *answer = *claim->answer ? claim->answer : "too little was measured";
    if (claim->settings == 0) {
        fputs(answer, out);
        return;
    }
    snprintf(settings, sizeof settings, "%zu/%zu", claim->resolved, claim->settings);
    utf8_print_left(answer, FIGURES_WIDTH - strlen(settings), out);
    fputs(settings, out);
}

/* A line for each claim of one pair. */
static void print_alone(const struct claims *claims, size_t pair, bool colours, FILE *out)
{
    const char *name = claims->pairs[pair].name;
    fputs("\nScorecard", out);
    if (!pair_is_ours(name))
        fprintf(out, " of %.60s", name);
    fprintf(out, "\n\n%-*s %-*s %-*s%s\n", VERDICT_WIDTH, "verdict", CLAIM_NAME_CHARS, "claim",
            FIGURES_WIDTH - (int)strlen("settings"), "threads against the loop", "settings");
    for (size_t i = 0; i < claims_per_pair(claims); i++) {
        const struct claim *claim = claims_of_pair(claims, pair, i);
        print_verdict(claim->verdict, colours, out);
        utf8_print_left(claim->name, CLAIM_NAME_CHARS, out);
        fputc(' ', out);
        print_figures(claim, out);
        fputc('\n', out);
    }
}

static bool is_run(const struct claim *claim)
{
    return strcmp(claim->figures, "not run") != 0;
}

/* "8.74 times  3/12" behind the verdict; or "not run". */
static void print_ratio(const struct claim *claim, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    char ratio[UNITS_TEXT_SIZE + 8] = "";
    char settings[48] = "";
    if (!is_run(claim))
        snprintf(ratio, sizeof ratio, "not run");
    else if (!isnan(claim->shown.threads) && !isnan(claim->shown.ratio.value))
        snprintf(ratio, sizeof ratio, "%s times",
                 units_format_ratio_alone(claim->shown.ratio.value, text));
    if (claim->settings > 0)
        snprintf(settings, sizeof settings, "%zu/%zu", claim->resolved, claim->settings);
    size_t width = strlen(settings) < RATIO_WIDTH ? RATIO_WIDTH - strlen(settings) : 0;
    utf8_print_left(ratio, width, out);
    utf8_print_left(settings, RATIO_WIDTH - width, out);
}

/* How much of the claim's answer fits: all of it, or up to where it goes on to something else. */
static size_t short_length(const char *answer)
{
    static const char *const ends[] = {", ", " in "};
    size_t length = strlen(answer);
    if (utf8_width(answer) <= SIDE_WIDTH)
        return length;
    size_t best = 0;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        for (const char *at = strstr(answer, ends[i]); at; at = strstr(at + 1, ends[i]))
            if ((size_t)(at - answer) <= SIDE_WIDTH && (size_t)(at - answer) > best)
                best = (size_t)(at - answer);
    return best;
}

static bool has_answer(const struct claim *claim)
{
    return is_run(claim) && short_length(claim->answer) > 0;
}

/* "38.4 KiB against 4.10 KiB" */
static void print_answer(const struct claim *claim, FILE *out)
{
    char text[SIDE_WIDTH * 4 + 1] = "";
    if (has_answer(claim))
        snprintf(text, sizeof text, "%.*s", (int)short_length(claim->answer), claim->answer);
    utf8_print_left(text, SIDE_WIDTH, out);
}

/* The verdicts of `count` pairs, and below them what fits of the figures. */
static void print_claim_beside(const struct claims *claims, const size_t *pairs, size_t count,
                               size_t index, bool colours, FILE *out)
{
    bool answers = false;
    utf8_print_left(claims_of_pair(claims, 0, index)->name, CLAIM_NAME_CHARS, out);
    for (size_t i = 0; i < count; i++) {
        const struct claim *claim = claims_of_pair(claims, pairs[i], index);
        fputc(' ', out);
        print_verdict(claim->verdict, colours, out);
        print_ratio(claim, out);
        answers |= has_answer(claim);
    }
    fputc('\n', out);
    if (!answers)
        return;
    fprintf(out, "%*s", CLAIM_NAME_CHARS, "");
    for (size_t i = 0; i < count; i++) {
        fputc(' ', out);
        print_answer(claims_of_pair(claims, pairs[i], index), out);
    }
    fputc('\n', out);
}

static void print_beside(const struct claims *claims, const size_t *pairs, size_t count,
                         bool colours, FILE *out)
{
    fputs("\nScorecard: threads against the loop\n\n", out);
    utf8_print_left("claim", CLAIM_NAME_CHARS, out);
    for (size_t i = 0; i < count; i++) {
        fputc(' ', out);
        utf8_print_left(claims->pairs[pairs[i]].name, SIDE_WIDTH - strlen("settings"), out);
        fputs("settings", out);
    }
    fputc('\n', out);
    for (size_t i = 0; i < claims_per_pair(claims); i++)
        print_claim_beside(claims, pairs, count, i, colours, out);
}

static bool any_lacks_blocks(const struct claims *claims)
{
    for (size_t i = 0; i < claims->count; i++)
        if (strstr(claims->claims[i].figures, "too few blocks for a verdict"))
            return true;
    return false;
}

/* In lines of at most so many columns, between words. */
static void print_wrapped(const char *text, size_t width, FILE *out)
{
    size_t column = 0;
    while (*text) {
        size_t length = strcspn(text, " ");
        if (column > 0 && column + 1 + length > width) {
            fputc('\n', out);
            column = 0;
        }
        fprintf(out, "%s%.*s", column > 0 ? " " : "", (int)length, text);
        column += length + (column > 0);
        text += length;
        text += *text == ' ';
    }
    fputc('\n', out);
}

/* "(python: resident alone, without a network: ..., where the talk has about 10 KB and 2 KB)" */
static void print_talk(const struct claim *claim, FILE *out)
{
    char text[512];
    if (*claim->talk == '\0')
        return;
    snprintf(text, sizeof text, "(%.60s: %s.)", claim->pair, claim->talk);
    print_wrapped(text, LINE_WIDTH, out);
}

/* A plan may be somebody's, with any text. */
static void print_omits(const char *omits, FILE *out)
{
    char shown[OMITS_SIZE];
    char text[OMITS_SIZE + 32];
    utf8_printable(shown, sizeof shown, omits);
    snprintf(text, sizeof text, "(The plan leaves out: %s.)", shown);
    print_wrapped(text, LINE_WIDTH, out);
}

void scorecard_print(const struct claims *claims, const char *omits, bool colours, FILE *out)
{
    size_t *pairs;
    size_t count = claims_shown_pairs(claims, &pairs);
    for (size_t i = 0; i < count; i += BESIDE)
        if (count == 1)
            print_alone(claims, pairs[i], colours, out);
        else
            print_beside(claims, pairs + i, count - i < BESIDE ? count - i : BESIDE, colours, out);
    free(pairs);
    fputs("\n(settings: in how many of those that a claim was asked in its side is resolved.\n"
          "The report has each claim in full, its conditions and every setting's vote.)\n",
          out);
    if (count > 1)
        fputs("(Each claim of each pair is judged by itself: with more verdicts, more may be\n"
              "wrong.)\n",
              out);
    for (size_t i = 0; i < claims->count; i++)
        print_talk(&claims->claims[i], out);
    if (any_lacks_blocks(claims))
        fprintf(out, "(A claim that rests on too few blocks is undecided: a verdict takes %d.)\n",
                STATISTICS_BLOCKS_MIN);
    if (omits)
        print_omits(omits, out);
}
