/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairs: a program with a thread for each waiter and one with an event loop that are the same but
 * for that, in one language. Claims are judged of each pair by itself. Ours is the pair `c`; other
 * languages' rows name theirs in the column `pair`. */
#ifndef WAITBENCH_RUN_PAIR_H
#define WAITBENCH_RUN_PAIR_H

#include "base/csv.h"

#include <stdbool.h>
#include <stddef.h>

/* pthreads and libuv: our own programs. */
#define PAIR_OURS "c"

/* The pair that the row's subject is a half of: PAIR_OURS of our own programs, whether the row says
 * so or not, and of no other; else what the column has. "" of a subject that is of no pair, and of
 * the second half of an A/A run's arm, which is set against the first alone. Belongs to the table.
 */
const char *pair_of_row(const struct csv_table *trials, size_t row);

/* The same, where both halves of an A/A run's arm count. */
const char *pair_of_arm(const struct csv_table *trials, size_t row);

/* Whether that is the pair of our own programs. */
bool pair_is_ours(const char *pair);

#endif
