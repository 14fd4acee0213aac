/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the server is, and how a connection to it is opened: source address, options, handshake. */
#ifndef WAITBENCH_LOAD_CONNECTION_ENDPOINT_H
#define WAITBENCH_LOAD_CONNECTION_ENDPOINT_H

#include "base/error.h"
#include "load/connection/connection.h"

#include <netdb.h>

struct endpoint {
    struct addrinfo *address;
    const int
        *ports; /* of connection i the one at i modulo `port_count`; borrowed. NULL: one port */
    size_t port_count;
    int64_t connections_per_source; /* load/connection/source.h; 0: to another machine, or not over
                                       IPv4 */
};

/* Resolves the host. Returns 0, or -EHOSTUNREACH with `error` set. */
int endpoint_init(struct endpoint *endpoint, const char *host, int port, struct error *error);

/* The host's address in figures, as endpoint_init takes it, too: asking name servers for it may
 * take half a minute, in which no signal handler of ours would be heard. Returns 0, or
 * -EHOSTUNREACH with `error` set. */
int endpoint_resolve(const char *host, char *numeric, size_t size, struct error *error);

/* Fine on a zeroed one. */
void endpoint_finish(struct endpoint *endpoint);

/* Begins the handshake of a connection that is not open; its socket is writable once that is over,
 * for better or worse. Returns 0 or -errno, the descriptor being the connection's either way. */
int endpoint_open(const struct endpoint *endpoint, struct connection *connection);

/* What became of the handshake, once the socket is writable: 0 or -errno. */
int endpoint_opened(const struct connection *connection);

#endif
