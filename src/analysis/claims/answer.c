/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tally in a line: the two figures that a verdict rests on, or how far its settings reach. */
#include "analysis/claims/judge.h"
#include "analysis/words/units.h"
#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double ratio_of(const struct ballot *ballot)
{
    return ballot->row->comparison.ratio.value;
}

static int compare_ratios(const void *left, const void *right)
{
    double a = ratio_of(*(const struct ballot *const *)left);
    double b = ratio_of(*(const struct ballot *const *)right);
    return (a > b) - (a < b);
}

/* Whether a verdict rests on it; without one, whether it has a figure that is no accident. */
static bool bears(const struct ballot *ballot, bool resolved)
{
    if (isnan(ratio_of(ballot)))
        return false;
    if (resolved)
        return ballot->absence == ABSENCE_NONE && ballot->side != SIDE_UNRESOLVED;
    return ballot->absence == ABSENCE_NONE || ballot->absence == ABSENCE_FEW_BLOCKS;
}

static size_t count_all(const struct tally *const *tallies, size_t count)
{
    size_t all = 0;
    for (size_t i = 0; i < count; i++)
        all += tallies[i]->count;
    return all;
}

/* Those ballots by their ratio, the smallest first; for the caller to free. */
static size_t gather(const struct tally *const *tallies, size_t count, bool resolved,
                     const struct ballot ***ballots)
{
    size_t found = 0;
    *ballots = alloc_array(count_all(tallies, count), sizeof **ballots);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < tallies[i]->count; k++)
            if (bears(&tallies[i]->ballots[k], resolved))
                (*ballots)[found++] = &tallies[i]->ballots[k];
    if (found > 0)
        qsort(*ballots, found, sizeof **ballots, compare_ratios);
    return found;
}

static void write_figure(double value, const char *unit, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    if (strcmp(unit, "ns") == 0)
        units_format_ns(value, text);
    else if (strcmp(unit, "seconds") == 0)
        units_format_ns(1e9 * value, text);
    else if (strcmp(unit, "bytes") == 0)
        units_format_bytes(value, text);
    else
        units_format_count(value, text);
    fprintf(out, "%s%s", text, strcmp(unit, "per_second") == 0 ? "/s" : "");
}

void answer_write_ratio(double ratio, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    fputs(units_format_ratio_alone(ratio, text), out);
}

void answer_write_pair(double threads, double loop, const char *unit, double ratio, FILE *out)
{
    write_figure(threads, unit, out);
    fputs(" against ", out);
    write_figure(loop, unit, out);
    if (!isnan(ratio)) {
        fputs(", ", out);
        answer_write_ratio(ratio, out);
        fputs(" times", out);
    }
}

void claim_write_pair(const struct claim *claim, FILE *out)
{
    answer_write_pair(claim->shown.threads, claim->shown.loop, claim->shown.unit, NAN, out);
}

const char *claim_shown_setting(const struct claim *claim)
{
    for (size_t i = 0; claim->shown.row && i < claim->votes.count; i++)
        if (claim->votes.items[i].row == claim->shown.row)
            return claim->votes.items[i].setting;
    return "";
}

void answer_show(const struct claim_setting *shown, struct ruling *ruling)
{
    answer_write_pair(shown->threads, shown->loop, shown->unit, shown->ratio.value, ruling->answer);
    ruling->shown = *shown;
}

static void show_setting(const struct ballot *ballot, struct ruling *ruling)
{
    const struct comparison *comparison = &ballot->row->comparison;
    const struct claim_setting shown = {
        .threads = comparison->median_a,
        .loop = comparison->median_b,
        .unit = ballot->row->metric.unit,
        .ratio = comparison->ratio,
        .row = ballot->row,
    };
    answer_show(&shown, ruling);
}

/* "0.55 to 1.10 times in 12 settings" */
static void write_range(const struct ballot *const *ballots, size_t count, FILE *out)
{
    answer_write_ratio(ratio_of(ballots[0]), out);
    fputs(" to ", out);
    answer_write_ratio(ratio_of(ballots[count - 1]), out);
    fprintf(out, " times in %zu settings", count);
}

/* "withheld in 4 of 4": the reason that most settings have. */
static void write_absence(const struct tally *const *tallies, size_t count, FILE *out)
{
    enum absence most = ABSENCE_NONE;
    size_t most_count = 0;
    for (enum absence absence = ABSENCE_NONE + 1; absence < ABSENCE_COUNT; absence++) {
        size_t absent = 0;
        for (size_t i = 0; i < count; i++)
            absent += tally_absent(tallies[i], absence);
        if (absent > most_count) {
            most = absence;
            most_count = absent;
        }
    }
    if (most_count > 0)
        fprintf(out, "%s in %zu of %zu", absence_text(most), most_count, count_all(tallies, count));
}

/* Of an even number the one nearer to 1: a line that speaks for several settings does not take the
 * strongest. */
static const struct ballot *middle_of(const struct ballot *const *ballots, size_t count)
{
    const struct ballot *low = ballots[(count - 1) / 2];
    const struct ballot *high = ballots[count / 2];
    return fabs(log(ratio_of(low))) <= fabs(log(ratio_of(high))) ? low : high;
}

void answer_write(const struct tally *const *tallies, size_t tally_count, struct ruling *ruling)
{
    const struct ballot **ballots;
    enum claim_verdict verdict = ruling->verdict;
    size_t count = gather(tallies, tally_count, verdict != CLAIM_UNDECIDED, &ballots);
    bool one_sided = count > 0 && (verdict == CLAIM_REPRODUCED || verdict == CLAIM_REFUTED);
    if (count == 0 && verdict != CLAIM_UNDECIDED) {
        free(ballots); /* all settings together decide, and none by itself */
        count = gather(tallies, tally_count, false, &ballots);
    }
    if (count == 0)
        write_absence(tallies, tally_count, ruling->answer);
    else if (one_sided || count == 1)
        show_setting(middle_of(ballots, count), ruling);
    else
        write_range(ballots, count, ruling->answer);
    free(ballots);
}
