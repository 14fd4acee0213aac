/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Work measured in microseconds, done as a fixed number of turns of an arithmetic loop: no system
 * call, and a handler that is preempted in between still does all of it.
 *
 * How many turns make a microsecond is measured once. The trade: whoever asks for 20 us gets the
 * work that took 20 us at the time of the calibration; when the host's speed changes later, it
 * takes more or less. That is what a comparison wants, the same work in both halves of a pair, as
 * long as both use the same calibration: two of their own differ by as much as the host's speed
 * wandered in between. So a runner calibrates once and hands the figure to every subject
 * (--work-spins-per-us).
 */
#ifndef WAITBENCH_BASE_SPIN_H
#define WAITBENCH_BASE_SPIN_H

#include <stdint.h>

/* Turns per microsecond of the calling thread's CPU time, at least 1. Takes about 50 ms of it. The
 * fastest of several rounds counts, the one that was disturbed least. */
int64_t spin_calibrate(void);

/* Goes round that many times; 0 or less: returns at once. */
void spin(int64_t turns);

#endif
