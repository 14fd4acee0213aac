/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Further blocks where the first ones decide nothing: a run looks at its rows twice at most, and
 * what is judged pays for both looks (analysis/summary/shift.h). */
#ifndef WAITBENCH_EXPERIMENT_FURTHER_H
#define WAITBENCH_EXPERIMENT_FURTHER_H

#include "experiment/prepare.h"

/* Whether the run looks at its rows before it ends. */
bool further_is_planned(const struct run *run);

/* Looks, and gives the settings that are open the plan's `more_blocks`: those first whose interval
 * is widest, as many as `more_seconds` have room for at the pace of this run so far. All arms of a
 * setting take part. A look that fails is told, and costs the further blocks. */
void further_plan(struct run *run, struct jobs *jobs);

#endif
