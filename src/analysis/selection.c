/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which comparisons answer a question, and what tells them apart, in words. */
#include "analysis/alloc.h"
#include "analysis/judge.h"
#include "analysis/wording.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static bool is_client_bound(const struct summary_row *row)
{
    const struct comparison *comparison = &row->comparison;
    size_t half = comparison->ratio.blocks / 2;
    if (row->metric.kind != METRIC_RATE)
        return false;
    return comparison->ratio.value < 1 ? comparison->client_bound_a > half
                                       : comparison->client_bound_b > half;
}

/* The same percentile from the actual send; NULL where there is none. */
static const struct metric *service_of(const struct summary_row *row)
{
    char name[64];
    snprintf(name, sizeof name, "service_%s", row->metric.name);
    return row->experiment->metrics ? experiment_metric(row->experiment, name) : NULL;
}

int row_interval(const struct summary_row *row, const struct evidence *evidence, double confidence,
                 struct interval *interval, struct error *error)
{
    const struct metric *service = service_of(row);
    struct interval of_service;
    if (is_client_bound(row))
        return 0;
    int result =
        compare_interval(row->a, row->b, &row->metric, confidence, evidence->seed, interval, error);
    if (result < 0)
        return result;
    /* `late` counts the trials of both arms: more than half of them. */
    if (row->comparison.late <= row->comparison.ratio.blocks)
        return 1;
    if (!service)
        return 0;
    result =
        compare_interval(row->a, row->b, service, confidence, evidence->seed, &of_service, error);
    if (result < 0 || isnan(of_service.low))
        return result;
    interval->low = fmin(interval->low, of_service.low);
    interval->high = fmax(interval->high, of_service.high);
    return 1;
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

void selection_write_row(const struct selection *selection, const struct summary_row *row,
                         const char *x, const char *also, FILE *out)
{
    const struct csv_table *table = row->a->table;
    const char *told = NULL;
    for (size_t i = 0; i < csv_column_count(table); i++) {
        const char *column = csv_column_name(table, i);
        const char *cell = group_text(row->a, column);
        bool tells = experiment_is_condition(row->experiment, column) ||
                     strcmp(column, "stack_bytes") == 0 || strcmp(column, "allocator") == 0;
        bool along = (x && strcmp(column, x) == 0) || (also && strcmp(column, also) == 0);
        if (!tells || along || cell[0] == '\0' || !varies(selection, column) ||
            is_implied(selection, column))
            continue;
        if (told && change_together(selection, told, column))
            continue;
        fputs(told ? ", " : "", out);
        wording_write(column, cell, out);
        told = column;
    }
}
