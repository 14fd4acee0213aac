/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/page/sentence.h"

#include "report/page/html.h"
#include "report/page/votes.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static const struct words {
    const char *id;
    const char *reproduced;
    const char *refuted;
    const char *matter; /* what depends or is not decided, where the answer has it */
} all_words[] = {
    {"memory-per-waiter", "A thread takes more memory than a connection of the event loop",
     "A thread takes no more memory than a connection of the event loop",
     "Which of the two takes more memory"},
    {"memory-growth", "Each further connection adds less memory to the loop than to threads",
     "The loop's memory grows no slower than that of threads", NULL},
    {"threads-few-hundred", "A thousand threads are not practical here",
     "A thousand threads and more are practical here", NULL},
    {"loop-unbounded", "The loop went on where threads had ended",
     "The loop ended where threads did not", NULL},
    {"speed", "Threads answer at least as many requests as the loop",
     "Threads answer fewer requests than the loop", "Which of the two answers more requests"},
    {"tail", "The loop's slowest requests take longer than those of threads",
     "The loop's slowest requests take no longer than those of threads",
     "Whose slowest requests take longer"},
    {"idle-only", "The loop is better with thousands of idle connections, and not without",
     "Idle connections are not what makes the loop the better one",
     "Whether only idle connections make the loop the better one"},
    {"trickiness", "Threads lost updates of a counter without a lock, and the loop none",
     "No update was lost with threads, or some were in the loop, too", NULL},
    {"control-flow", "Every scenario gave the right answer with threads and in the loop",
     "Threads could not do what the loop could", NULL},
    {"cancellation", "Threads take longer to stop than tasks",
     "Threads take no longer to stop than tasks", NULL},
    {"compatibility", "Beside calls that block, other requests wait less with threads",
     "Beside calls that block, other requests wait no less with threads",
     "Whether calls that block hold others up less with threads"},
};

static const struct words *words_of(const struct claim *claim)
{
    for (size_t i = 0; i < sizeof all_words / sizeof *all_words; i++)
        if (strcmp(all_words[i].id, claim->id) == 0)
            return &all_words[i];
    return &all_words[0];
}

static bool is_run(const struct claim *claim)
{
    return strcmp(claim->figures, "not run") != 0;
}

/* The sentence of a verdict, of the settings that it rests on where these are not all. */
static void write_side(const struct claim *claim, const char *side, FILE *out)
{
    bool is_part = claim->resolved < claim->settings;
    char first[] = {is_part ? (char)tolower((unsigned char)*side) : *side, '\0'};
    if (is_part)
        fprintf(out, "In %zu of %zu settings ", claim->resolved, claim->settings);
    html_text(out, first);
    html_text(out, side + 1);
}

static const char *shown_side(const struct claim *claim)
{
    if (claim->verdict == CLAIM_REPRODUCED)
        return words_of(claim)->reproduced;
    return claim->verdict == CLAIM_REFUTED ? words_of(claim)->refuted : NULL;
}

static void write_undecided(const struct claim *claim, FILE *out)
{
    if (strstr(claim->figures, "too few blocks for a verdict"))
        fprintf(out, "Too few blocks for a verdict, which takes %d.", STATISTICS_BLOCKS_MIN);
    else if (strstr(claim->condition, "the same limit stops both"))
        fputs("The same limit stopped both.", out);
    else if (strstr(claim->condition, "no more were asked for"))
        fputs("Not decided: no more were asked for.", out);
    else if (claim->settings > 0)
        fprintf(out, "Not decided: %zu of %zu settings %s resolved.", claim->resolved,
                claim->settings, claim->resolved == 1 ? "is" : "are");
    else
        fputs("Not decided by this run.", out);
}

/* "Resident alone, without a network: ..., where the talk has about 10 KB and 2 KB." */
static void write_talk(const struct claim *claim, FILE *out)
{
    char first[] = {(char)toupper((unsigned char)claim->talk[0]), '\0'};
    if (*first == '\0')
        return;
    fprintf(out, " %s", first);
    html_text(out, claim->talk + 1);
    fputc('.', out);
}

void sentence_write(const struct claim *claim, FILE *out)
{
    const char *side = shown_side(claim);
    if (side) {
        write_side(claim, side, out);
        fputc('.', out);
    } else if (claim->verdict == CLAIM_DEPENDS) {
        fprintf(out,
                "It depends on the setting: threads are better in %zu, the loop in %zu of %zu.",
                votes_count(claim, BETTER_THREADS), votes_count(claim, BETTER_LOOP),
                claim->votes.count);
    } else {
        write_undecided(claim, out);
    }
    write_talk(claim, out);
}

/* " (100 active connections)": of several settings the one that the figures are of. */
static void write_setting(const struct claim *claim, FILE *out)
{
    const char *setting = claim_shown_setting(claim);
    if (*setting == '\0')
        return;
    fputs(" (", out);
    html_text(out, setting);
    fputc(')', out);
}

void sentence_write_standing(const struct claim *claim, FILE *out)
{
    const char *setting = claim_shown_setting(claim);
    if (claim->settings == 0)
        return;
    fprintf(out, "<p class=\"ci\">%s: %zu of %zu setting%s resolved",
            claim_verdict_text(claim->verdict), claim->resolved, claim->settings,
            claim->settings == 1 ? "" : "s");
    if (strstr(claim->figures, "too few blocks for a verdict"))
        fputs(", too few blocks", out);
    fputs(*setting ? "; shown: " : "", out);
    html_text(out, setting);
    fputs("</p>\n", out);
}

void sentence_write_answer(const struct claim *claim, FILE *out)
{
    const char *side = shown_side(claim);
    const char *matter = words_of(claim)->matter;
    if (!is_run(claim) || (!side && !matter))
        return;
    if (side) {
        write_side(claim, side, out);
        fputs(": ", out);
        html_text(out, claim->answer);
        write_setting(claim, out);
    } else {
        html_text(out, matter);
        fputs(claim->verdict == CLAIM_DEPENDS ? " depends on the setting" : " is not decided", out);
    }
    fputc('.', out);
    write_talk(claim, out);
    fputc('\n', out);
}
