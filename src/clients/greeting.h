/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a client begins: what stands between a prefix and the hello of a waitbench behind it, and
 * what usually helps where none comes. */
#ifndef WAITBENCH_CLIENTS_GREETING_H
#define WAITBENCH_CLIENTS_GREETING_H

#include "base/error.h"
#include "clients/client.h"

/* Reads the hello of a client that was just started into client->hello, within
 * CLIENT_START_SECONDS. Returns 0, or -errno with `error` naming the client and saying what is in
 * the way. */
int greeting_read(struct client *client, struct error *error);

/* Puts what usually helps behind `error`, which says how a client ended that had just been started.
 * Returns `result`. */
int greeting_explain_end(const struct client *client, int result, struct error *error);

#endif
