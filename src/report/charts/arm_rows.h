/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arms as a reader meets them in charts and tables: which rows belong to one arm, in which order
 * arms stand, what they are called, and their colour. */
#ifndef WAITBENCH_REPORT_CHARTS_ARM_ROWS_H
#define WAITBENCH_REPORT_CHARTS_ARM_ROWS_H

#include "base/csv.h"

#include <stdbool.h>
#include <stddef.h>

/* Room for a foreign subject's whole name: pictures shorten it, in the middle, where they must. */
#define ARM_LABEL_BYTES 192

/* The columns that tell arms apart, ended by NULL, beside the ways of one program
 * (analysis/words/arm.h), which always do. A file that lacks some of them is fine. */
extern const char *const arm_columns[]; /* of one workload: the program, allocator, stack size */
extern const char *const arm_condition_columns[]; /* and what it did before: cold, warm, work */
extern const char *const arm_told_columns[];      /* of any: the program with its scenario */

/* One of our own programs (SCENARIO-MODEL, SCENARIO-MODEL-libc; the model loops is
 * SCENARIO-loop's), or a foreign --subject? */
bool arm_is_ours(const struct csv_table *table, size_t row);

/* Our models first (threads, loop, loops, pool, sockets), then foreign subjects by name; within a
 * model the default stack before others, jemalloc before libc, cold before warm before work, small
 * pools before large ones. Returns less than, equal to or more than 0; 0 says that both rows are of
 * one arm. */
int arm_compare(const struct csv_table *table, const char *const *columns, size_t a, size_t b);

/* "threads · 64 KiB stack · libc", "loop · pool 4", "mine · warm"; where the columns have the
 * scenario and the file is not the plain server's alone, "toy threads", "web with SQLite: loop".
 * Holds neither comma nor quote, which gnuplot's reader of CSV would stumble over. `label` has
 * ARM_LABEL_BYTES. */
void arm_label(const struct csv_table *table, const char *const *columns, size_t row, char *label);

/* An arm in a chart. */
struct series {
    size_t row; /* one of its rows */
    char label[ARM_LABEL_BYTES];
    /* A name that plots/style.gp knows: the model, or other1, other2, ...; with -2, -3, ... behind
     * it for its second and third way, and -again for the second half of an A/A run's arm. */
    char color[24];
    int variant; /* 0, 1, ... among the series of one colour */
};

/* Whether both are of one model, whatever its way. */
bool series_are_of_one_model(const struct series *a, const struct series *b);

/* The series of the rows for which `kept` is true, in order. Returns how many; `*series` is freed
 * by the caller. */
size_t series_collect(const struct csv_table *table, const char *const *columns, const bool *kept,
                      struct series **series);

#endif
