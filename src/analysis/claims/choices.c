/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/claims/choices.h"

#include "analysis/claims/judge.h"
#include "analysis/words/load_kind.h"
#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>

/* Of memory only what is without work and cold: what was done before is not done meanwhile. */
static bool is_plain_memory(const struct summary_row *row)
{
    return trials_are_plain(row->a);
}

/* Where some requests block, who is steady is seen by the others. */
static bool is_blocking(const struct summary_row *row)
{
    return strtod(group_text(row->a, "block_every"), NULL) > 0;
}

static bool is_not_blocking(const struct summary_row *row)
{
    return !is_blocking(row);
}

static const struct {
    int kind;
    struct question question;
} asked[] = {
    {CHOICE_SMALLER, {.experiment = EXPERIMENT_MEMORY, .metric = "total", .keep = is_plain_memory}},
    {CHOICE_SMALLER, {.experiment = EXPERIMENT_THROUGHPUT, .metric = "charged"}},
    {CHOICE_FASTER, {.experiment = EXPERIMENT_THROUGHPUT, .metric = "achieved"}},
    {CHOICE_STEADIER, {.experiment = EXPERIMENT_LATENCY, .metric = "p99", .keep = is_not_blocking}},
    {CHOICE_STEADIER,
     {.experiment = EXPERIMENT_LATENCY, .metric = "other_p99", .keep = is_blocking}},
};

static double number(const struct trial_group *trials, const char *column)
{
    return strtod(group_text(trials, column), NULL);
}

/* Waiters by themselves are idle connections, beside no active one. */
static double idle_of(const struct trial_group *trials)
{
    return number(trials, "idle") + number(trials, "waiters_requested");
}

static int compare_numbers(double a, double b)
{
    return (a > b) - (a < b);
}

/* Connections of a store are a part of the kind of work. */
static int compare_settings(const struct trial_group *a, const struct trial_group *b)
{
    struct workload workloads[2] = {workload_of(a->table, a->first),
                                    workload_of(b->table, b->first)};
    struct load_kind kinds[2];
    int order = workload_compare(&workloads[0], &workloads[1]);
    load_kind_read(&kinds[0], a->table, a->first);
    load_kind_read(&kinds[1], b->table, b->first);
    if (order == 0)
        order = compare_numbers(idle_of(a), idle_of(b));
    if (order == 0)
        order = compare_numbers(number(a, "active"), number(b, "active"));
    return order != 0 ? order : load_kind_compare(&kinds[0], &kinds[1]);
}

static int compare_choices(const void *left, const void *right)
{
    const struct choice *a = left;
    const struct choice *b = right;
    return compare_settings(a->trials, b->trials);
}

static struct choice *find_setting(struct choices *choices, const struct summary_row *row)
{
    for (size_t i = 0; i < choices->count; i++)
        if (compare_settings(choices->items[i].trials, row->a) == 0)
            return &choices->items[i];
    choices->items[choices->count] = (struct choice){.trials = row->a};
    return &choices->items[choices->count++];
}

static void add_row(struct choice *choice, int kind, const struct summary_row *row)
{
    enum absence absence = comparison_absence(row);
    if (choice->counts[kind] < CHOICE_CELLS_MAX)
        choice->cells[kind][choice->counts[kind]++] = (struct choice_cell){
            .row = row,
            .absence = absence == ABSENCE_NONE ? NULL : absence_text(absence),
        };
}

/* By the rate, which as a text would have 20,000 before 5,000. */
static int compare_cells(const void *left, const void *right)
{
    const struct choice_cell *a = left;
    const struct choice_cell *b = right;
    return compare_numbers(number(a->row->a, "offered_per_second"),
                           number(b->row->a, "offered_per_second"));
}

static void sort_cells(struct choices *choices)
{
    for (size_t i = 0; i < choices->count; i++)
        for (size_t kind = 0; kind < CHOICE_KINDS; kind++)
            if (choices->items[i].counts[kind] > 1)
                qsort(choices->items[i].cells[kind], choices->items[i].counts[kind],
                      sizeof(struct choice_cell), compare_cells);
}

static bool is_within_margin(double ratio)
{
    return ratio < 1 + JUDGE_MARGIN && ratio > 1 / (1 + JUDGE_MARGIN);
}

enum better choice_better(const struct summary_row *row)
{
    const struct comparison *comparison = &row->comparison;
    const struct interval *interval = &comparison->ratio.interval;
    if (is_within_margin(interval->low) && is_within_margin(interval->high))
        return BETTER_EQUAL;
    if ((comparison->verdict != VERDICT_LOWER && comparison->verdict != VERDICT_HIGHER) ||
        is_within_margin(comparison->ratio.value))
        return BETTER_OPEN;
    return (comparison->verdict == VERDICT_HIGHER) == (row->metric.kind == METRIC_RATE)
               ? BETTER_THREADS
               : BETTER_LOOP;
}

void choices_find(struct choices *choices, const struct evidence *evidence)
{
    const struct summary *summary = evidence->summary;
    size_t most = summary->count + summary->silent_count;
    struct choices found = {alloc_array(most, sizeof *found.items), 0};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct selection selection = question_select(&asked[i].question, evidence);
        for (size_t k = 0; k < selection.count; k++)
            add_row(find_setting(&found, selection.rows[k]), asked[i].kind, selection.rows[k]);
        selection_finish(&selection);
    }
    if (found.count > 0)
        qsort(found.items, found.count, sizeof *found.items, compare_choices);
    sort_cells(&found);
    *choices = found;
}

void choices_finish(struct choices *choices)
{
    free(choices->items);
    *choices = (struct choices){0};
}
