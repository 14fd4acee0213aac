/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A claim's votes as pictures and in words. What a ratio is better for depends on what it is of, so
 * pictures show who is the better one: threads to the left, the loop to the right. */
#ifndef WAITBENCH_REPORT_PAGE_VOTES_H
#define WAITBENCH_REPORT_PAGE_VOTES_H

#include "analysis/claims/claims.h"

#include <stdbool.h>
#include <stdio.h>

/* BETTER_OPEN where it is not resolved, or is no vote. */
enum better vote_better(const struct claim_vote *vote);

/* How many of a claim's votes say so. */
size_t votes_count(const struct claim *claim, enum better better);

/* Whether any of them has a ratio to draw. */
bool votes_can_be_drawn(const struct claim *claim);

/* A forest plot: a line for each vote with a ratio, its interval drawn. `id` begins the ids in it.
 * The same is in votes_write_table. */
void votes_write_forest(const struct claim *claim, const char *id, FILE *out);

/* All of them on one line, as points. */
void votes_write_strip(const struct claim *claim, const char *id, FILE *out);

/* The two figures of the setting that the claim shows, as bars. */
void votes_write_bars(const struct claim *claim, const char *id, FILE *out);

/* Every vote: setting, metric, ratio, what it says. */
void votes_write_table(const struct claim *claim, FILE *out);

#endif
