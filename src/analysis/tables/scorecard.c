/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/tables/scorecard.h"

#include "base/utf8.h"

#include <string.h>

/* 10 + 1 + CLAIM_NAME_CHARS + 1 + 44: exactly 80, of which the settings stand at the right end. */
#define VERDICT_WIDTH 10
#define FIGURES_WIDTH 44

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

/* "61.2 k/s against 89.9 k/s, 0.68 times   3/12" */
static void print_figures(const struct claim *claim, FILE *out)
{
    char settings[48];
    if (claim->settings == 0) {
        fputs(claim->answer, out);
        return;
    }
    snprintf(settings, sizeof settings, "%zu/%zu", claim->resolved, claim->settings);
    utf8_print_left(claim->answer, FIGURES_WIDTH - strlen(settings), out);
    fputs(settings, out);
}

static bool any_lacks_blocks(const struct claims *claims)
{
    for (size_t i = 0; i < claims->count; i++)
        if (strstr(claims->claims[i].figures, "too few blocks for a verdict"))
            return true;
    return false;
}

void scorecard_print(const struct claims *claims, bool colours, FILE *out)
{
    fprintf(out, "\nScorecard\n\n%-*s %-*s %-*s%s\n", VERDICT_WIDTH, "verdict", CLAIM_NAME_CHARS,
            "claim", FIGURES_WIDTH - (int)strlen("settings"), "threads against the loop",
            "settings");
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = &claims->claims[i];
        print_verdict(claim->verdict, colours, out);
        utf8_print_left(claim->name, CLAIM_NAME_CHARS, out);
        fputc(' ', out);
        print_figures(claim, out);
        fputc('\n', out);
    }
    fputs("\n(settings: in how many of those that a claim was asked in its side is resolved.\n"
          "The report has each claim in full, its conditions and every setting's vote.)\n",
          out);
    if (any_lacks_blocks(claims))
        fprintf(out, "(A claim that rests on too few blocks is undecided: a verdict takes %d.)\n",
                STATISTICS_BLOCKS_MIN);
}
