/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listening and accepting, for the servers that use no libuv: with calls that block, or once a
 * listener has been reported ready. */
#ifndef WAITBENCH_SUBJECT_LISTEN_H
#define WAITBENCH_SUBJECT_LISTEN_H

#include "subject/server.h"

/* The listening socket; its port comes back in `port`. Exits where it cannot be had. */
int listen_open(const struct server *server, int *port);

/* Waits for the next connection, which sends without delay (TCP_NODELAY) and is the caller's to
 * close; -1 when there was an error that concerns that connection only. */
int listen_accept(int listener);

/* The same without blocking: for who is told when there is something to accept. -1 is also that
 * there is nothing (any more). */
int listen_open_ready(const struct server *server, int *port);
int listen_accept_ready(int listener);

#endif
