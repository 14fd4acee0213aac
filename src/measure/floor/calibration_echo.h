/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ping-pong of the calibration: the barest echo there is, as the floor for every latency. */
#ifndef WAITBENCH_MEASURE_FLOOR_CALIBRATION_ECHO_H
#define WAITBENCH_MEASURE_FLOOR_CALIBRATION_ECHO_H

#include "measure/floor/calibration.h"

/* Runs the client on the calling thread and the server on a thread pinned to the first of
 * `server_cpus`, for `duration_ns`; fills the round_trip members. Returns 0 or -errno with `error`
 * set; a peer that stops answering is an error after a second. */
int calibration_echo(struct calibration *calibration, hwloc_const_bitmap_t server_cpus,
                     int64_t duration_ns, struct error *error);

#endif
