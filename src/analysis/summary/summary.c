/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/summary/summary.h"

#include "analysis/summary/derived.h"
#include "base/alloc.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one condition that two arms of a setting may differ in: at equal utilisation. */
#define RATE "offered_per_second"

/* The columns to gather by: conditions first and the rate last of them, so that groups that may be
 * compared lie together. */
static const char **gather_columns(const struct experiment *experiment,
                                   const struct csv_table *table, size_t *count)
{
    const char **columns =
        alloc_array(csv_column_count(table) + EXPERIMENT_ARM_COLUMNS_MAX, sizeof *columns);
    *count = 0;
    for (size_t i = 0; i < csv_column_count(table); i++) {
        const char *column = csv_column_name(table, i);
        if (experiment_is_condition(experiment, column) && strcmp(column, RATE) != 0)
            columns[(*count)++] = column;
    }
    if (experiment_is_condition(experiment, RATE) && csv_column(table, RATE) >= 0)
        columns[(*count)++] = RATE;
    for (const char *const *column = experiment_arm_columns; *column; column++)
        columns[(*count)++] = *column;
    return columns;
}

static int read_source(struct summary_source *source, const struct experiment *experiment,
                       const struct recorded_run *run, struct error *error)
{
    int result = recorded_run_table(run, experiment->file, &source->table, error);
    if (result <= 0)
        return result;
    size_t count;
    const char **columns = gather_columns(experiment, source->table, &count);
    result = trial_groups_gather(&source->groups, source->table, columns, count, error);
    free(columns);
    return result;
}

bool summary_at_equal_utilisation(const struct trial_group *group)
{
    return strcmp(group_text(group, "rate_basis"), "equal_utilisation") == 0;
}

static bool agree(const struct trial_group *a, const struct trial_group *b, const char *column)
{
    return groups_agree(a, b, column);
}

static bool same_but_rate(const struct experiment *experiment, const struct trial_group *a,
                          const struct trial_group *b)
{
    for (size_t i = 0; i < csv_column_count(a->table); i++) {
        const char *column = csv_column_name(a->table, i);
        if (strcmp(column, RATE) != 0 && experiment_is_condition(experiment, column) &&
            !agree(a, b, column))
            return false;
    }
    return true;
}

/* Of two groups that agree in all else. */
static bool same_rate(const struct trial_group *a, const struct trial_group *b)
{
    return agree(a, b, summary_at_equal_utilisation(a) ? "capacity_share" : RATE);
}

bool summary_is_foreign(const struct trial_group *group)
{
    return !experiment_is_ours(group_text(group, "scenario"), group_text(group, "subject"),
                               group_text(group, "model"));
}

/* A summary in the making. */
struct builder {
    struct summary *summary;
    size_t capacity;
    size_t silent_capacity;
    summary_pairing *are_pair; /* NULL: the summary's opponents */
    uint64_t seed;
    struct error *error;
};

/* Of a pair without a figure: whether it should have one. */
static bool is_silent(const struct summary_row *row)
{
    bool has_failed = row->a->failed + row->b->failed > 0;
    bool is_asked =
        doubt_is_quantile(&row->metric) || (row->metric.kind == METRIC_RATE && has_failed);
    return is_asked && csv_column(row->a->table, row->metric.column) >= 0 &&
           row->a->count + row->b->count > 0;
}

/* Conditions and arm a's options, without those that have columns of their own in summary.csv. */
static bool is_parameter(const struct summary_row *row, const char *column)
{
    const struct experiment *experiment = row->experiment;
    static const char *const elsewhere[] = {"scenario", "metric", "unit"};
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        if (strcmp(elsewhere[i], column) == 0)
            return false;
    /* At equal utilisation each arm has a rate of its own, and the share is what they share. */
    if (strcmp(column, "offered_per_second") == 0 && summary_at_equal_utilisation(row->a))
        return false;
    if (strcmp(column, "capacity_share") == 0)
        return true;
    return experiment_is_condition(experiment, column) || strcmp(column, "stack_bytes") == 0 ||
           strcmp(column, "loops") == 0;
}

char *summary_parameters(const struct summary_row *row)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = alloc_checked(open_memstream(&text, &length));
    const struct csv_table *table = row->a->table;
    for (size_t i = 0; i < csv_column_count(table); i++) {
        const char *column = csv_column_name(table, i);
        const char *cell = group_text(row->a, column);
        if (cell[0] != '\0' && is_parameter(row, column))
            fprintf(out, "%s%s=%s", ftell(out) > 0 ? " " : "", column, cell);
    }
    fclose(out);
    return alloc_checked(text);
}

