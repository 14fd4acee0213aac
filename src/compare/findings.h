/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A comparison's answer in sentences: where the machines agree, where they part and what may
 * explain it, and what changed between runs of one machine. */
#ifndef WAITBENCH_COMPARE_FINDINGS_H
#define WAITBENCH_COMPARE_FINDINGS_H

#include "compare/compare.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Paragraphs of one line each, without markup. */
struct findings {
    char **texts;
    size_t count;
    size_t capacity;
};

/* Names are the machines' whole ones, or `shortened` for a terminal. To be finished. */
void findings_read(struct findings *findings, const struct comparison_of_runs *comparison,
                   bool shortened);

void findings_finish(struct findings *findings);

/* Prints each in lines of at most `width` columns, between words, with an empty line behind it. */
void findings_print(const struct findings *findings, size_t width, FILE *out);

#endif
