/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two arms' figures of the blocks that both have. */
#ifndef WAITBENCH_ANALYSIS_SUMMARY_PAIRED_H
#define WAITBENCH_ANALYSIS_SUMMARY_PAIRED_H

#include "analysis/summary/trials.h"
#include "run/experiment.h"

/* a[i] and b[i] are of block block[i], ascending, in the metric's unit. */
struct paired {
    double *block;
    double *a;
    double *b;
    size_t count;
};

/* Reads the blocks in which both groups have the metric. Returns 0 with `paired` for the caller to
 * finish, or -EBADMSG with `error` set and `paired` empty. */
int paired_read(struct paired *paired, const struct trial_group *a, const struct trial_group *b,
                const struct metric *metric, struct error *error);

void paired_finish(struct paired *paired);

#endif
