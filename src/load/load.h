/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The load generator: N connections to a server, K of them active, driven by an open or a
 * closed loop.
 *
 * Open loop: requests follow a schedule that never waits. A request whose connection still waits
 * for a reply queues behind it, and its latency counts from when it should have been sent; so a
 * server that stalls is charged for everybody whom the stall kept waiting. Closed loop: each active
 * connection sends its next request when the last one's reply is there; it measures capacity, and
 * has no intended send times, hence no latency but the service time.
 *
 * Every reply is checked, as far as its protocol can tell what it should be. All connections, idle
 * ones too, first exchange one message: it proves that the server serves them, and keeps its accept
 * queue from overflowing. */
#ifndef WAITBENCH_LOAD_LOAD_H
#define WAITBENCH_LOAD_LOAD_H

#include "load/note.h"
#include "load/options.h"
#include "load/result.h"

/* How many descriptors the process will have open in load_run, those that it has now among them. */
int64_t load_descriptors(const struct load_options *options);

/* Connects, runs, disconnects. Returns 0 when that could be tried: `result` then says how it went,
 * and load_result_note whether to believe it; the caller finishes it. Returns -errno with `error`
 * set, and nothing to finish, when options are wrong or a limit or memory does not allow it. */
int load_run(const struct load_options *options, struct load_result *result, struct error *error);

#endif
