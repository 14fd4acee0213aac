/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a verdict says, in one plain sentence. */
#ifndef WAITBENCH_REPORT_PAGE_SENTENCE_H
#define WAITBENCH_REPORT_PAGE_SENTENCE_H

#include "analysis/claims/claims.h"

#include <stdio.h>

/* Writes it as HTML: "Threads answer fewer requests than the loop."; of a claim that is not decided
 * why: "3 of 12 settings are resolved, which is not enough."; behind it the talk's own figures
 * beside ours, where it has any. */
void sentence_write(const struct claim *claim, FILE *out);

/* Writes its part of the answer, with the figures: "Threads answer fewer requests than the
 * loop: 61.2 k/s against 89.9 k/s, 0.68 times (100 active connections)."; "Whose slowest
 * requests take longer is not decided." Where the verdict rests on some settings alone it begins
 * with how many. Nothing of a claim that was not run. */
void sentence_write_answer(const struct claim *claim, FILE *out);

/* Writes the paragraph that stands below a claim's figures, so that nobody takes those of one
 * setting for all: "undecided: 1 of 8 settings resolved; shown: 1 in 800 takes 4 ms more". Nothing
 * of a claim that is not asked in settings. */
void sentence_write_standing(const struct claim *claim, FILE *out);

#endif
