/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words around a comparison's tables in a terminal, at most 80 columns wide. */
#ifndef WAITBENCH_COMPARE_COMPARE_WORDS_H
#define WAITBENCH_COMPARE_COMPARE_WORDS_H

#include "compare/compare.h"

#include <stdbool.h>
#include <stdio.h>

/* The machines, their runs, and the floors of their figures. */
void compare_print_machines(const struct comparison_of_runs *comparison, FILE *out);

/* Whether that machine may be compared with the first, and what takes what away. */
void compare_print_guard(const struct comparison_of_runs *comparison, size_t number, FILE *out);

/* What the rates take away that are others in spite of one name: of the ratios inside each machine,
 * or of each arm's own figures. Nothing where they do not differ. */
void compare_print_rates(const struct comparison_of_runs *comparison, size_t number, bool pairs,
                         FILE *out);

/* What the words of the tables mean, what machine.json has that is not compared, and what of it
 * nobody here knows. */
void compare_print_notes(const struct comparison_of_runs *comparison, FILE *out);

#endif
