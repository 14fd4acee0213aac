/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two arms under the same conditions, compared in one metric. */
#ifndef WAITBENCH_ANALYSIS_COMPARISON_H
#define WAITBENCH_ANALYSIS_COMPARISON_H

#include "analysis/experiments.h"
#include "analysis/statistics.h"
#include "analysis/trials.h"

struct comparison {
    double median_a; /* over the blocks that both arms have; NAN without any */
    double median_b;
    struct estimate ratio; /* a / b */
    enum verdict verdict;  /* about a */
    size_t outliers;       /* of both arms: flagged, and in every figure */
    size_t client_bound_a; /* trials in which the load generator, not the subject, was the limit */
    size_t client_bound_b;
    size_t late; /* trials of both whose generator was late by over 10 % of their p99 */
};

/* Compares `a` with `b`. Returns 1, 0 when they have no block in common with the metric, or
 * -EBADMSG with `error` set. */
int compare_groups(const struct trial_group *a, const struct trial_group *b,
                   const struct metric *metric, uint64_t seed, struct comparison *comparison,
                   struct error *error);

/* The interval of that comparison's ratio for another confidence than 95 %; none with fewer blocks
 * than a verdict needs. Returns 0 or -EBADMSG with `error` set. */
int compare_interval(const struct trial_group *a, const struct trial_group *b,
                     const struct metric *metric, double confidence, uint64_t seed,
                     struct interval *interval, struct error *error);

#endif
