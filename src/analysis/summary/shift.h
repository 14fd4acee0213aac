/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether one arm is beyond another by more than a factor: a test over blocks, and control of false
 * findings over all settings that one claim is judged by. */
#ifndef WAITBENCH_ANALYSIS_SUMMARY_SHIFT_H
#define WAITBENCH_ANALYSIS_SUMMARY_SHIFT_H

#include "analysis/summary/paired.h"

#include <stdbool.h>
#include <stddef.h>

/* False findings among all settings of a claim, in either direction: at most one family of
 * settings without a difference in forty gets one. */
#define SHIFT_ALPHA 0.025

/* Most of it is for the settings one by one, the rest for all of them together, where many small
 * differences of one kind show at any level. */
#define SHIFT_ALPHA_EACH     (0.8 * SHIFT_ALPHA)
#define SHIFT_ALPHA_TOGETHER (0.2 * SHIFT_ALPHA)

/* What the ratio a / b is, against a factor above 1 and its inverse. */
enum side { SIDE_UNRESOLVED, SIDE_LOWER, SIDE_HIGHER, SIDE_EQUAL, SIDE_COUNT };

/* For each side the chance of blocks that speak for it as clearly, were it not so (one-sided p
 * values); that of SIDE_UNRESOLVED is not used. All are 1 with too few blocks. */
struct shift {
    size_t blocks;
    double mean;     /* of the logarithm of a / b over blocks */
    double variance; /* that the test takes, of one block; 0 with too few */
    double factor;
    double p[SIDE_COUNT];
    double p_not[SIDE_COUNT]; /* the same for "it is not lower", "it is not higher" */
};

/* Tests a[i] / b[i], positive figures of the same block, against `factor` (1.05: by more than 5 %):
 * one-sided t tests of the mean logarithm against either margin, and both together for equality
 * (two one-sided tests, Schuirmann 1987). The logarithm makes a ratio and its inverse alike.
 * Student's t holds from STATISTICS_BLOCKS_MIN blocks on, where a permutation test of six blocks
 * could not reach 2.5 % divided by anything. What outliers it sees make it slower to decide, not
 * quicker; those it does not see, it cannot know of: where bad blocks are so rare that a run may
 * have none, a finding is about the usual block, and no mean over all of them. `resolution` is the
 * relative step of the instrument: blocks are not taken to agree better than that. */
struct shift shift_test(const double *a, const double *b, size_t blocks, double factor,
                        double resolution);

/* What one block's logarithm varies by in `count` settings of one metric: the upper quartile of
 * their variances, so that a claim's quiet settings learn of bad blocks from the others. */
double shift_common_variance(const struct shift *shifts, size_t count);

/* Tests again with the variance that a setting has in view of the others, as if a few blocks had
 * varied like theirs, which count among the degrees of freedom (moderated, Smyth 2004): six blocks
 * may agree by chance. A setting that varies more than that keeps its own. */
void shift_moderate(struct shift *shift, double common);

/* Of two figures that must both say so: the weaker evidence for each side. */
struct shift shift_weaker(const struct shift *a, const struct shift *b);

/* Of arm a against the best of several ways of arm b, whichever that is: each of `ways` is of a and
 * one of them, and `loses` is the side on which a is the worse one. That a is better takes every
 * way (an intersection-union test, Berger 1982: the weakest evidence of all, and no price); that it
 * is worse takes one way, which may be any, and is paid for by their number (Bonferroni). With one
 * way it is that one's. */
struct shift shift_of_best(const struct shift *ways, size_t count, enum side loses);

/* The side that each of `count` settings is shown to be on, so that with SHIFT_ALPHA_EACH at most
 * any of them is wrong: Hommel's adjustment (1988) over the settings, of twice the smallest p value
 * of each, since at most two of its three sides can be wrong. Where settings that stay open get
 * further blocks, each is judged in up to `looks` looks at its data, in all of which it may be
 * wrong by chance: they share the level (Bonferroni), which holds whatever decides who gets more
 * blocks, since the p value of the last look is no smaller than the least of all. */
void shift_control(const struct shift *shifts, size_t count, size_t looks, enum side *sides);

/* The side that the settings are on as a whole, from the mean of their logarithms in each block
 * that all of them have, so that what their trials of one block share is in the error; or
 * SIDE_UNRESOLVED. It is wrong with SHIFT_ALPHA_TOGETHER at most, over all of the claim's
 * `families` of settings that are asked so, in all their looks, and never SIDE_EQUAL. `deviation`
 * is what the mean varies by at least: that of settings independent of each other. */
enum side shift_together(const struct paired *settings, size_t count, double factor,
                         double deviation, size_t families);

/* Whether a setting by itself speaks for a side, without proving it among the others: one in ten
 * settings at the margin does so by chance. */
bool shift_leans(const struct shift *shift, enum side side);

#endif
