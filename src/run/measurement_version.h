/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the figures of a run mean. Whoever changes what a figure means (another clock, another
 * window, another load, other work per request) raises the number and adds a line here; a new
 * column, chart or verdict changes no figure. Runs record it in machine.json, `compare` sets no
 * times against those of another version, and the published reference runs must be of this one
 * (tests/measurement_version.bats).
 *
 * 1: the first one; runs that do not say theirs are of it.
 * 2: times and rates. Nothing of the runner's runs on a measured CPU inside a window any more (a
 *    reading that took milliseconds with thousands of threads stalled the generator beside
 *    threads). Loads are shares of the highest open-loop rate that an arm sustains, and not of a
 *    closed loop's. An open loop's achieved rate counts the window's own requests only. Percentiles
 *    take ten separate events beyond them. Work per request is spun without system calls. Both
 *    halves of a flow pair start and stop their clocks at the same event. Memory is as it was.
 *
 * A version that changes memory figures must take them away in compare/guard.c, too. */
#ifndef WAITBENCH_RUN_MEASUREMENT_VERSION_H
#define WAITBENCH_RUN_MEASUREMENT_VERSION_H

#define MEASUREMENT_VERSION       2
#define MEASUREMENT_VERSION_FIRST 1

#endif
