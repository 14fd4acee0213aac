/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/subjects.h"

#include "base/alloc.h"
#include "base/text.h"
#include "run/experiment.h"
#include "run/model.h"
#include "run/pair.h"

#include <stdlib.h>
#include <string.h>

/* Of a load, also where the analysis of one run has other ways to tell them apart. */
static bool is_load_condition(const char *column)
{
    static const char *const columns[] = {
        "rate_basis",
        "protocol",
        "work_slow_us",
        "work_slow_every",
        "work_cache_bytes",
        "requests_per_connection",
        NULL,
    };
    for (const char *const *at = columns; *at; at++)
        if (strcmp(*at, column) == 0)
            return true;
    return false;
}

bool subjects_is_condition(int experiment, const char *column)
{
    if (experiment == EXPERIMENT_MEMORY && strcmp(column, "waiters_requested") == 0)
        return false;
    if ((experiment == EXPERIMENT_THROUGHPUT || experiment == EXPERIMENT_LATENCY) &&
        is_load_condition(column))
        return true;
    return experiment_is_condition(&experiment_list[experiment], column);
}

struct subject_order {
    const char **columns;
    size_t count;
};

/* Numbers by size, what is no number as text. */
static int compare_cells(const char *a, const char *b)
{
    double number_a;
    double number_b;
    if (text_parse_double(a, &number_a) < 0 || text_parse_double(b, &number_b) < 0)
        return strcmp(a, b);
    return (number_a > number_b) - (number_a < number_b);
}

static int compare_arms(const void *a, const void *b, void *order_pointer)
{
    const struct subject_order *order = order_pointer;
    for (size_t i = 0; i < order->count; i++) {
        int result =
            compare_cells(group_text(a, order->columns[i]), group_text(b, order->columns[i]));
        if (result != 0)
            return result;
    }
    return 0;
}

static const char *const workload_columns[] = {"scenario", "store", NULL};

int subjects_gather(struct trial_groups *groups, int experiment, const struct csv_table *table,
                    struct error *error)
{
    size_t count = 0;
    const char **columns =
        alloc_array(csv_column_count(table) + EXPERIMENT_ARM_COLUMNS_MAX + 2, sizeof *columns);
    /* Workloads lie together. */
    for (const char *const *column = workload_columns; *column; column++)
        columns[count++] = *column;
    for (size_t i = 0; i < csv_column_count(table); i++)
        if (subjects_is_condition(experiment, csv_column_name(table, i)))
            columns[count++] = csv_column_name(table, i);
    for (const char *const *column = experiment_arm_columns; *column; column++)
        columns[count++] = *column;
    int result = trial_groups_gather(groups, table, columns, count, error);
    struct subject_order order = {columns, count};
    /* A file with its header only has no groups, and nothing to point at. */
    if (result == 0 && groups->count > 0)
        qsort_r(groups->groups, groups->count, sizeof *groups->groups, compare_arms, &order);
    free(columns);
    return result;
}

static bool are_of_one_pair(const struct trial_group *a, const struct trial_group *b)
{
    const char *pair = pair_of_row(a->table, a->first);
    return *pair && strcmp(pair, pair_of_row(b->table, b->first)) == 0;
}

static bool same_cell(const struct trial_group *a, const struct trial_group *b, const char *column)
{
    return strcmp(group_text(a, column), group_text(b, column)) == 0;
}

/* Loads that are each arm's share of its own are one setting at different rates. */
static bool same_conditions(int experiment, const struct trial_group *a,
                            const struct trial_group *b)
{
    bool by_share = strcmp(group_text(a, "rate_basis"), "equal_utilisation") == 0;
    for (size_t i = 0; i < csv_column_count(a->table); i++) {
        const char *column = csv_column_name(a->table, i);
        if (by_share && strcmp(column, "offered_per_second") == 0)
            column = "capacity_share";
        else if (!subjects_is_condition(experiment, column))
            continue;
        if (!same_cell(a, b, column))
            return false;
    }
    return true;
}

bool subjects_are_pair(int experiment, const struct trial_group *a, const struct trial_group *b)
{
    return model_is(group_text(a, "model"), MODEL_THREADS) &&
           model_is_loop(group_text(b, "model")) && are_of_one_pair(a, b) &&
           strcmp(group_text(a, "allocator"), group_text(b, "allocator")) == 0 &&
           same_conditions(experiment, a, b);
}
