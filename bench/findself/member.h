/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One server of a cluster as its driver sees it: a process, and the clients that wait for it. */
#ifndef WAITBENCH_BENCH_FINDSELF_MEMBER_H
#define WAITBENCH_BENCH_FINDSELF_MEMBER_H

#include "child.h"
#include "client.h"
#include "cluster.h"

struct member {
    const struct cluster *cluster;
    const char *addresses; /* the shared list */
    struct address address;
    int64_t start_at_ns;
    int64_t search_began_ns;
    int64_t found_ns;
    struct child child;
    struct client clients[CLUSTER_REQUESTS_MAX];
};

/* Starts the server when its time has come, and waits until it listens. */
int member_start(struct member *member, int64_t deadline_ms, struct error *error);

/* Sends its early requests; waits until it has found itself, and for their answers. */
int member_drive(struct member *member, struct error *error);

/* For a server that cannot find itself: one request, which must be answered with 503 and no sooner
 * than `deadline_ms` after it was sent. */
int member_drive_lost(struct member *member, int64_t deadline_ms, struct error *error);

/* Ends the server; -EPROTO when it does not end well. */
int member_end(struct member *member, struct error *error);

#endif
