/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection's state between two reads, whoever waits for it. Of a connection that is idle
 * between requests nothing is kept: what is read of a request that has come in part is on the heap
 * until the rest is there. */
#ifndef WAITBENCH_BENCH_WEB_CONNECTION_H
#define WAITBENCH_BENCH_WEB_CONNECTION_H

#include "http/message.h"
#include "subject/server.h"

#include <stdbool.h>
#include <stdint.h>

struct web_connection {
    struct server_connection base;
    struct http_message *partial; /* NULL between requests */
    /* By when the rest of that request must have come, or a peer that was refused must have closed;
     * on the monotonic clock. 0: it may take for ever. */
    int64_t deadline_ns;
    bool refused; /* what still comes is dropped */
};

/* `connection` is zeroed but for base.server, which is that of a struct web, and is waited on from
 * now on. */
void web_connection_open(struct web_connection *connection);
void web_connection_close(struct web_connection *connection);

/* Sets the deadline: the time of a request (--request-timeout-ms) from now on. */
void web_connection_give_time(struct web_connection *connection);

/* Keeps a copy of what has come of a request, which has a deadline from its first piece on. Returns
 * 0 or -ENOMEM. */
int web_connection_keep(struct web_connection *connection, const struct http_message *partial);
void web_connection_forget(struct web_connection *connection);

/* Whether there is a deadline, and it is over. */
bool web_connection_is_late(const struct web_connection *connection);

/* For poll(2): how long one may wait for the peer, rounded up; -1 where it may take for ever. */
int web_connection_patience_ms(const struct web_connection *connection);

#endif
