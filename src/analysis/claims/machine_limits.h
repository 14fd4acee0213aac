/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What machine.json says about how many waiters the machine allows. */
#ifndef WAITBENCH_ANALYSIS_CLAIMS_MACHINE_LIMITS_H
#define WAITBENCH_ANALYSIS_CLAIMS_MACHINE_LIMITS_H

#include "run/recorded_run.h"

struct machine_limit {
    char name[64]; /* "nofile" */
    double largest_waiters;
};

/* The limit that binds a model first. Returns 1, or 0 when machine.json is missing, malformed, or
 * tells of none: a run without it is still worth judging. */
int machine_limit_find(struct machine_limit *limit, const struct recorded_run *run,
                       const char *model);

/* What threads take a share of; NAN where machine.json does not tell. */
struct machine_size {
    double memory_bytes;
    double threads_max; /* kernel.threads-max */
};

struct machine_size machine_size_read(const struct recorded_run *run);

#endif
