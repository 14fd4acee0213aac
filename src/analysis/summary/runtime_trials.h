/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the figures of runtimes.h come from trials: which setting is shown of those that were
 * measured, and the medians in it. */
#ifndef WAITBENCH_ANALYSIS_SUMMARY_RUNTIME_TRIALS_H
#define WAITBENCH_ANALYSIS_SUMMARY_RUNTIME_TRIALS_H

#include "analysis/summary/runtimes.h"

/* One file's trials; a NULL table where there is none. */
struct runtime_trials {
    const struct csv_table *table;
    bool *usual; /* for each row whether it is of an arm that is shown, valid or not */
};

/* Whether the row is of that arm. */
bool runtime_arm_has(const struct runtime_arm *arm, const struct csv_table *table, size_t row);

/* Each fills the figures of its experiment, and says of which setting they are; nothing without a
 * table. Spawning is of the number of waiters that most arms have, the largest of several. Returns
 * 0 or -EBADMSG with `error` set. */
int runtime_figures_read_spawn(struct runtime_figures *runtimes, const struct runtime_trials *file,
                               struct error *error);
int runtime_figures_read_throughput(struct runtime_figures *runtimes,
                                    const struct runtime_trials *file, struct error *error);
int runtime_figures_read_latency(struct runtime_figures *runtimes,
                                 const struct runtime_trials *file, struct error *error);

#endif
