/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listening and accepting with blocking calls, for the servers that use no libuv. */
#ifndef WAITBENCH_SUBJECT_LISTEN_H
#define WAITBENCH_SUBJECT_LISTEN_H

#include "subject/server.h"

/* The listening socket; its port comes back in `port`. Exits where it cannot be had. */
int listen_open(const struct server *server, int *port);

/* Waits for the next connection, which sends without delay (TCP_NODELAY) and is the caller's to
 * close; -1 when there was an error that concerns that connection only. */
int listen_accept(int listener);

#endif
