/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tally in words. */
#include "analysis/judge.h"
#include "analysis/units.h"

#include <math.h>

void text_separate(FILE *out)
{
    if (ftell(out) > 0)
        fputs("; ", out);
}

static double ratio_of(const struct ballot *ballot)
{
    return ballot->row->comparison.ratio.value;
}

/* The ballots with the smallest and the largest ratio among those that vote or could. */
static void find_extremes(const struct tally *tally, const struct ballot **least,
                          const struct ballot **most)
{
    *least = NULL;
    *most = NULL;
    for (size_t i = 0; i < tally->count; i++) {
        const struct ballot *ballot = &tally->ballots[i];
        if (ballot->absence != ABSENCE_NONE && ballot->absence != ABSENCE_FEW_BLOCKS)
            continue;
        if (!*least || ratio_of(ballot) < ratio_of(*least))
            *least = ballot;
        if (!*most || ratio_of(ballot) > ratio_of(*most))
            *most = ballot;
    }
}

static void write_extreme(const struct selection *selection, const struct ballot *ballot, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    fputs(units_format_ratio(&ballot->row->comparison.ratio, text), out);
    fputs(selection->count > 1 ? " for " : "", out);
    if (selection->count > 1)
        selection_write_row(selection, ballot->row, NULL, NULL, out);
}

static void write_extremes(const struct tally *tally, const struct selection *selection, FILE *out)
{
    const struct ballot *least;
    const struct ballot *most;
    find_extremes(tally, &least, &most);
    if (!least)
        return;
    fputs(": ", out);
    write_extreme(selection, least, out);
    if (most == least)
        return;
    fputs(", to ", out);
    write_extreme(selection, most, out);
}

/* " (8 settings: threads lower in 5, unresolved in 3)": the parts make up the whole. */
static void write_counts(const struct tally *tally, FILE *out)
{
    size_t few = tally_absent(tally, ABSENCE_FEW_BLOCKS);
    const struct {
        const char *what;
        size_t count;
    } parts[] = {
        {"threads lower", tally_on_side(tally, SIDE_LOWER)},
        {"threads higher", tally_on_side(tally, SIDE_HIGHER)},
        {"equal", tally_on_side(tally, SIDE_EQUAL)},
        {"unresolved", tally_on_side(tally, SIDE_UNRESOLVED)},
        {"too few blocks", few},
        {"left out", tally->count - tally_votes(tally) - few},
    };
    const char *before = ": ";
    fprintf(out, " (%zu setting%s", tally->count, tally->count == 1 ? "" : "s");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].count == 0)
            continue;
        fprintf(out, "%s%s", before, parts[i].what);
        if (tally->count > 1)
            fprintf(out, " in %zu", parts[i].count);
        before = ", ";
    }
    if (tally->together != SIDE_UNRESOLVED)
        fprintf(out, ", all together threads %s",
                tally->together == SIDE_LOWER ? "lower" : "higher");
    fputc(')', out);
}

/* Whose trials they are: "threads", "the loop", "both". */
static const char *who_is_overloaded(const struct comparison *comparison)
{
    size_t quarter = comparison->ratio.blocks / 4;
    bool threads = comparison->doubts_a.overloaded > quarter;
    bool loop = comparison->doubts_b.overloaded > quarter;
    return threads && loop ? "both" : threads ? "threads" : "the loop";
}

/* "; p99 left out, overloaded: threads at an equal rate of 130,000 requests/s (90 %)" */
static void write_absent(const struct tally *tally, const struct selection *selection,
                         enum absence absence, const char *what, FILE *out)
{
    static const char *const reasons[ABSENCE_COUNT] = {
        [ABSENCE_OVERLOADED] = "overloaded",
        [ABSENCE_LOADED] = "the load generator being loaded itself",
        [ABSENCE_BOUND] = "the load generator being the limit",
        [ABSENCE_LATE] = "the load generator being late",
    };
    const char *before = ": ";
    if (!reasons[absence] || tally_absent(tally, absence) == 0)
        return;
    fprintf(out, "; %s left out, %s", what, reasons[absence]);
    for (size_t i = 0; i < tally->count; i++) {
        const struct ballot *ballot = &tally->ballots[i];
        if (ballot->absence != absence)
            continue;
        if (absence == ABSENCE_OVERLOADED)
            fprintf(out, "%s%s", before, who_is_overloaded(&ballot->row->comparison));
        if (selection->count > 1) {
            fputs(absence == ABSENCE_OVERLOADED ? " with " : before, out);
            selection_write_row(selection, ballot->row, NULL, NULL, out);
        }
        before = " and ";
    }
}

void tally_write(const struct tally *tally, const struct evidence *evidence,
                 const struct question *question, const char *what, FILE *out)
{
    struct selection selection = question_select(question, evidence);
    if (tally->count > 0) {
        text_separate(out);
        fprintf(out, "%s, threads : loop", what);
        write_counts(tally, out);
        write_extremes(tally, &selection, out);
        if (tally_absent(tally, ABSENCE_FEW_BLOCKS) == tally->count)
            fprintf(out, "; too few blocks for a verdict, which takes %d", STATISTICS_BLOCKS_MIN);
        for (enum absence absence = ABSENCE_OVERLOADED; absence < ABSENCE_COUNT; absence++)
            write_absent(tally, &selection, absence, what, out);
    }
    selection_finish(&selection);
}

int tally_write_beside(const struct evidence *evidence, const struct question *question,
                       const char *what, FILE *out, struct error *error)
{
    struct tally tally = {0};
    struct tally *const family[] = {&tally};
    int result = tally_add(&tally, evidence, question, error);
    if (result == 0) {
        tally_control(family, 1);
        tally_write(&tally, evidence, question, what, out);
    }
    tally_finish(&tally);
    return result;
}

/* What is said of ballots before they are listed. */
struct heading {
    enum side side;
    bool resolved;
    const char *words;
};

static bool is_below(const struct heading *heading, const struct ballot *ballot)
{
    if (ballot->absence != ABSENCE_NONE)
        return false;
    return heading->resolved
               ? ballot->side == heading->side
               : ballot->side == SIDE_UNRESOLVED && shift_leans(&ballot->shift, heading->side);
}

static void write_below(const struct heading *heading, const struct tally *tally,
                        const struct selection *selection, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    bool begun = false;
    for (size_t i = 0; i < tally->count; i++) {
        const struct ballot *ballot = &tally->ballots[i];
        if (!is_below(heading, ballot))
            continue;
        if (!begun)
            text_separate(out);
        fprintf(out, "%s for ", begun ? "," : heading->words);
        begun = true;
        selection_write_row(selection, ballot->row, NULL, NULL, out);
        fprintf(out, ": %s", units_format_ratio(&ballot->row->comparison.ratio, text));
    }
}

void tally_write_sides(const struct tally *tally, const struct evidence *evidence,
                       const struct question *question, FILE *out)
{
    static const struct heading headings[] = {
        {SIDE_LOWER, true, "threads lower"},
        {SIDE_HIGHER, true, "threads higher"},
        {SIDE_EQUAL, true, "equal"},
        {SIDE_LOWER, false, "unresolved, perhaps lower,"},
        {SIDE_HIGHER, false, "unresolved, perhaps higher,"},
    };
    struct selection selection = question_select(question, evidence);
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
        write_below(&headings[i], tally, &selection, out);
    selection_finish(&selection);
}
