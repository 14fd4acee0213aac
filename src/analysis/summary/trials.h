/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run's trials, gathered into groups. Columns are looked up by name; a column that the file lacks
 * (an older version wrote it) reads as empty cells. */
#ifndef WAITBENCH_ANALYSIS_SUMMARY_TRIALS_H
#define WAITBENCH_ANALYSIS_SUMMARY_TRIALS_H

#include "base/csv.h"

#include <stdbool.h>

/* One arm under one set of conditions: the trials that agree in the columns it was gathered by. */
struct trial_group {
    const struct csv_table *table;
    const size_t *rows; /* of the table, in its order; only rows with valid=1 */
    size_t count;
    size_t failed; /* trials of this group that are not valid, and in no figure */
    size_t first;  /* its first valid row, or else its first, from which it is named */
};

struct trial_groups {
    struct trial_group *groups; /* ordered by the columns' texts: trials come shuffled */
    size_t count;
    size_t *rows; /* backs the groups' rows */
};

/* Gathers the rows that agree in the `columns`. `table` must outlive the groups. A file without a
 * `valid` column counts as all valid. A failed trial stands with those of its arm although it does
 * not say what is known of a trial only when it is over. Returns 0 or -EBADMSG with `error` set. */
int trial_groups_gather(struct trial_groups *groups, const struct csv_table *table,
                        const char *const *columns, size_t column_count, struct error *error);
void trial_groups_finish(struct trial_groups *groups);

/* The group's cell in one of the columns that it was gathered by; owned by the table. */
const char *group_text(const struct trial_group *group, const char *column);

/* Whether the two agree in the column, or one of them has failed trials alone, which do not say. */
bool groups_agree(const struct trial_group *a, const struct trial_group *b, const char *column);

/* One trial's figure and the block it belongs to (0 in a file without blocks). */
struct observation {
    double block;
    double value;
};

/* The group's figures in `column`, or that divided by the figure in `per` unless it is NULL,
 * ordered by block; trials that lack one are left out. Returns how many, with `observations` for
 * the caller to free, or -EBADMSG with `error` set. */
int64_t group_observations(const struct trial_group *group, const char *column, const char *per,
                           struct observation **observations, struct error *error);

#endif
