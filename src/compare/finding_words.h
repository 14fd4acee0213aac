/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of the sentences of findings.h. */
#ifndef WAITBENCH_COMPARE_FINDING_WORDS_H
#define WAITBENCH_COMPARE_FINDING_WORDS_H

#include "compare/compare.h"
#include "compare/differences.h"

#include <stdbool.h>
#include <stdio.h>

/* The sentence that is written. */
struct finding_words {
    const struct comparison_of_runs *comparison;
    bool shortened; /* names, as in a terminal */
    FILE *out;
    char all[40]; /* see finding_all */
};

/* What that machine is called. */
const char *finding_name(const struct finding_words *words, size_t number);

/* How many are marked. */
size_t finding_count(const bool marked[MACHINES_MAX]);

/* How many runs there are, copies left out. */
size_t finding_run_count(const struct finding_words *words);

/* "Both runs", "All 3 machines": runs, where two are of one machine. Valid until the next call. */
const char *finding_all(struct finding_words *words);

/* "A, B and C", of many "A, B, C and 9 more". */
void finding_write_names(const struct finding_words *words, const bool marked[MACHINES_MAX]);

/* "kernel (6.1 against 6.6), CPU quota (none against 0.50 CPUs) and 3 more", with the values of so
 * many sides and that word `between` them. */
void finding_write_differences(const struct finding_words *words,
                               const struct differences *differences, size_t sides,
                               const char *between);

#endif
