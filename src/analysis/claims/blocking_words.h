/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told of calls that block, beside the votes: every arm's figures, and where a pool runs
 * out. */
#ifndef WAITBENCH_ANALYSIS_CLAIMS_BLOCKING_WORDS_H
#define WAITBENCH_ANALYSIS_CLAIMS_BLOCKING_WORDS_H

#include "analysis/claims/claims.h"

#include <stdbool.h>
#include <stdio.h>

/* All offered the same, at a rate that no reply decides, with none idle; and of those, where the
 * loop calls through a pool. */
bool blocking_is_asked_alike(const struct summary_row *row);
bool blocking_is_pooled(const struct summary_row *row);

/* Writes p50, p90 and p99 of the requests beside the calls for every arm, a statement for each
 * setting. Returns 0 or -EBADMSG with `error` set. */
int blocking_write_settings(const struct evidence *evidence, FILE *out, struct error *error);

/* Writes how many calls at once each of the loop's pools holds, or runs out at. */
void blocking_write_pools(const struct evidence *evidence, FILE *out);

#endif
