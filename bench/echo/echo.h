/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the halves of the echo pair share: the protocol, which is that every byte comes back, in
 * order, and where in the stream of bytes the work of a request is done. What differs between the
 * halves is only who waits. */
#ifndef WAITBENCH_BENCH_ECHO_H
#define WAITBENCH_BENCH_ECHO_H

#include "subject/server.h"

/* One connection's share of the protocol, whoever waits for it. */
struct echo_connection {
    struct server_connection base;
    struct subject_request request; /* the one that is coming in */
};

/* Does the work of every request that these bytes complete. */
static inline void echo_connection_work(struct echo_connection *connection, const char *bytes,
                                        size_t length)
{
    while (length > 0) {
        size_t taken =
            server_connection_take(&connection->base, &connection->request, bytes, length);
        bytes += taken;
        length -= taken;
    }
}

#endif
