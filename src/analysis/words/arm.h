/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arms of one program that go about it in different ways: how a loop calls what blocks, and how
 * many threads a pool has. Which columns tell that is run/experiment.h's list; how a reader hears
 * of it is here, for charts, tables, summaries and claims alike. */
#ifndef WAITBENCH_ANALYSIS_WORDS_ARM_H
#define WAITBENCH_ANALYSIS_WORDS_ARM_H

#include "base/csv.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Room for any way, and for any name with it. */
#define ARM_WORDS_SIZE 128
#define ARM_NAME_SIZE  (2 * ARM_WORDS_SIZE)

/* "inline", "pool 4", "32 threads", as the key of a chart has room for it; "" of an arm whose model
 * knows one way only, and of files that do not tell. Writes at most `size` bytes. */
void arm_way(const struct csv_table *trials, size_t row, char *words, size_t size);

/* The same in a sentence: "calling inline", "calling through a pool of 4", "of 32 threads". */
void arm_way_in_words(const struct csv_table *trials, size_t row, char *words, size_t size);

/* How summary.csv, compare.csv and --baseline call the arm: its subject, and its way behind a
 * colon, which no subject's name has: "web-loop:pool-4", "echo-threads". */
void arm_name(const struct csv_table *trials, size_t row, char *name, size_t size);

/* Whether it is called so, or its subject is. */
bool arm_is_called(const struct csv_table *trials, size_t row, const char *name);

/* What stands behind the colon of an arm's name, as arm_way has it: "pool 4". */
void arm_way_of_name(const char *name, char *words, size_t size);

/* Whether a column of those that tell arms apart tells ways of one program. */
bool arm_tells_way(const char *column);

/* By the columns that tell ways apart, numbers by size: less than, equal to or more than 0. The
 * rows may be of two files. */
int arm_compare_ways(const struct csv_table *trials_a, size_t a, const struct csv_table *trials_b,
                     size_t b);

/* Whether it does what threads that wait for each answer have no like of: a figure of its own, and
 * no opponent of theirs. */
bool arm_has_no_like(const struct csv_table *trials, size_t row);

#endif
