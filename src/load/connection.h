/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection to the server, and one message at a time over it: sent, and its echo checked byte
 * by byte as it comes back. Sockets are non-blocking; pieces of any size are fine both ways. */
#ifndef WAITBENCH_LOAD_CONNECTION_H
#define WAITBENCH_LOAD_CONNECTION_H

#include "load/error_kind.h"
#include "load/payload.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct connection {
    int fd;                   /* -1 before it is opened and after it is closed */
    uint32_t number;          /* among all connections of the run */
    uint64_t messages;        /* begun so far */
    uint64_t served;          /* answered since it was opened */
    bool stamped;             /* the kernel tells when bytes came */
    int64_t came_ns;          /* when the last ones did, on CLOCK_REALTIME; 0: not told */
    size_t sent;              /* bytes of the message under way */
    size_t received;          /* bytes of its echo */
    enum load_error_kind why; /* valid after CONNECTION_FAILED */
    int system_error;         /* the errno behind `why`, or 0 */
};

enum connection_state {
    CONNECTION_WAITING, /* for the socket to take or to bring more */
    CONNECTION_DONE,    /* connection_send: all is sent; connection_receive: the echo is whole */
    CONNECTION_FAILED,  /* the connection is of no more use; the caller closes it */
};

/* Which message of which connection is under way: the first 8 bytes of it. */
uint64_t connection_message_number(const struct connection *connection);

/* Has the kernel stamp what comes, if it can. */
void connection_stamp(struct connection *connection);

/* Begins the next message and sends what the socket takes. */
enum connection_state connection_begin(struct connection *connection,
                                       const struct payload *payload);

/* Sends more of the message under way. */
enum connection_state connection_send(struct connection *connection, const struct payload *payload);

/* Takes what has come, into `scratch`, and checks it. Bytes that were not sent are wrong, also when
 * no message is under way. One call is one recv(2): epoll's level trigger reports what is left. */
enum connection_state connection_receive(struct connection *connection,
                                         const struct payload *payload, void *scratch,
                                         size_t scratch_bytes);

/* Notes why the connection failed, from an errno, and returns CONNECTION_FAILED. */
enum connection_state connection_fail(struct connection *connection, int system_error);

/* After a failure, in words: "connection 5: reset: Connection reset by peer". */
void connection_describe_failure(const struct connection *connection, char *text,
                                 size_t text_bytes);

/* Closes with a reset, so that no port is left in TIME_WAIT: a run opens more connections than
 * there are ports. Accepts a connection that is not open. */
void connection_close(struct connection *connection);

#endif
