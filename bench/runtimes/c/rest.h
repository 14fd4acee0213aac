/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of an answer its socket has had no room for, while the peer takes its time to read: kept for
 * who must not block for it. */
#ifndef WAITBENCH_BENCH_RUNTIMES_C_REST_H
#define WAITBENCH_BENCH_RUNTIMES_C_REST_H

#include <stddef.h>

/* Zeroed at the connection's start; `bytes` is NULL while there is none. */
struct rest {
    char *bytes;
    size_t length;
    size_t sent;
};

/* Sends what a socket that does not block has room for at once, and keeps a copy of what it has
 * not; there must be none kept yet. Returns 1 when all of it is sent, 0 when there is a rest now,
 * or -errno. Exits where memory ends. */
int rest_send(struct rest *rest, int fd, const char *bytes, size_t length);

/* Sends more of the rest. Returns as rest_send does. */
int rest_resume(struct rest *rest, int fd);

/* Keeps a copy of what comes behind all that is kept. Exits where memory ends. */
void rest_append(struct rest *rest, const char *bytes, size_t length);

/* Forgets it. */
void rest_finish(struct rest *rest);

#endif
