/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Was it coffee? */
#ifndef WAITBENCH_BENCH_WORKFLOW_VERIFY_H
#define WAITBENCH_BENCH_WORKFLOW_VERIFY_H

#include "workflow.h"

/* How long the workflow takes when nothing but its steps takes time. */
int64_t workflow_critical_path_ns(const struct workflow *workflow);

/* Each event once, in an order the recipe allows, and no faster than its steps. Returns 0 or
 * -EPROTO with `error` set. */
int workflow_verify(const struct workflow *workflow, struct error *error);

/* Whether the first of water and grounds went in before the other was ready. */
bool workflow_added_early(const struct workflow *workflow);

#endif
