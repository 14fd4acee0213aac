/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which comparisons answer a question. */
#include "analysis/claims/judge.h"
#include "analysis/words/arm.h"
#include "analysis/words/workload.h"
#include "base/alloc.h"
#include "run/model.h"
#include "run/pair.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A rate that a slow foreign subject set keeps ours nearly idle: no question is about that. Of
 * another pair it may be the only rate for all that it keeps up with. */
static bool is_at_rate_to_judge(const struct trial_group *group)
{
    return strcmp(group_text(group, "rate_basis"), "common_rate") != 0 ||
           !pair_is_ours(pair_of_row(group->table, group->first));
}

bool trials_are_of(const struct trial_group *trials, enum scenario_claim claim)
{
    const char *scenario = group_text(trials, "scenario");
    return scenario_claim_of(scenario) == claim &&
           (claim != CLAIM_OF_WAITING || strcmp(scenario, scenario_plain_server()->name) == 0);
}

bool trials_are_connected(const struct trial_group *trials)
{
    return trials_are_of(trials, CLAIM_OF_WAITING);
}

bool trials_are_without_network(const struct trial_group *trials)
{
    const struct scenario *scenario = scenario_find(group_text(trials, "scenario"));
    return scenario && scenario->kind == SCENARIO_SERVER && !scenario->protocol;
}

static bool is_of(const struct question *question, const struct trial_group *trials)
{
    return question->of == CLAIM_OF_NONE || trials_are_of(trials, question->of) ||
           (question->also != CLAIM_OF_NONE && trials_are_of(trials, question->also));
}

static bool are_pair(const struct question *question, const struct summary_row *row)
{
    if (question->are_pair)
        return question->are_pair(row->a, row->b);
    return opponents_are_of_one_pair(row->a, row->b) &&
           !arm_has_no_like(row->b->table, row->b->first);
}

static bool asks_for(const struct question *question, const struct evidence *evidence,
                     const struct summary_row *row)
{
    return row->experiment == &experiment_list[question->experiment] &&
           (!question->metric || strcmp(row->metric.name, question->metric) == 0) &&
           is_of(question, row->a) && are_pair(question, row) &&
           trials_are_of_pair(row->a, evidence) && is_at_rate_to_judge(row->a) &&
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

static bool same_workload(const struct trial_group *a, const struct trial_group *b)
{
    struct workload workload = workload_of(a->table, a->first);
    return workload_has(&workload, b->table, b->first);
}

/* The order of the summary, whose silent rows stand apart; of ways the smallest pool first. */
static int compare_selected(const void *left, const void *right)
{
    const struct summary_row *a = *(const struct summary_row *const *)left;
    const struct summary_row *b = *(const struct summary_row *const *)right;
    int ways = arm_compare_ways(a->b->table, a->b->first, b->b->table, b->b->first);
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    if (ways != 0)
        return ways;
    if (a->b != b->b)
        return a->b < b->b ? -1 : 1;
    return (a > b) - (a < b);
}

static const struct summary_row *row_at(const struct summary *summary, size_t index)
{
    return index < summary->count ? &summary->rows[index]
                                  : &summary->silent[index - summary->count];
}

/* Whether the row's loop is not the workload's fair opponent: loops are where it has them. */
static bool is_outdone(const struct summary_row *row, const struct summary_row *const *rows,
                       size_t count)
{
    if (!model_is_loop(group_text(row->b, "model")) || is_fair_loops(row))
        return false;
    if (loop_is(row, MODEL_LOOPS))
        return true;
    for (size_t i = 0; i < count; i++)
        if (is_fair_loops(rows[i]) && same_workload(row->a, rows[i]->a))
            return true;
    return false;
}

/* Whether threads do worse against `row` than against `best`, of two ways of one setting. A way
 * that has a vote stands before one that has none, and a figure before none. */
static bool is_better_for_loop(const struct summary_row *row, const struct summary_row *best)
{
    bool votes = comparison_absence(row) == ABSENCE_NONE;
    double of_row = row->comparison.ratio.value;
    double of_best = best->comparison.ratio.value;
    if (votes != (comparison_absence(best) == ABSENCE_NONE))
        return votes;
    if (isnan(of_row) || isnan(of_best))
        return !isnan(of_row);
    return row->metric.kind == METRIC_RATE ? of_row < of_best : of_row > of_best;
}

/* Ways of one setting are against the same trials of threads, and stand together. */
static void choose_rows(struct selection *selection, size_t ways)
{
    selection->rows = alloc_array(ways, sizeof *selection->rows);
    selection->first_way = alloc_array(ways + 1, sizeof *selection->first_way);
    for (size_t i = 0; i < ways; i++) {
        const struct summary_row *way = selection->ways[i];
        bool begins = i == 0 || selection->ways[i - 1]->a != way->a ||
                      strcmp(selection->ways[i - 1]->metric.name, way->metric.name) != 0;
        if (begins) {
            selection->first_way[selection->count] = i;
            selection->rows[selection->count++] = way;
        } else if (is_better_for_loop(way, selection->rows[selection->count - 1])) {
            selection->rows[selection->count - 1] = way;
        }
    }
    selection->first_way[selection->count] = ways;
}

struct selection question_select(const struct question *question, const struct evidence *evidence)
{
    const struct summary *summary = evidence->summary;
    size_t count = summary->count + summary->silent_count;
    const struct summary_row **asked = alloc_array(count, sizeof(const struct summary_row *));
    struct selection selection = {.ways = alloc_array(count, sizeof *selection.ways)};
    size_t asked_count = 0;
    size_t ways = 0;
    for (size_t i = 0; i < count; i++)
        if (asks_for(question, evidence, row_at(summary, i)))
            asked[asked_count++] = row_at(summary, i);
    for (size_t i = 0; i < asked_count; i++)
        if (!is_outdone(asked[i], asked, asked_count))
            selection.ways[ways++] = asked[i];
    free(asked);
    qsort(selection.ways, ways, sizeof *selection.ways, compare_selected);
    choose_rows(&selection, ways);
    return selection;
}

void selection_finish(struct selection *selection)
{
    free(selection->rows);
    free(selection->ways);
    free(selection->first_way);
    *selection = (struct selection){0};
}

size_t selection_ways_of(const struct selection *selection, size_t row)
{
    return selection->first_way[row + 1] - selection->first_way[row];
}

int selection_read_ballot(const struct selection *selection, size_t row, double factor,
                          struct ballot *ballot, struct error *error)
{
    const struct summary_row **others =
        alloc_array(selection_ways_of(selection, row), sizeof(const struct summary_row *));
    size_t count = 0;
    for (size_t i = selection->first_way[row]; i < selection->first_way[row + 1]; i++)
        if (selection->ways[i] != selection->rows[row])
            others[count++] = selection->ways[i];
    int result = ballot_read(ballot, selection->rows[row], others, count, factor, error);
    free(others);
    return result;
}
