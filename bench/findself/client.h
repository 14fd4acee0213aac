/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A client of the cluster, with blocking sockets: it measures, and is no part of what is measured.
 */
#ifndef WAITBENCH_BENCH_FINDSELF_CLIENT_H
#define WAITBENCH_BENCH_FINDSELF_CLIENT_H

#include "address.h"
#include "http.h"

#include <stdint.h>

/* A request under way. */
struct client {
    int fd; /* -1: none */
    int64_t sent_ns;
    int64_t answered_ns;
};

/* Sends POST /client-request. Returns 0 or -errno. */
int client_send(struct client *client, const struct address *address);

/* Waits for the answer, but no longer than a generous while, notes when it came, and closes.
 * Returns its status (200, say) with `body` set, or -errno. */
int client_receive(struct client *client, char body[HTTP_TEXT_MAX]);

/* Closes what was not received. */
void client_close(struct client *client);

#endif
