/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of compare.html. */
#ifndef WAITBENCH_COMPARE_PAGE_TABLES_H
#define WAITBENCH_COMPARE_PAGE_TABLES_H

#include "compare/compare.h"

/* The answer in words, and a table of what each machine says of each claim. */
void page_answer_write(const struct comparison_of_runs *comparison, FILE *out);

/* What differs between the first machine and the one of this number, and what that takes away. */
void page_guard_write(const struct comparison_of_runs *comparison, size_t number, FILE *out);

/* What machine.json has that is not compared, and why; folded away. */
void page_not_compared_write(const struct comparison_of_runs *comparison, FILE *out);

/* The machines, their runs and their floors. */
void page_machines_write(const struct comparison_of_runs *comparison, FILE *out);

enum page_table {
    PAGE_RATIOS, /* threads over loop */
    PAGE_MEMORY, /* each program's bytes */
    PAGE_TIMES,  /* and all else */
};

/* The rows of that kind that readers look for: a column per machine, and one per ratio to the
 * first. */
void page_table_write(const struct comparison_of_runs *comparison, enum page_table table,
                      FILE *out);

#endif
