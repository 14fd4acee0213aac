/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which trials' figures may be the load generator's rather than the subject's. */
#ifndef WAITBENCH_ANALYSIS_SUMMARY_DOUBT_H
#define WAITBENCH_ANALYSIS_SUMMARY_DOUBT_H

#include "analysis/summary/trials.h"
#include "run/experiment.h"

/* Adds the group's trials whose generator may have made the metric's figure. Of a quantile of an
 * open loop: its own stalls took more than a fifth of the time that lies beyond the quantile, or
 * its lateness at that quantile is over 10 % of the service time there. Where a run has no columns
 * for that, and for other metrics: its p99 lateness is over 10 % of the p99. Returns 0 or -EBADMSG
 * with `error` set. */
int doubt_count_late(const struct trial_group *group, const struct metric *metric, size_t *late,
                     struct error *error);

/* What is left of an arm of which a larger share of trials failed may be its good ones: it has no
 * verdict. */
#define DOUBT_FAILED_SHARE 0.25

/* Trials that were measured and yet have no figure of a quantile, and why: the worse a tail is, the
 * sooner it is one long event, so that what is withheld is no random choice. */
struct withheld {
    size_t trials;
    size_t few_samples; /* beyond the quantile */
    size_t few_events;  /* enough samples, and too few separate events */
};

/* Whether the metric is a quantile of an experiment under load, which may be withheld. */
bool doubt_is_quantile(const struct metric *metric);

/* Counts them; none where the metric is no quantile or the file has no such column. Where it has no
 * columns to tell why, `trials` alone is counted. Returns 0 or -EBADMSG with `error` set. */
int doubt_count_withheld(const struct trial_group *group, const struct metric *metric,
                         struct withheld *withheld, struct error *error);

/* How many of the group's trials say in their note that others were at work on the measured CPUs
 * meanwhile. */
size_t doubt_count_contended(const struct trial_group *group);

/* Adds the group's trials whose `column` holds more than `limit`, or does so divided by the column
 * `per` unless that is NULL. Returns 0 or -EBADMSG with `error` set. */
int doubt_count_beyond(const struct trial_group *group, const char *column, const char *per,
                       double limit, size_t *count, struct error *error);

#endif
