/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bare round trips over TCP: a payload goes and comes back, one after the other, between two
 * threads that block; nothing of waitbench's load or subjects is in the way. */
#ifndef WAITBENCH_MEASURE_FLOOR_ROUND_TRIPS_H
#define WAITBENCH_MEASURE_FLOOR_ROUND_TRIPS_H

#include "base/error.h"

#include <hwloc.h>
#include <pthread.h>
#include <stdint.h>

#define ROUND_TRIPS_PAYLOAD_BYTES 64

/* How long they are made to a server elsewhere. */
#define ROUND_TRIPS_SECONDS 0.5

struct round_trips {
    int64_t count;
    int64_t p50_ns;
    int64_t p99_ns; /* -1 with fewer than 100 */
};

/* Makes them over a connected socket for about so long, `least` at least; the first ones, for up to
 * a quarter of that, are not counted. An interrupt ends it early, with what there is. Returns 0 or
 * -errno. */
int round_trips_make(struct round_trips *trips, int socket, int64_t duration_ns, int64_t least);

/* The same to a server of round_trips_serve's. Returns 0 or -errno with `error` set. */
int round_trips_to(struct round_trips *trips, const char *host, int port, struct error *error);

/* Answers what comes over a connected socket until the peer closes it. Returns 0 or -errno. */
int round_trips_answer(int socket);

/* The socket's options on both sides. Returns 0 or -errno. */
int round_trips_set_options(int socket);

/* A server for those of others, one after the other. */
struct round_trips_server {
    int listener;
    int port;
    pthread_t thread;
    hwloc_bitmap_t cpu;
};

/* Listens on that numeric IPv4 address, and answers on the first of those CPUs until it is ended.
 * Returns 0, -EINVAL where no interface has it, or -errno, with `error` set. */
int round_trips_serve(struct round_trips_server *server, const char *host,
                      hwloc_const_bitmap_t cpus, struct error *error);
void round_trips_end(struct round_trips_server *server);

#endif
