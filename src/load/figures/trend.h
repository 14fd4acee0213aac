/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many requests were due and not yet answered, at moments spread evenly over the window, and
 * whether they became more: a server that is offered more than it can serve has a backlog that
 * grows, and its latencies say how long the window was rather than how it serves. */
#ifndef WAITBENCH_LOAD_FIGURES_TREND_H
#define WAITBENCH_LOAD_FIGURES_TREND_H

#include <stddef.h>
#include <stdint.h>

#define TREND_POINTS 21

struct trend {
    int64_t values[TREND_POINTS];
    size_t count; /* taken so far */
};

/* Adds another generator's, taken at the same moments. */
void trend_add(struct trend *sum, const struct trend *trend);

/* By how much it grows from the first to the last point: by the median of the slopes between any
 * two points (Theil 1950, Sen 1968), so that a stall at one moment, the last one too, is no
 * trend. 0 with fewer than three points. */
double trend_growth(const struct trend *trend);

/* How far that may be off by chance, as a standard deviation: from how the points lie around the
 * trend, by their median distance, so that a stall does not count here either. */
double trend_growth_error(const struct trend *trend);

/* The median of the points; 0 without any. */
double trend_middle(const struct trend *trend);

#endif
