/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts clusters of servers as processes, with clients that come too early, and times them. Their
 * list of addresses holds two more: one where nobody ever answers, one that is somebody else's. */
#ifndef WAITBENCH_BENCH_FINDSELF_CLUSTER_H
#define WAITBENCH_BENCH_FINDSELF_CLUSTER_H

#include "base/error.h"
#include "subject/metric.h"

#include <stdint.h>

#define CLUSTER_SERVERS_MAX  50
#define CLUSTER_REQUESTS_MAX 64

struct cluster {
    int64_t clusters; /* one after the other */
    int64_t servers;  /* of each */
    int64_t requests; /* to each server, as soon as it listens */
    int64_t late_ms;  /* servers start at random moments below this */
    int64_t seed;
    const int64_t *deadline_ms; /* what every server is told */
    const int64_t *search_after_ms;

    struct samples search;   /* from the search's begin until the server found itself */
    struct samples gated;    /* from then, or from when it was sent, to an early request's answer */
    struct samples released; /* from the server's finding itself to that answer */
    int64_t refused_ns;      /* a request to a server that cannot find itself, to its 503 */
};

/* Runs all clusters. Every server must find its own address and no other, and answer each early
 * request with it and not before; a server that is not among its addresses must answer 503 at the
 * deadline. Returns 0, or -errno with `error` set. */
int cluster_run(struct cluster *cluster, struct error *error);
void cluster_print(struct cluster *cluster);
void cluster_finish(struct cluster *cluster);

#endif
