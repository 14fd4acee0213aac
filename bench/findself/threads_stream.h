/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connected socket, as a thread uses it: calls that block, until a deadline or a cancellation.
 * The descriptors are non-blocking, so that only token_poll() ever waits. */
#ifndef WAITBENCH_BENCH_FINDSELF_THREADS_STREAM_H
#define WAITBENCH_BENCH_FINDSELF_THREADS_STREAM_H

#include "flow/token.h"
#include "http.h"

/* The time so many milliseconds from now. */
int64_t stream_deadline_ns(int64_t after_ms);

/* Sends all of it. Returns 0, -ECANCELED, -ETIMEDOUT or -errno. */
int stream_send(struct token *token, int fd, const char *bytes, size_t length, int64_t deadline_ns);

/* Reads until a message is complete. Returns 1, -EBADMSG, -ECANCELED, -ETIMEDOUT or -errno. */
int stream_read_message(struct token *token, int fd, struct http_reader *reader,
                        int64_t deadline_ns);

#endif
