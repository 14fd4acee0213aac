/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two arms under the same conditions, compared in one metric. */
#ifndef WAITBENCH_ANALYSIS_SUMMARY_COMPARISON_H
#define WAITBENCH_ANALYSIS_SUMMARY_COMPARISON_H

#include "analysis/statistics/statistics.h"
#include "analysis/summary/doubt.h"
#include "analysis/summary/trials.h"
#include "run/experiment.h"

/* Of one arm's trials, how many there are, and in how many of them */
struct doubts {
    size_t trials;
    struct withheld withheld; /* the metric's quantile has no figure */
    size_t client_bound;      /* the load generator, not the subject, was the limit */
    size_t store_bound;       /* the database was the limit (store_bound.h) */
    size_t overloaded;        /* requests came faster than the subject served them */
    size_t contended;         /* others were at work on the measured CPUs */
};

struct comparison {
    double median_a; /* over the blocks that both arms have; NAN without any */
    double median_b;
    struct estimate ratio; /* a / b */
    enum verdict verdict;  /* about a */
    size_t outliers;       /* of both arms: flagged, and in every figure */
    struct doubts doubts_a;
    struct doubts doubts_b;
    size_t late; /* trials of both whose figure the generator may have made (doubt_count_late) */
};

/* Whether the arm, or one of the two, lacks the quantile in over one trial in ten: the worse a tail
 * is, the sooner it is withheld, so that the blocks that are left would be a choice of the good
 * ones. */
bool doubts_withhold(const struct doubts *doubts);
bool comparison_is_withheld(const struct comparison *comparison);

/* Compares `a` with `b`. Returns 1, 0 when they have no block in common with the metric (then only
 * the doubts of `comparison` are set, and its ratio is NAN), or -EBADMSG with `error` set. */
int compare_groups(const struct trial_group *a, const struct trial_group *b,
                   const struct metric *metric, uint64_t seed, struct comparison *comparison,
                   struct error *error);

#endif
