/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection to the server, and one exchange at a time over it: a request is sent, and its
 * reply checked as it comes. Sockets are non-blocking; pieces of any size are fine both ways. */
#ifndef WAITBENCH_LOAD_CONNECTION_CONNECTION_H
#define WAITBENCH_LOAD_CONNECTION_CONNECTION_H

#include "load/error_kind.h"
#include "load/protocol/protocol.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct connection {
    int fd;                   /* -1 before it is opened and after it is closed */
    uint32_t number;          /* among all connections of the run */
    uint64_t requests;        /* begun so far */
    uint64_t served;          /* answered since it was opened */
    int64_t came_ns;          /* when the last bytes did, on CLOCK_REALTIME; 0: not told */
    bool stamped;             /* the kernel tells that */
    bool asked;               /* a request is under way */
    enum load_error_kind why; /* valid after CONNECTION_ERROR_REPLY and CONNECTION_FAILED */
    int system_error;         /* the errno behind `why`, or 0 */
    struct exchange exchange; /* under way, or the last one */
};

enum connection_state {
    CONNECTION_WAITING, /* for the socket to take or to bring more */
    CONNECTION_DONE,    /* connection_send: all is sent; connection_receive: the reply is whole */
    CONNECTION_ERROR_REPLY, /* the reply is whole, and an error: the request has failed, no more */
    CONNECTION_FAILED,      /* the connection is of no more use; the caller closes it */
};

/* `count` connections (1 or more) that are not open, the first of which has that number. NULL when
 * out of memory. */
struct connection *connections_create(int64_t count, int64_t first,
                                      const struct protocol *protocol);

/* Closes all and frees; NULL is accepted. */
void connections_destroy(struct connection *connections, int64_t count);

/* Has the kernel stamp what comes, if it can. */
void connection_stamp(struct connection *connection);

/* Begins the next exchange and sends what the socket takes of its request. */
enum connection_state connection_begin(struct connection *connection,
                                       const struct messages *messages);

/* The request under way has not been answered, and the next exchange is to be the same once more.
 */
void connection_take_back(struct connection *connection);

/* Sends more of the request under way. */
enum connection_state connection_send(struct connection *connection,
                                      const struct messages *messages);

/* Whether some of the request under way is still to be sent. */
bool connection_is_sending(const struct connection *connection);

/* Takes what has come, into `scratch`, and checks it. What comes while no request is under way is
 * wrong. One call is one recv(2): epoll's level trigger reports what is left. After
 * CONNECTION_DONE and CONNECTION_ERROR_REPLY, exchange.closes tells to close it as the server does.
 */
enum connection_state connection_receive(struct connection *connection,
                                         const struct messages *messages, void *scratch,
                                         size_t scratch_bytes);

/* Notes why the connection failed, from an errno or by name, and returns CONNECTION_FAILED. */
enum connection_state connection_fail(struct connection *connection, int system_error);
enum connection_state connection_fail_as(struct connection *connection, enum load_error_kind why);

/* After a failure, in words: "connection 5: reset: Connection reset by peer". */
void connection_describe_failure(const struct connection *connection,
                                 const struct messages *messages, char *text, size_t text_bytes);

/* An open connection without a request under way has nothing to read: CONNECTION_WAITING, or
 * CONNECTION_FAILED where bytes have come or its end. */
enum connection_state connection_check_idle(struct connection *connection);

/* Waits until poll(2) reports one of `events` or an error of the socket: 0, -ETIMEDOUT, or -errno.
 * For a caller that has nothing else to do meanwhile. */
int connection_await(const struct connection *connection, short events, int timeout_ms);

/* Accepts a connection that is not open. */
void connection_close(struct connection *connection);

#endif
