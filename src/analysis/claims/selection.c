/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which comparisons answer a question, and what tells them apart, in words. */
#include "analysis/claims/judge.h"
#include "analysis/words/load_kind.h"
#include "analysis/words/wording.h"
#include "base/alloc.h"
#include "run/model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A rate that a slow foreign subject set keeps ours nearly idle: no question is about that. */
static bool is_at_common_rate(const struct trial_group *group)
{
    return strcmp(group_text(group, "rate_basis"), "common_rate") == 0;
}

bool trials_are_of(const struct trial_group *trials, enum scenario_claim claim)
{
    const char *scenario = group_text(trials, "scenario");
    return scenario_claim_of(scenario) == claim &&
           (claim != CLAIM_OF_WAITING || strcmp(scenario, scenario_plain_server()->name) == 0);
}

static bool asks_for(const struct question *question, const struct summary_row *row)
{
    return row->experiment == &experiment_list[question->experiment] &&
           (!question->metric || strcmp(row->metric.name, question->metric) == 0) &&
           (question->of == CLAIM_OF_NONE || trials_are_of(row->a, question->of)) &&
           opponents_are_ours(row->a, row->b) && !is_at_common_rate(row->a) &&
           (!question->keep || question->keep(row));
}

static bool loop_is(const struct summary_row *row, enum model model)
{
    return model_is(group_text(row->b, "model"), model);
}

/* One loop per server CPU is the fair opponent where the server has several. On a single CPU a
 * second loop is only one more process to switch to. */
static bool is_fair_loops(const struct summary_row *row)
{
    const char *cpus = group_text(row->b, "server_cpus");
    return loop_is(row, MODEL_LOOPS) && (cpus[0] == '\0' || strpbrk(cpus, ",-"));
}

/* The order of the summary, whose silent rows stand apart. */
static int compare_selected(const void *left, const void *right)
{
    const struct summary_row *a = *(const struct summary_row *const *)left;
    const struct summary_row *b = *(const struct summary_row *const *)right;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    if (a->b != b->b)
        return a->b < b->b ? -1 : 1;
    return (a > b) - (a < b);
}

static const struct summary_row *row_at(const struct summary *summary, size_t index)
{
    return index < summary->count ? &summary->rows[index]
                                  : &summary->silent[index - summary->count];
}

struct selection question_select(const struct question *question, const struct evidence *evidence)
{
    const struct summary *summary = evidence->summary;
    size_t count = summary->count + summary->silent_count;
    struct selection selection = {alloc_array(count, sizeof *selection.rows), 0};
    enum model model = MODEL_LOOP;
    for (size_t i = 0; i < count; i++)
        if (asks_for(question, row_at(summary, i)) && is_fair_loops(row_at(summary, i)))
            model = MODEL_LOOPS;
    for (size_t i = 0; i < count; i++)
        if (asks_for(question, row_at(summary, i)) && loop_is(row_at(summary, i), model))
            selection.rows[selection.count++] = row_at(summary, i);
    qsort(selection.rows, selection.count, sizeof *selection.rows, compare_selected);
    return selection;
}

void selection_finish(struct selection *selection)
{
    free(selection->rows);
    *selection = (struct selection){0};
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

/* Connections are the active and the idle ones, so these say it better. */
static bool is_implied(const struct selection *selection, const char *column)
{
    return strcmp(column, "connections") == 0 &&
           (varies(selection, "active") || varies(selection, "idle"));
}

/* Columns of which all is said at once, when one of them differs. */
static const char *const load_columns[] = {
    "offered_per_second",
    "capacity_share",
    "rate_basis",
    NULL,
};

static bool is_among(const char *const *columns, const char *column)
{
    while (*columns && strcmp(*columns, column) != 0)
        columns++;
    return *columns;
}

static bool any_varies(const struct selection *selection, const char *const *columns)
{
    for (; *columns; columns++)
        if (varies(selection, *columns))
            return true;
    return false;
}

/* A text about one row in the making. */
struct row_text {
    const struct selection *selection;
    const struct trial_group *group;
    const char *x; /* the axis, which is not told */
    const char *also;
    const char *told; /* the last column that was; NULL before the first */
    bool told_work;
    bool told_load;
    FILE *out;
};

static bool is_along(const struct row_text *text, const char *column)
{
    return (text->x && strcmp(column, text->x) == 0) ||
           (text->also && strcmp(column, text->also) == 0);
}

/* Writes a group of columns unless they are told, all alike, or along the axis. */
static void tell_together(struct row_text *text, const char *const *columns, bool *told,
                          void write(const struct trial_group *group, FILE *out))
{
    if (*told || !any_varies(text->selection, columns) || (text->x && is_among(columns, text->x)))
        return;
    fputs(text->told ? columns == load_columns ? ", at " : ", " : "", text->out);
    write(text->group, text->out);
    text->told = columns[0];
    *told = true;
}

static void tell_column(struct row_text *text, const struct experiment *experiment,
                        const char *column)
{
    const char *cell = group_text(text->group, column);
    bool tells = experiment_is_condition(experiment, column) ||
                 strcmp(column, "stack_bytes") == 0 || strcmp(column, "allocator") == 0;
    if (!tells || is_along(text, column) || cell[0] == '\0' || !varies(text->selection, column) ||
        is_implied(text->selection, column))
        return;
    if (text->told && change_together(text->selection, text->told, column))
        return;
    fputs(text->told ? ", " : "", text->out);
    wording_write(column, cell, text->out);
    text->told = column;
}

void selection_write_row(const struct selection *selection, const struct summary_row *row,
                         const char *x, const char *also, FILE *out)
{
    const struct csv_table *table = row->a->table;
    struct row_text text = {.selection = selection, .group = row->a, .x = x, .also = also};
    bool is_load = row->experiment == &experiment_list[EXPERIMENT_THROUGHPUT] ||
                   row->experiment == &experiment_list[EXPERIMENT_LATENCY];
    text.out = out;
    for (size_t i = 0; i < csv_column_count(table); i++) {
        const char *column = csv_column_name(table, i);
        if (is_load && is_among(load_kind_columns, column))
            tell_together(&text, load_kind_columns, &text.told_work, wording_write_work);
        else if (is_load && is_among(load_columns, column))
            tell_together(&text, load_columns, &text.told_load, wording_write_load);
        else
            tell_column(&text, row->experiment, column);
    }
}
