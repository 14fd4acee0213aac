/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Of many foreign subjects, which stand beside ours in charts and tables of all arms: thirty lines
 * in one picture tell nothing. Those of a pair do (the column `pair`): both ways to wait of one
 * language. All of them are in the charts and tables of runtimes (runtimes.h). */
#ifndef WAITBENCH_ANALYSIS_SUMMARY_FOREIGN_CHOICE_H
#define WAITBENCH_ANALYSIS_SUMMARY_FOREIGN_CHOICE_H

#include "base/csv.h"

#include <stdbool.h>
#include <stddef.h>

/* With more of them some are left out; the second where none is of a pair, and a chart would have
 * none but ours. */
#define FOREIGN_MANY     6
#define FOREIGN_TOO_MANY 16

struct foreign_choice {
    size_t count; /* subjects that are not ours */
    size_t shown; /* of those */
};

/* Looks at the rows for which `kept` is true, and clears it for those of subjects that are left
 * out: without a pair, where there are more than FOREIGN_MANY and some have one, or more than
 * `most`. */
struct foreign_choice foreign_choose(const struct csv_table *trials, size_t most, bool *kept);

#endif
