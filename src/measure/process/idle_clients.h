/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runner's side of the idle clients: as many processes as the connections need
 * (load/idle/idle.h), asked together. */
#ifndef WAITBENCH_MEASURE_PROCESS_IDLE_CLIENTS_H
#define WAITBENCH_MEASURE_PROCESS_IDLE_CLIENTS_H

#include "base/channel.h"
#include "base/error.h"
#include "load/protocol/protocol.h"
#include "measure/process/shards.h"

#include <hwloc.h>
#include <stddef.h>
#include <stdint.h>

/* How long the subject may take without accepting one more connection. */
#define IDLE_CLIENTS_STALL_SECONDS 10

/* One of the processes. */
struct idle_process {
    struct channel channel;
    size_t shard;        /* of the subject, to which all of its connections go */
    int64_t first;       /* the number of its first connection among all, from 0 */
    int64_t capacity;    /* connections */
    int64_t granted;     /* how many it was asked for so far */
    int64_t outstanding; /* answers due */
};

struct idle_clients {
    struct idle_process *processes; /* those of a shard stand together */
    size_t process_count;
    size_t shard_count;
    int64_t count; /* connections wanted in all */
    /* Set by idle_clients_connect. */
    int64_t listen_dropped; /* load/connection/listen_queue.h: connections dropped meanwhile; -1:
                               not seen */
    char hint[256];         /* "" or why it took so long, for a note */
};

/* How many processes that many connections take, to a subject of so many shards. */
size_t idle_clients_processes(int64_t count, size_t shards);

/* Starts the processes, bound to `cpus` (NULL: anywhere), for `count` connections in all to a
 * subject of so many shards, over which they speak that protocol, with these settings but for the
 * port. Started before the subject, they do not count as the subject's. Returns 0 or -errno with
 * `error` set and nothing left running. */
int idle_clients_start(struct idle_clients *clients, int64_t count, size_t shards,
                       const struct protocol *protocol, const struct protocol_settings *settings,
                       hwloc_const_bitmap_t cpus, struct error *error);

/* How many connections the clients may be ahead of the subject. A longer queue of connections not
 * yet accepted would overflow the backlog, and a dropped handshake costs a second; a shorter one
 * lets the subject run dry while it is asked how far it is. Ours have a backlog of 4,096; the
 * smallest default of common runtimes is 100 (Python's asyncio). */
#define IDLE_CLIENTS_WINDOW         1000
#define IDLE_CLIENTS_WINDOW_FOREIGN 100

/* Connects all of them to the subject, a shard after the other, at most `window` ahead of it, and
 * waits until each is a waiter there. `spawn_ns` is the time from the first connect to the last
 * waiter. Returns 0 or -errno with `error` set, to which the hint belongs where there is one. */
int idle_clients_connect(struct idle_clients *clients, struct shards *shards, int64_t window,
                         int64_t *spawn_ns, struct error *error);

/* Has every connection send `requests` requests, one after the other, and verifies each reply. */
int idle_clients_warm(struct idle_clients *clients, int64_t requests, struct error *error);

/* Verifies that every connection is still open and silent. */
int idle_clients_check(struct idle_clients *clients, struct error *error);

/* Ends the processes, resetting their connections. Fine on one that is zeroed or failed to start.
 */
void idle_clients_stop(struct idle_clients *clients);

#endif