static int add_row(struct builder *builder, const struct experiment *experiment,
                   const struct trial_group *a, const struct trial_group *b,
                   const struct metric *metric)
{
    struct summary *summary = builder->summary;
    struct summary_row row = {
        .experiment = experiment,
        .a = a,
        .b = b,
        .metric = *metric,
    };
    int result = compare_groups(a, b, metric, builder->seed, &row.comparison, builder->error);
    if (result == 1) {
        row.parameters = summary_parameters(&row);
        summary->rows =
            alloc_grow(summary->rows, summary->count, &builder->capacity, sizeof *summary->rows);
        summary->rows[summary->count++] = row;
    } else if (result == 0 && is_silent(&row)) {
        summary->silent = alloc_grow(summary->silent, summary->silent_count,
                                     &builder->silent_capacity, sizeof *summary->silent);
        summary->silent[summary->silent_count++] = row;
    }
    return result < 0 ? result : 0;
}

static int add_pair(struct builder *builder, const struct experiment *experiment,
                    const struct trial_group *a, const struct trial_group *b)
{
    if (!experiment->metrics) {
        struct metric metric = flow_metric(group_text(a, "metric"), group_text(a, "unit"));
        /* How many samples a quantile has is no figure of the subject. */
        if (strstr(metric.name, "_samples"))
            return 0;
        return add_row(builder, experiment, a, b, &metric);
    }
    int result = 0;
    for (const struct metric *metric = experiment->metrics; result == 0 && metric->name; metric++)
        result = add_row(builder, experiment, a, b, metric);
    return result;
}

static bool are_pair(const struct builder *builder, const struct trial_group *a,
                     const struct trial_group *b)
{
    const struct opponents *opponents = &builder->summary->opponents;
    return builder->are_pair
               ? builder->are_pair(a, b)
               : opponents_are_pair(opponents, a, b) && !opponents_are_spared(opponents, a, b);
}

/* The pairs among neighbours that differ in the rate alone. */
static int add_pairs_among(struct builder *builder, const struct experiment *experiment,
                           const struct trial_group *groups, size_t count)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < count; i++)
        for (size_t j = 0; result == 0 && j < count; j++)
            if (same_rate(&groups[i], &groups[j]) && are_pair(builder, &groups[i], &groups[j]))
                result = add_pair(builder, experiment, &groups[i], &groups[j]);
    return result;
}

static int add_pairs(struct builder *builder, const struct experiment *experiment,
                     const struct trial_groups *groups)
{
    int result = 0;
    size_t begin = 0;
    for (size_t end = 1; result == 0 && end <= groups->count; end++) {
        const struct trial_group *first = &groups->groups[begin];
        if (end < groups->count && same_but_rate(experiment, first, &groups->groups[end]))
            continue;
        result = add_pairs_among(builder, experiment, first, end - begin);
        begin = end;
    }
    return result;
}

int summary_read(struct summary *summary, const struct recorded_run *run, uint64_t seed,
                 struct error *error)
{
    return summary_read_against(summary, run, NULL, seed, error);
}

static int read_sources(struct summary *summary, const struct recorded_run *run,
                        struct error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < EXPERIMENT_COUNT; i++)
        result = read_source(&summary->sources[i], &experiment_list[i], run, error);
    return result;
}

static int find_opponents(struct summary *summary, const struct recorded_run *run,
                          const char *baseline, struct error *error)
{
    const struct trial_groups *experiments[EXPERIMENT_COUNT];
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++)
        experiments[i] = &summary->sources[i].groups;
    return opponents_find(&summary->opponents, run, baseline, experiments, EXPERIMENT_COUNT, error);
}

/* Of a summary whose sources are read. Takes it over: on failure it is finished. */
static int build(struct builder *builder, struct summary *summary)
{
    struct summary *read = builder->summary;
    int result = 0;
    for (size_t i = 0; result == 0 && i < EXPERIMENT_COUNT; i++)
        result = add_pairs(builder, &experiment_list[i], &read->sources[i].groups);
    if (result < 0)
        summary_finish(read);
    else
        *summary = *read;
    return result;
}

int summary_read_against(struct summary *summary, const struct recorded_run *run,
                         const char *baseline, uint64_t seed, struct error *error)
{
    struct summary read = {.count = 0};
    struct builder builder = {&read, 0, 0, NULL, seed, error};
    int result = read_sources(&read, run, error);
    if (result == 0)
        result = find_opponents(&read, run, baseline, error);
    if (result == 0)
        return build(&builder, summary);
    summary_finish(&read);
    return result;
}

int summary_read_pairs(struct summary *summary, const struct recorded_run *run, uint64_t seed,
                       summary_pairing *pairing, struct error *error)
{
    struct summary read = {.count = 0};
    struct builder builder = {&read, 0, 0, pairing, seed, error};
    int result = read_sources(&read, run, error);
    if (result == 0)
        return build(&builder, summary);
    summary_finish(&read);
    return result;
}

void summary_finish(struct summary *summary)
{
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++)
        trial_groups_finish(&summary->sources[i].groups);
    for (size_t i = 0; i < summary->count; i++)
        free(summary->rows[i].parameters);
    free(summary->rows);
    free(summary->silent);
    opponents_finish(&summary->opponents);
    *summary = (struct summary){0};
}
