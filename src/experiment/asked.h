/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the command line asked for is measured, or it is said that it is not. */
#ifndef WAITBENCH_EXPERIMENT_ASKED_H
#define WAITBENCH_EXPERIMENT_ASKED_H

#include "experiment/job.h"

#include <stddef.h>

/* The first limit for which a job left anything out, or NULL. Borrowed. */
const struct error *asked_limit(const struct job *jobs, size_t count);

/* Refuses --waiters and --subject where no trial takes notice of them, and warns of names that no
 * trial has, in --only, --scenario, --store and --model. What limits left out is told already.
 * Returns 0, or -EINVAL with `error` set. */
int asked_check(const struct run *run, const struct job *jobs, size_t count, struct error *error);

#endif
