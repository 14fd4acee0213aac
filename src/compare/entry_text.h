/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a figure is named: for matching it with another run's, for files, and for people. */
#ifndef WAITBENCH_COMPARE_ENTRY_TEXT_H
#define WAITBENCH_COMPARE_ENTRY_TEXT_H

#include "analysis/summary/trials.h"
#include "compare/entries.h"

/* The group's conditions and options, "connections=100 active=100 load=50%", with the loops of the
 * arm it is set against, which may be NULL; for the caller to free. The offered rate is left out
 * for its share of the capacity: that is the same question on all machines, and 57,000 per second
 * is not. A rate that the plan named is no share of anything, and stays: "load=200/s". With
 * `groups`, for runs that do not have the share, it is left out for which of their rates it is:
 * "load=2/3", the second of three. */
char *entry_parameters(int experiment, const struct trial_groups *groups,
                       const struct trial_group *group, const struct trial_group *against);

/* Whether the plan named the group's rate: the file has shares, and tells none of it. */
bool entry_load_is_named(const struct trial_group *group);

/* Tells this figure from all others of a run; for the caller to free. `b` is NULL for one arm. */
char *entry_key(const struct entry *entry, const struct trial_group *a,
                const struct trial_group *b);

/* Sets the label: what differs between the rows of a table, defaults left out. */
void entry_label(struct entry *entry, const struct trial_group *a, const struct trial_group *b);

/* Whether the two stand in one table: of one experiment, workload and metric, and both figures of
 * one arm or both ratios. */
bool entry_same_metric(const struct entry *a, const struct entry *b);

/* Whether it is of what readers look at first: memory per waiter resident and all in, throughput
 * and its CPU cost, three percentiles of latency, every flow metric but how many samples others
 * rest on. */
bool entry_is_shown(const struct entry *entry);

/* Whether the load generator was the limit in over half of the trials. */
bool entry_is_bound(const struct entry *entry);

/* "latency, 99th percentile", "all bytes per waiter"; a flow metric's own name. */
const char *entry_title(const struct entry *entry);

/* Whether it is a percentile of an open loop's latency, which a growing backlog takes along. */
bool entry_is_percentile(const struct entry *entry);

/* A percentile of trials whose backlog grew tells how long the window was. */
bool entry_is_overloaded(const struct entry *entry);

/* Whether the figure is one to show: no percentile of a backlog, and none that was withheld. */
bool entry_has_figure(const struct entry *entry);

/* Writes a value of the entry's unit as "33.1 KiB", "12.3 us", "140 k" to `text`, which has
 * UNITS_TEXT_SIZE, and returns it. */
const char *entry_format(const struct entry *entry, double value, char *text);

#endif
