/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening many connections without a storm. A server whose accept queue overflows drops the
 * handshake, and the kernel tries again a second later; so at most CONNECTOR_WINDOW connections are
 * ever between connect() and the reply to their first request, which only an accepted one can give;
 * fewer where the kernel allows no listener so long a queue. */
#ifndef WAITBENCH_LOAD_CONNECTION_CONNECTOR_H
#define WAITBENCH_LOAD_CONNECTION_CONNECTOR_H

#include "base/error.h"
#include "load/connection/endpoint.h"
#include "load/options.h"

#define CONNECTOR_WINDOW 64

struct connector {
    const struct load_options *options;
    const struct endpoint *endpoint;
    const struct messages *messages;
    struct connection *connections; /* `options->connections` of them, the caller's */
    int64_t connected;              /* how many have been served so far */
    int64_t errors[LOAD_ERROR_KINDS];
    char first_error[128];
};

/* Opens connections[0] to [count - 1] of the options, in that order, and has each serve one
 * request. Connections that fail are counted, noted and closed. An error for a reply is counted and
 * noted, too, but shows that the connection is served, unless all replies are errors: then none is.
 * Gives up, with the rest not tried,
 * when no connection was served or failed for options->patience_ns; ends when options->stop says
 * so. Calls options->progress. Returns 0 if it could try, else -errno with `error` set: no memory,
 * no descriptors. The first four fields of `connector` are set by the caller. */
int connector_run(struct connector *connector, struct error *error);

#endif
