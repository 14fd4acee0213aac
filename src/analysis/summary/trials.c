/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/summary/trials.h"

#include "base/alloc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Conditions that a trial's row has only once its window is over. */
static const char *const told_late[] = {"arrivals", "idle_wait"};

struct grouping {
    const struct csv_table *table;
    int *columns;
    const char **usual; /* what an empty cell of the column stands for */
    size_t column_count;
};

static bool is_told_late(const char *column)
{
    for (size_t i = 0; i < sizeof told_late / sizeof *told_late; i++)
        if (strcmp(told_late[i], column) == 0)
            return true;
    return false;
}

/* What all rows that have the column say, or "". */
static const char *find_usual(const struct csv_table *table, int column)
{
    const char *usual = "";
    for (size_t row = 0; row < csv_row_count(table); row++) {
        const char *cell = csv_cell(table, row, column);
        if (*usual && *cell && strcmp(usual, cell) != 0)
            return "";
        usual = *cell ? cell : usual;
    }
    return usual;
}

/* A failed trial belongs to those of its arm that did not fail. */
static const char *find_cell(const struct grouping *grouping, size_t row, size_t column)
{
    const char *cell = csv_cell(grouping->table, row, grouping->columns[column]);
    return *cell ? cell : grouping->usual[column];
}

static int compare_cells(const struct grouping *grouping, size_t a, size_t b)
{
    for (size_t i = 0; i < grouping->column_count; i++) {
        int order = strcmp(find_cell(grouping, a, i), find_cell(grouping, b, i));
        if (order != 0)
            return order;
    }
    return 0;
}

static int compare_rows(const void *a, const void *b, void *grouping)
{
    size_t row_a = *(const size_t *)a;
    size_t row_b = *(const size_t *)b;
    int order = compare_cells(grouping, row_a, row_b);
    return order != 0 ? order : (row_a > row_b) - (row_a < row_b);
}

/* Returns 1 or 0, or -EBADMSG. */
static int row_is_valid(const struct csv_table *table, size_t row, struct error *error)
{
    int column = csv_column(table, "valid");
    if (column < 0)
        return 1;
    double valid = 0;
    int result = csv_number(table, row, column, &valid, error);
    return result < 0 ? result : valid == 1;
}

/* Makes groups of the ordered rows, moving the valid ones to the front of each group's part. */
static int split_rows(struct trial_groups *groups, const struct grouping *grouping,
                      struct error *error)
{
    size_t row_count = csv_row_count(grouping->table);
    size_t capacity = 0;
    struct trial_group *group = NULL;
    size_t *end = NULL;
    for (size_t i = 0; i < row_count; i++) {
        size_t row = groups->rows[i];
        if (!group || compare_cells(grouping, group->first, row) != 0) {
            groups->groups =
                alloc_grow(groups->groups, groups->count, &capacity, sizeof *groups->groups);
            group = &groups->groups[groups->count++];
            end = groups->rows + i;
            *group = (struct trial_group){.table = grouping->table, .rows = end, .first = row};
        }
        int valid = row_is_valid(grouping->table, row, error);
        if (valid < 0)
            return valid;
        if (valid) {
            group->first = group->count == 0 ? row : group->first;
            *end++ = row;
            group->count++;
        } else {
            group->failed++;
        }
    }
    return 0;
}

int trial_groups_gather(struct trial_groups *groups, const struct csv_table *table,
                        const char *const *columns, size_t column_count, struct error *error)
{
    struct grouping grouping = {table, alloc_array(column_count, sizeof(int)),
                                alloc_array(column_count, sizeof(char *)), column_count};
    for (size_t i = 0; i < column_count; i++) {
        grouping.columns[i] = csv_column(table, columns[i]);
        grouping.usual[i] = is_told_late(columns[i]) ? find_usual(table, grouping.columns[i]) : "";
    }
    size_t row_count = csv_row_count(table);
    struct trial_groups gathered = {.rows = alloc_array(row_count, sizeof(size_t))};
    for (size_t i = 0; i < row_count; i++)
        gathered.rows[i] = i;
    qsort_r(gathered.rows, row_count, sizeof(size_t), compare_rows, &grouping);
    int result = split_rows(&gathered, &grouping, error);
    free(grouping.columns);
    free(grouping.usual);
    if (result < 0) {
        trial_groups_finish(&gathered);
        return result;
    }
    *groups = gathered;
    return 0;
}

void trial_groups_finish(struct trial_groups *groups)
{
    free(groups->groups);
    free(groups->rows);
    *groups = (struct trial_groups){0};
}

const char *group_text(const struct trial_group *group, const char *column)
{
    return csv_cell(group->table, group->first, csv_column(group->table, column));
}

bool groups_agree(const struct trial_group *a, const struct trial_group *b, const char *column)
{
    bool is_unknown = is_told_late(column) && (a->count == 0 || b->count == 0);
    return is_unknown || strcmp(group_text(a, column), group_text(b, column)) == 0;
}

static int compare_observations(const void *a, const void *b)
{
    double block_a = ((const struct observation *)a)->block;
    double block_b = ((const struct observation *)b)->block;
    return (block_a > block_b) - (block_a < block_b);
}

/* Returns 1, 0 when the trial lacks a figure, or -EBADMSG. */
static int read_observation(const struct csv_table *table, size_t row, const int columns[3],
                            struct observation *observation, struct error *error)
{
    double divisor = 1;
    observation->block = 0;
    int result = csv_number(table, row, columns[0], &observation->block, error);
    if (result >= 0)
        result = csv_number(table, row, columns[1], &observation->value, error);
    if (result == 1 && columns[2] >= 0)
        result = csv_number(table, row, columns[2], &divisor, error);
    if (result == 1 && divisor == 0)
        return 0;
    observation->value /= divisor;
    return result;
}

int64_t group_observations(const struct trial_group *group, const char *column, const char *per,
                           struct observation **observations, struct error *error)
{
    int columns[] = {csv_column(group->table, "block"), csv_column(group->table, column),
                     per ? csv_column(group->table, per) : -1};
    bool possible = columns[1] >= 0 && (!per || columns[2] >= 0);
    struct observation *found = alloc_array(group->count, sizeof *found);
    size_t count = 0;
    for (size_t i = 0; possible && i < group->count; i++) {
        int result = read_observation(group->table, group->rows[i], columns, &found[count], error);
        if (result < 0) {
            free(found);
            return result;
        }
        count += (size_t)result;
    }
    qsort(found, count, sizeof *found, compare_observations);
    *observations = found;
    return (int64_t)count;
}
