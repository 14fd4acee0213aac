/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The idle clients: connections that are opened, perhaps spoken on once, and then left alone. They
 * live in a process of their own, because the descriptors of both ends do not fit in one. It is
 * asked line by line: `port P`, `connect K`, `warm R`, `check`; it answers `ok COUNT` or one line
 * that says what failed. */
#ifndef WAITBENCH_LOAD_IDLE_IDLE_H
#define WAITBENCH_LOAD_IDLE_IDLE_H

#include "load/protocol/protocol.h"

#include <stdint.h>

/* Bytes of each request that warms a connection up, where the protocol has use for a size. */
#define IDLE_REQUEST_BYTES 64

struct idle_options {
    const struct protocol *protocol;
    struct protocol_settings settings; /* of what warms them up, but for the port */
    int64_t first;    /* the number of this process's first connection among all, from 0 */
    int64_t capacity; /* how many connections it may be asked for */
};

/* Serves the questions on stdin until it ends, then resets every connection, so that none lingers
 * in TIME_WAIT and takes a port from the next trial. Returns the exit code. */
int idle_serve(const struct idle_options *options);

#endif
