/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows from a run's trials, worked out once for the files, the page and the terminal. */
#ifndef WAITBENCH_ANALYSIS_ANALYSIS_H
#define WAITBENCH_ANALYSIS_ANALYSIS_H

#include "analysis/claims/claims.h"
#include "analysis/summary/aa.h"
#include "analysis/summary/bill.h"
#include "analysis/summary/runtimes.h"
#include "analysis/summary/summary.h"
#include "base/error.h"
#include "run/recorded_run.h"

#include <stdbool.h>
#include <stdint.h>

struct analysis {
    const struct recorded_run *run; /* borrowed */
    int failure;                    /* the first, after which nothing more was worked out; 0 */
    struct error error;             /* the same in words; for a malformed file with its line */
    bool has_bill;                  /* what is not there is zeroed */
    bool has_runtimes; /* of so many foreign subjects that they have charts of their own */
    bool has_summary;
    bool has_claims;
    bool has_aa; /* the run measured arms against themselves */
    struct bill bill;
    struct runtime_figures runtimes;
    struct summary summary;
    struct claims claims;
    struct aa aa;
};

/* Works out the bill, the summary, the claims and, of a run that measured arms against themselves,
 * how often one was called different. `seed` (the run's) fixes the resampling. Every arm is set
 * against `baseline` in the summary, which may be NULL (see opponents.h). Experiments that were not
 * run, columns that an older version did not write and failed trials are no errors. Returns 0 or
 * -errno, as `failure`; -ENODATA where no arm is called like the baseline. To be finished in any
 * case; the run must outlive it. */
int analysis_read(struct analysis *analysis, const struct recorded_run *run, const char *baseline,
                  uint64_t seed);

/* Writes memory-per-waiter.csv (if memory was run), summary.csv, claims.csv and aa.csv (of such a
 * run) to the run's folder. Each file appears whole or not at all, and a rerun replaces it with the
 * same. Returns 0, or -errno with `error` set; nothing is written where the analysis failed. */
int analysis_write(const struct analysis *analysis, struct error *error);

void analysis_finish(struct analysis *analysis);

#endif
