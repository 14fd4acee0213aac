/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The floors of this machine: what remains when no waitbench code is in the way. A run whose client
 * sleeps (idle_wait=block) cannot be quicker than the bare round trip; one whose client spins can,
 * since nobody has to wake the client up. */
#ifndef WAITBENCH_MEASURE_FLOOR_CALIBRATION_H
#define WAITBENCH_MEASURE_FLOOR_CALIBRATION_H

#include "base/clock.h"
#include "base/error.h"
#include "measure/placement/placement.h"

#include <stdint.h>

struct calibration {
    /* Bare blocking TCP ping-pong over loopback between two pinned threads, one on a server CPU and
     * one on a client CPU. Either CPU may go idle while its thread waits, as with idle_wait=block.
     */
    int64_t round_trips;
    int64_t round_trip_p50_ns;
    int64_t round_trip_p99_ns;
    /* One clock_gettime(CLOCK_MONOTONIC): the best of several batches. */
    double clock_read_ns;
    /* A thread on a client CPU that does nothing but read the clock: what lies between two
     * readings, beyond the reading itself, is time that the kernel, the hypervisor or another
     * process took. 99.9 % of gaps are at most gap_p999_ns (counted up to 16,384); gap_share is the
     * share of all time that went into gaps of 10 us and more. */
    int64_t spin_ns;
    int64_t gap_p999_ns;
    int64_t gap_longest_ns;
    double gap_share;
};

/* Measures for about `budget_ns` (taken as 100 ms to 1.4 s): up to 200 ms of it spinning, the rest
 * ping-pong. The calling thread is pinned meanwhile and its affinity restored. Returns 0 or -errno
 * with `error` set. */
int calibration_measure(struct calibration *calibration, const struct placement *placement,
                        int64_t budget_ns, struct error *error);

#endif
