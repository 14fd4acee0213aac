/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which trials' figures may be the load generator's rather than the subject's. */
#ifndef WAITBENCH_ANALYSIS_DOUBT_H
#define WAITBENCH_ANALYSIS_DOUBT_H

#include "analysis/experiments.h"
#include "analysis/trials.h"

/* Adds the group's trials whose generator may have made the metric's figure. Of a quantile of an
 * open loop: its own stalls took more than a fifth of the time that lies beyond the quantile, or
 * its lateness at that quantile is over 10 % of the service time there. Where a run has no columns
 * for that, and for other metrics: its p99 lateness is over 10 % of the p99. Returns 0 or -EBADMSG
 * with `error` set. */
int doubt_count_late(const struct trial_group *group, const struct metric *metric, size_t *late,
                     struct error *error);

/* Adds the group's trials whose `column` holds more than `limit`, or does so divided by the column
 * `per` unless that is NULL. Returns 0 or -EBADMSG with `error` set. */
int doubt_count_beyond(const struct trial_group *group, const char *column, const char *per,
                       double limit, size_t *count, struct error *error);

#endif
