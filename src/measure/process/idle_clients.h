/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runner's side of the idle clients: as many processes as the connections need
 * (load/idle/idle.h), asked together. */
#ifndef WAITBENCH_MEASURE_PROCESS_IDLE_CLIENTS_H
#define WAITBENCH_MEASURE_PROCESS_IDLE_CLIENTS_H

#include "base/channel.h"
#include "base/error.h"
#include "load/protocol/protocol.h"
#include "measure/process/subject.h"

#include <hwloc.h>
#include <stddef.h>
#include <stdint.h>

/* How long the subject may take without accepting one more connection. */
#define IDLE_CLIENTS_STALL_SECONDS 10

struct idle_clients {
    struct channel *channels;
    size_t process_count;
    int64_t per_process; /* connections; the last process may have fewer */
    int64_t count;       /* connections wanted in all */
    /* Set by idle_clients_connect. */
    int64_t listen_dropped; /* load/connection/listen_queue.h: connections dropped meanwhile; -1:
                               not seen */
    char hint[256];         /* "" or why it took so long, for a note */
};

/* Starts the processes, bound to `cpus` (NULL: anywhere), for `count` connections in all, over
 * which they speak that protocol, with these settings but for the port. Started before the subject,
 * they do not count as the subject's. Returns 0 or -errno with `error` set and nothing left
 * running. */
int idle_clients_start(struct idle_clients *clients, int64_t count, const struct protocol *protocol,
                       const struct protocol_settings *settings, hwloc_const_bitmap_t cpus,
                       struct error *error);

/* How many connections the clients may be ahead of the subject. A longer queue of connections not
 * yet accepted would overflow the backlog, and a dropped handshake costs a second; a shorter one
 * lets the subject run dry while it is asked how far it is. Ours have a backlog of 4,096; the
 * smallest default of common runtimes is 100 (Python's asyncio). */
#define IDLE_CLIENTS_WINDOW         1000
#define IDLE_CLIENTS_WINDOW_FOREIGN 100

/* Connects all of them to the subject, at most `window` ahead of it, and waits until each is a
 * waiter there. `spawn_ns` is the time from the first connect to the last waiter. Returns 0 or
 * -errno with `error` set, to which the hint belongs where there is one. */
int idle_clients_connect(struct idle_clients *clients, struct subject *subject, int64_t window,
                         int64_t *spawn_ns, struct error *error);

/* Has every connection send `requests` requests, one after the other, and verifies each reply. */
int idle_clients_warm(struct idle_clients *clients, int64_t requests, struct error *error);

/* Verifies that every connection is still open and silent. */
int idle_clients_check(struct idle_clients *clients, struct error *error);

/* Ends the processes, resetting their connections. Fine on one that is zeroed or failed to start.
 */
void idle_clients_stop(struct idle_clients *clients);

#endif
