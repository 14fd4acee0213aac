/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tally in words. */
#include "analysis/claims/judge.h"
#include "analysis/summary/store_bound.h"
#include "analysis/words/units.h"
#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A block whose ratio is this far from its setting's median, either way, is no usual one. */
#define BAD_FACTOR 2.0

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
        if (isnan(ratio_of(ballot)) ||
            (ballot->absence != ABSENCE_NONE && ballot->absence != ABSENCE_FEW_BLOCKS))
            continue;
        if (!*least || ratio_of(ballot) < ratio_of(*least))
            *least = ballot;
        if (!*most || ratio_of(ballot) > ratio_of(*most))
            *most = ballot;
    }
}

/* " (p90)" of what stands in for a quantile that the words name: "other_p90". */
static void write_stand_in(const struct ballot *ballot, FILE *out)
{
    const char *name = ballot->row->metric.name;
    const char *quantile = strrchr(name, '_');
    if (ballot->stands_in)
        fprintf(out, " (%s)", quantile ? quantile + 1 : name);
}

static void write_extreme(const struct selection *selection, const struct ballot *ballot, FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    fputs(units_format_ratio(&ballot->row->comparison.ratio, text), out);
    fputs(selection->count > 1 ? " for " : "", out);
    if (selection->count > 1)
        selection_write_row(selection, ballot->row, NULL, NULL, out);
    write_stand_in(ballot, out);
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

const char *absence_text(enum absence absence)
{
    static const char *const texts[ABSENCE_COUNT] = {
        [ABSENCE_STORE] = "the database was the limit",
        [ABSENCE_BEYOND] = "too much for both",
        [ABSENCE_FEW_BLOCKS] = "too few blocks",
        [ABSENCE_FAILED] = "trials failed",
        [ABSENCE_CONTENDED] = "others at work",
        [ABSENCE_FEW_EVENTS] = "withheld",
        [ABSENCE_OVERLOADED] = "overloaded",
        [ABSENCE_LOADED] = "generator loaded",
        [ABSENCE_BOUND] = "generator the limit",
        [ABSENCE_LATE] = "generator late",
    };
    return texts[absence];
}

static void write_count(const struct tally *tally, const char **before, const char *what,
                        size_t count, FILE *out)
{
    if (count == 0)
        return;
    fprintf(out, "%s%s", *before, what);
    if (tally->count > 1)
        fprintf(out, " in %zu", count);
    *before = ", ";
}

/* " (8 settings: threads lower in 5, unresolved in 3)": the parts make up the whole. What all have
 * in common is said once: " (8 settings, each with too few blocks)". */
static void write_counts(const struct tally *tally, FILE *out)
{
    static const struct {
        const char *what;
        enum side side;
    } sides[] = {
        {"threads lower", SIDE_LOWER},
        {"threads higher", SIDE_HIGHER},
        {"equal", SIDE_EQUAL},
        {"unresolved", SIDE_UNRESOLVED},
    };
    const char *before = ": ";
    fprintf(out, " (%zu setting%s", tally->count, tally->count == 1 ? "" : "s");
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
        write_count(tally, &before, sides[i].what, tally_on_side(tally, sides[i].side), out);
    for (enum absence absence = ABSENCE_NONE + 1; absence < ABSENCE_COUNT; absence++)
        if (absence != ABSENCE_FEW_BLOCKS || !tally_has_few_blocks(tally))
            write_count(tally, &before, absence_text(absence), tally_absent(tally, absence), out);
    if (tally_has_few_blocks(tally))
        fprintf(out, ", %s%s", *before == ':' ? "each" : "the others", TALLY_FEW_BLOCKS);
    if (tally->together != SIDE_UNRESOLVED)
        fprintf(out, ", all together threads %s",
                tally->together == SIDE_LOWER ? "lower" : "higher");
    fputc(')', out);
}

static void write_absent(const struct tally *tally, const struct selection *selection,
                         enum absence absence, const char *what, FILE *out)
{
    const char *before = " for ";
    if (tally_absent(tally, absence) == 0)
        return;
    text_separate(out);
    fprintf(out, "%s: %s", what, absence_text(absence));
    for (size_t i = 0; selection->count > 1 && i < tally->count; i++) {
        if (tally->ballots[i].absence != absence)
            continue;
        fputs(before, out);
        selection_write_row(selection, tally->ballots[i].row, NULL, NULL, out);
        before = ", for ";
    }
}

/* Trials that were withheld or failed: their blocks are left out, and are few. */
static void write_gaps(const struct tally *tally, FILE *out)
{
    size_t withheld = 0;
    size_t trials = 0;
    size_t failed = 0;
    for (size_t i = 0; i < tally->count; i++) {
        const struct comparison *comparison = &tally->ballots[i].row->comparison;
        if (tally->ballots[i].absence != ABSENCE_NONE)
            continue;
        withheld += comparison->doubts_a.withheld.trials + comparison->doubts_b.withheld.trials;
        trials += comparison->doubts_a.trials + comparison->doubts_b.trials;
        failed += tally->ballots[i].row->a->failed + tally->ballots[i].row->b->failed;
    }
    if (withheld > 0)
        fprintf(out, "; judged without the blocks that lack it: %zu of %zu trials", withheld,
                trials);
    if (failed > 0)
        fprintf(out, "; judged without the blocks in which one failed: %zu of %zu trials", failed,
                trials + failed);
}

void tally_write_absences(const struct tally *tally, const struct evidence *evidence,
                          const struct question *question, const char *what, FILE *out)
{
    struct selection selection = question_select(question, evidence);
    for (enum absence absence = ABSENCE_NONE + 1; absence < ABSENCE_COUNT; absence++)
        if (absence != ABSENCE_FEW_BLOCKS || !tally_has_few_blocks(tally))
            write_absent(tally, &selection, absence, what, out);
    selection_finish(&selection);
}

void tally_write_basis(const struct tally *tally, FILE *out)
{
    size_t resolved = tally_resolved(tally);
    size_t settings = tally_settings(tally);
    const char *plural = settings == 1 ? "" : "s";
    if (tally->count == 0)
        fputs("not run", out);
    else if (settings == 0)
        fprintf(
            out, "%s throughout",
            absence_text(tally_absent(tally, ABSENCE_STORE) > 0 ? ABSENCE_STORE : ABSENCE_BEYOND));
    else if (tally->together != SIDE_UNRESOLVED)
        fprintf(out, "rests on all %zu settings together, %zu of them resolved by themselves",
                tally_votes(tally), tally_votes(tally) - tally_on_side(tally, SIDE_UNRESOLVED));
    else if (resolved == 0)
        fprintf(out, "none of %zu setting%s is resolved", settings, plural);
    else if (!tally_suffices(resolved, settings))
        fprintf(out, "only %zu of %zu settings %s resolved, too few for a verdict", resolved,
                settings, resolved == 1 ? "is" : "are");
    else if (resolved == 1)
        fprintf(out, "rests on a single one of %zu setting%s", settings, plural);
    else
        fprintf(out, "rests on %zu of %zu settings", resolved, settings);
}

static int64_t first_cell(const struct trial_group *trials, const char *column)
{
    const struct csv_table *table = trials->table;
    return strtoll(csv_cell(table, trials->first, csv_column(table, column)), NULL, 10);
}

/* Those that vote and whose side is not known, and those whose trials failed: nothing is known of
 * how far they are from a verdict. */
static void note_open(struct open_settings *open, const struct tally *tally)
{
    for (size_t i = 0; i < tally->count; i++) {
        const struct ballot *ballot = &tally->ballots[i];
        const struct shift *shift = &ballot->shift;
        bool votes = ballot->absence == ABSENCE_NONE && ballot->side == SIDE_UNRESOLVED;
        if (!votes && ballot->absence != ABSENCE_FEW_BLOCKS && ballot->absence != ABSENCE_FAILED)
            continue;
        struct open_setting setting = {
            .experiment = ballot->row->experiment->name,
            .block = first_cell(ballot->row->a, "block"),
            .order = first_cell(ballot->row->a, "order"),
            .deviation = votes ? sqrt(shift->variance / (double)shift->blocks) : HUGE_VAL,
        };
        open_settings_add(open, &setting);
    }
}

void ruling_rest_on(struct ruling *ruling, const struct tally *tally)
{
    for (size_t i = 0; i < tally->count; i++) {
        const struct trial_group *trials = tally->ballots[i].row->a;
        size_t cpus = store_shared_cpus(trials->table, trials->first);
        ruling->store_cpus = cpus > ruling->store_cpus ? cpus : ruling->store_cpus;
    }
    ruling->settings += tally_settings(tally);
    ruling->resolved += tally_resolved(tally);
    tally_write_basis(tally, ruling->condition);
    if (tally->together == SIDE_UNRESOLVED)
        note_open(ruling->open, tally);
}

void tally_write_test(FILE *out)
{
    fputs("; shown are ratios of medians, tested is the mean of the blocks' logarithms", out);
}

static size_t count_bad_blocks(const struct paired *pairs)
{
    double *ratios = alloc_array(pairs->count, sizeof *ratios);
    size_t bad = 0;
    for (size_t i = 0; i < pairs->count; i++)
        ratios[i] = pairs->a[i] / pairs->b[i];
    double usual = statistics_median(ratios, pairs->count);
    for (size_t i = 0; i < pairs->count; i++)
        bad += ratios[i] > BAD_FACTOR * usual || ratios[i] * BAD_FACTOR < usual;
    free(ratios);
    return bad;
}

/* "; 3 of 120 blocks beyond a factor of 2 of their setting's usual one": a verdict is about that.
 */
static void write_bad_blocks(const struct tally *tally, FILE *out)
{
    size_t blocks = 0;
    size_t bad = 0;
    for (size_t i = 0; i < tally->count; i++) {
        if (tally->ballots[i].absence != ABSENCE_NONE)
            continue;
        blocks += tally->ballots[i].pairs.count;
        bad += count_bad_blocks(&tally->ballots[i].pairs);
    }
    if (bad > 0)
        fprintf(out, "; %zu of %zu blocks beyond a factor of %g of their setting's usual one", bad,
                blocks, BAD_FACTOR);
}

void tally_write(const struct tally *tally, const struct evidence *evidence,
                 const struct question *question, const char *what, FILE *out)
{
    struct selection selection = question_select(question, evidence);
    if (tally->count > 0) {
        text_separate(out);
        fprintf(out, "%s, %s", what, question->pair ? question->pair : "threads : loop");
        write_counts(tally, out);
        write_extremes(tally, &selection, out);
        write_bad_blocks(tally, out);
        write_gaps(tally, out);
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
    if (heading->resolved)
        return ballot->side == heading->side;
    bool lower = shift_leans(&ballot->alone, SIDE_LOWER);
    bool higher = shift_leans(&ballot->alone, SIDE_HIGHER);
    return ballot->side == SIDE_UNRESOLVED && heading->side == (lower    ? SIDE_LOWER
                                                                : higher ? SIDE_HIGHER
                                                                         : SIDE_UNRESOLVED);
}

/* " for 100 active connections"; nothing of a workload's only setting. */
static void write_for(const struct selection *selection, const struct summary_row *row, FILE *out)
{
    char *text = NULL;
    size_t length = 0;
    FILE *words = alloc_checked(open_memstream(&text, &length));
    selection_write_row(selection, row, NULL, NULL, words);
    fclose(words);
    if (length > 0)
        fprintf(out, " for %s", text);
    free(text);
}

/* `workload` is what the statement is about, or NULL where that needs no word. */
static void write_below(const struct heading *heading, const struct tally *tally,
                        const struct selection *selection, const struct workload *workload,
                        FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    bool begun = false;
    for (size_t i = 0; i < tally->count; i++) {
        const struct ballot *ballot = &tally->ballots[i];
        if (!is_below(heading, ballot))
            continue;
        if (!begun) {
            text_separate(out);
            if (workload)
                workload_write(workload, out);
            fputs(workload ? ": " : "", out);
        }
        fputs(begun ? "," : heading->words, out);
        begun = true;
        write_for(selection, ballot->row, out);
        write_stand_in(ballot, out);
        fprintf(out, ": %s", units_format_ratio(&ballot->row->comparison.ratio, text));
    }
}

static void write_sides(const struct tally *tally, const struct selection *selection,
                        const struct workload *workload, FILE *out)
{
    static const struct heading headings[] = {
        {SIDE_LOWER, true, "threads lower"},
        {SIDE_HIGHER, true, "threads higher"},
        {SIDE_EQUAL, true, "equal"},
        {SIDE_LOWER, false, "unresolved, perhaps lower,"},
        {SIDE_HIGHER, false, "unresolved, perhaps higher,"},
        {SIDE_UNRESOLVED, false, "unresolved"},
    };
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
        write_below(&headings[i], tally, selection, workload, out);
}

void tally_write_sides(const struct tally *tally, const struct evidence *evidence,
                       const struct question *question, FILE *out)
{
    struct selection selection = question_select(question, evidence);
    struct workload *workloads;
    size_t count = tally_workloads(tally, &workloads);
    selection.is_grouped = tally_tells_workload(tally);
    if (!selection.is_grouped)
        write_sides(tally, &selection, NULL, out);
    for (size_t i = 0; selection.is_grouped && i < count; i++) {
        struct tally part = tally_of_workload(tally, &workloads[i]);
        write_sides(&part, &selection, &workloads[i], out);
        free(part.ballots);
    }
    free(workloads);
    selection_finish(&selection);
}
