/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/alloc.h"
#include "analysis/judge.h"
#include "analysis/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CONFIDENCE 0.999

void text_separate(FILE *out)
{
    if (ftell(out) > 0)
        fputs("; ", out);
}

static void count_interval(struct tally *tally, struct interval interval)
{
    bool lower = interval.high < 1 - JUDGE_MARGIN;
    bool higher = interval.low > 1 + JUDGE_MARGIN;
    bool not_lower = interval.low > 1 - JUDGE_MARGIN;
    bool not_higher = interval.high < 1 + JUDGE_MARGIN;
    tally->lower += lower;
    tally->higher += higher;
    tally->not_lower += not_lower;
    tally->not_higher += not_higher;
    tally->equal += not_lower && not_higher;
}

static void keep_extremes(struct tally *tally, const struct summary_row *row)
{
    double ratio = row->comparison.ratio.value;
    if (!tally->least || ratio < tally->least->comparison.ratio.value)
        tally->least = row;
    if (!tally->most || ratio > tally->most->comparison.ratio.value)
        tally->most = row;
}

static int count_row(struct tally *tally, const struct evidence *evidence,
                     const struct summary_row *row, struct error *error)
{
    struct interval interval;
    if (isnan(row->comparison.ratio.value))
        return 0;
    int result = row_interval(row, evidence, CONFIDENCE, &interval, error);
    tally->left_out += result == 0;
    if (result <= 0)
        return result;
    tally->total++;
    tally->few_blocks += isnan(interval.low);
    count_interval(tally, interval);
    keep_extremes(tally, row);
    return 0;
}

int tally_add(struct tally *tally, const struct evidence *evidence, const struct question *question,
              struct error *error)
{
    struct selection selection = question_select(question, evidence);
    int result = 0;
    for (size_t i = 0; result == 0 && i < selection.count; i++)
        result = count_row(tally, evidence, selection.rows[i], error);
    selection_finish(&selection);
    return result;
}

bool tally_shows(const struct tally *tally, size_t count)
{
    return count > tally->total / 10;
}

enum claim_verdict tally_decide(const struct tally *tally, bool claimed_higher)
{
    size_t as_claimed = claimed_higher ? tally->higher : tally->lower;
    size_t contrary = claimed_higher ? tally->lower : tally->higher;
    if (tally_shows(tally, contrary) || (tally->total > 0 && tally->equal == tally->total))
        return CLAIM_REFUTED;
    return tally_shows(tally, as_claimed) ? CLAIM_REPRODUCED : CLAIM_UNDECIDED;
}

int group_median(const struct trial_group *group, const char *column, double *median,
                 struct error *error)
{
    struct observation *observations;
    int64_t count = group_observations(group, column, NULL, &observations, error);
    if (count < 0)
        return (int)count;
    double *values = alloc_array((size_t)count, sizeof *values);
    for (int64_t i = 0; i < count; i++)
        values[i] = observations[i].value;
    *median = statistics_median(values, (size_t)count);
    free(values);
    free(observations);
    return 0;
}

static void write_extreme(const struct selection *selection, const struct summary_row *row,
                          FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    fputs(units_format_ratio(&row->comparison.ratio, text), out);
    fputs(selection->count > 1 ? " for " : "", out);
    if (selection->count > 1)
        selection_write_row(selection, row, NULL, NULL, out);
}

static void write_extremes(const struct tally *tally, const struct evidence *evidence,
                           const struct question *question, FILE *out)
{
    struct selection selection = question_select(question, evidence);
    write_extreme(&selection, tally->least, out);
    if (tally->most != tally->least) {
        fputs(", to ", out);
        write_extreme(&selection, tally->most, out);
    }
    selection_finish(&selection);
}

/* " (8 settings: threads lower in 5, unresolved in 3)": the parts make up the whole. */
static void write_counts(const struct tally *tally, FILE *out)
{
    size_t known = tally->lower + tally->higher + tally->equal + tally->few_blocks;
    size_t settings = tally->total + tally->left_out;
    const struct {
        const char *what;
        size_t count;
    } parts[] = {
        {"threads lower", tally->lower},
        {"threads higher", tally->higher},
        {"equal", tally->equal},
        {"unresolved", tally->total - known},
        {"too few blocks", tally->few_blocks},
        {"left out, the load generator being late or the limit,", tally->left_out},
    };
    const char *before = ": ";
    fprintf(out, " (%zu setting%s", settings, settings == 1 ? "" : "s");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].count == 0)
            continue;
        fprintf(out, "%s%s", before, parts[i].what);
        if (settings > 1)
            fprintf(out, " in %zu", parts[i].count);
        before = ", ";
    }
    fputc(')', out);
}

void tally_write(const struct tally *tally, const struct evidence *evidence,
                 const struct question *question, const char *what, FILE *out)
{
    if (tally->total + tally->left_out == 0)
        return;
    text_separate(out);
    fprintf(out, "%s, threads : loop", what);
    write_counts(tally, out);
    if (tally->total > 0) {
        fputs(": ", out);
        write_extremes(tally, evidence, question, out);
    }
    if (tally->total > 0 && tally->few_blocks == tally->total)
        fprintf(out, "; a verdict takes at least %d blocks", STATISTICS_BLOCKS_MIN);
}

static const char *side_of(const struct tally *tally)
{
    if (tally->lower > 0)
        return "lower";
    if (tally->higher > 0)
        return "higher";
    return tally->equal > 0 ? "equal" : NULL;
}

int tally_write_sides(const struct evidence *evidence, const struct question *question, FILE *out,
                      struct error *error)
{
    struct selection selection = question_select(question, evidence);
    int result = 0;
    for (size_t i = 0; result == 0 && i < selection.count; i++) {
        const struct summary_row *row = selection.rows[i];
        struct tally one = {0};
        char text[UNITS_TEXT_SIZE];
        result = count_row(&one, evidence, row, error);
        const char *side = side_of(&one);
        if (result < 0 || !side)
            continue;
        text_separate(out);
        fprintf(out, "threads %s for ", side);
        selection_write_row(&selection, row, NULL, NULL, out);
        fprintf(out, ": %s", units_format_ratio(&row->comparison.ratio, text));
    }
    selection_finish(&selection);
    return result;
}
