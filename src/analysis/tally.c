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

static bool asks_for(const struct question *question, const struct summary_row *row)
{
    return row->experiment == &experiment_files[question->experiment] &&
           (!question->metric || strcmp(row->metric.name, question->metric) == 0) &&
           (!question->scenario ||
            strcmp(group_text(row->a, "scenario"), question->scenario) == 0) &&
           !summary_is_foreign(row->a) && (!question->keep || question->keep(row));
}

static bool loop_is(const struct summary_row *row, const char *model)
{
    return strcmp(group_text(row->b, "model"), model) == 0;
}

/* One loop per server CPU is the fair opponent where the server has several. On a single CPU a
 * second loop is only one more process to switch to. */
static bool is_fair_loops(const struct summary_row *row)
{
    const char *cpus = group_text(row->b, "server_cpus");
    return loop_is(row, "loops") && (cpus[0] == '\0' || strpbrk(cpus, ",-"));
}

struct selection question_select(const struct question *question, const struct evidence *evidence)
{
    const struct summary *summary = evidence->summary;
    struct selection selection = {alloc_array(summary->count, sizeof *selection.rows), 0};
    const char *model = "loop";
    for (size_t i = 0; i < summary->count; i++)
        if (asks_for(question, &summary->rows[i]) && is_fair_loops(&summary->rows[i]))
            model = "loops";
    for (size_t i = 0; i < summary->count; i++)
        if (asks_for(question, &summary->rows[i]) && loop_is(&summary->rows[i], model))
            selection.rows[selection.count++] = &summary->rows[i];
    return selection;
}

void selection_finish(struct selection *selection)
{
    free(selection->rows);
    *selection = (struct selection){0};
}

bool row_is_doubtful(const struct summary_row *row)
{
    const struct comparison *comparison = &row->comparison;
    size_t half = comparison->ratio.blocks / 2;
    if (comparison->late > comparison->ratio.blocks)
        return true;
    if (row->metric.kind != METRIC_RATE)
        return false;
    return comparison->ratio.value < 1 ? comparison->client_bound_a > half
                                       : comparison->client_bound_b > half;
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
    if (row_is_doubtful(row)) {
        tally->left_out++;
        return 0;
    }
    int result = compare_interval(row->a, row->b, &row->metric, CONFIDENCE, evidence->seed,
                                  &interval, error);
    if (result < 0)
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

static bool varies(const struct selection *selection, const char *column)
{
    for (size_t i = 1; i < selection->count; i++)
        if (strcmp(group_text(selection->rows[i]->a, column),
                   group_text(selection->rows[0]->a, column)) != 0)
            return true;
    return false;
}

/* Columns that change together, as the kinds of work per request do, are told once. Rows are
 * ordered by their conditions, so that neighbours show it. */
static bool change_together(const struct selection *selection, const char *a, const char *b)
{
    for (size_t i = 1; i < selection->count; i++) {
        const struct trial_group *before = selection->rows[i - 1]->a;
        const struct trial_group *after = selection->rows[i]->a;
        bool same_a = strcmp(group_text(before, a), group_text(after, a)) == 0;
        bool same_b = strcmp(group_text(before, b), group_text(after, b)) == 0;
        if (same_a != same_b)
            return false;
    }
    return true;
}

void selection_write_row(const struct selection *selection, const struct summary_row *row,
                         const char *x, const char *also, FILE *out)
{
    const struct csv_table *table = row->a->table;
    const char *told = NULL;
    for (size_t i = 0; i < csv_column_count(table); i++) {
        const char *column = csv_column_name(table, i);
        bool tells = experiment_is_condition(row->experiment, column) ||
                     strcmp(column, "stack_bytes") == 0 || strcmp(column, "allocator") == 0;
        bool along = (x && strcmp(column, x) == 0) || (also && strcmp(column, also) == 0);
        if (!tells || along || group_text(row->a, column)[0] == '\0' || !varies(selection, column))
            continue;
        if (told && change_together(selection, told, column))
            continue;
        fprintf(out, "%s%s=%s", told ? " " : " at ", column, group_text(row->a, column));
        told = column;
    }
}

static void write_extreme(const struct selection *selection, const struct summary_row *row,
                          FILE *out)
{
    char text[UNITS_TEXT_SIZE];
    fputs(units_format_ratio(&row->comparison.ratio, text), out);
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

void tally_write(const struct tally *tally, const struct evidence *evidence,
                 const struct question *question, const char *what, FILE *out)
{
    if (tally->total + tally->left_out == 0)
        return;
    text_separate(out);
    fputs(what, out);
    if (tally->total > 0) {
        fputs(", threads : loop: ", out);
        write_extremes(tally, evidence, question, out);
    }
    if (tally->total > 0 && tally->few_blocks == tally->total)
        fprintf(out, "; too few blocks for a verdict (of at least %d)", STATISTICS_BLOCKS_MIN);
    else if (tally->total > 0)
        fprintf(out, "; threads lower in %zu of %zu conditions, higher in %zu, equal in %zu",
                tally->lower, tally->total, tally->higher, tally->equal);
    if (tally->few_blocks > 0 && tally->few_blocks < tally->total)
        fprintf(out, ", too few blocks in %zu", tally->few_blocks);
    if (tally->left_out > 0)
        fprintf(out, ", %zu left out, where the load generator was the limit or late",
                tally->left_out);
}
