/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WAITBENCH_ANALYSIS_ANALYSIS_H
#define WAITBENCH_ANALYSIS_ANALYSIS_H

#include "base/error.h"

#include <stdint.h>

/* Writes what is derived from the trials in RUN_DIR: memory-per-waiter.csv (if memory was run),
 * summary.csv, claims.csv and, of a run that measured arms against themselves, aa.csv. Each file
 * appears whole or not at all, and a rerun replaces it with the same: `seed` (the run's) fixes the
 * resampling. Experiments that were not run, columns that an older version did not write and failed
 * trials are no errors. Returns 0, or -errno with `error` set; for a malformed file it names the
 * line. */
int analysis_write(const char *run_dir, uint64_t seed, struct error *error);

/* The same with every arm set against `baseline` in summary.csv, which may be NULL (see
 * opponents.h). Returns -ENODATA, with nothing written, where no arm is called so. */
int analysis_write_against(const char *run_dir, const char *baseline, uint64_t seed,
                           struct error *error);

#endif
