/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a figure is named: for matching it with another run's, for files, and for people. */
#ifndef WAITBENCH_COMPARE_ENTRY_TEXT_H
#define WAITBENCH_COMPARE_ENTRY_TEXT_H

#include "analysis/trials.h"
#include "compare/entries.h"

/* The group's conditions, "connections=100 active=100 load=2/3"; for the caller to free. The
 * offered rate is left out for which of the run's rates it is: each machine is offered shares of
 * its own capacity, so the second of three is the same question on all, and 57,000 per second is
 * not. */
char *entry_parameters(int experiment, const struct trial_groups *groups,
                       const struct trial_group *group);

/* Tells this figure from all others of a run; for the caller to free. `b` is NULL for one arm. */
char *entry_key(const struct entry *entry, const struct trial_group *a,
                const struct trial_group *b);

/* Sets the label: what differs between the rows of a table, defaults left out. */
void entry_label(struct entry *entry, const struct trial_group *a, const struct trial_group *b);

#endif
