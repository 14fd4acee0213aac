/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection's bytes as a thread has them that waits for this connection alone: with calls that
 * block. */
#ifndef WAITBENCH_SUBJECT_THREAD_STREAM_H
#define WAITBENCH_SUBJECT_THREAD_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Called with what one read brought, up to SERVER_BUFFER_BYTES; `bytes` are its own until it
 * returns. Returns whether to go on. */
typedef bool thread_stream_cb(void *data, const char *bytes, size_t length);

/* Reads until the peer has gone or `take` says no. `expected_bytes` is the size of a request as far
 * as it is known, else 0.
 *
 * A request costs one read, as in a loop, whose buffer is as large. The loop has one buffer for all
 * of its waiters; a thread has its own, on its stack, and pays for it only as far as messages reach
 * into it. But it would also pay for sleeping below a large buffer: a page more, that of the frame
 * in which it sleeps, as every thread's stack has its first page anyway. So it begins with a small
 * buffer, which fits that first page, and takes the large one for good once its peer sends more
 * than the small one holds, or where `expected_bytes` says so beforehand. */
void thread_stream_read(int fd, int64_t expected_bytes, thread_stream_cb *take, void *data);

/* Writes all of it, however long the peer takes to make room; returns whether it could. */
bool thread_stream_write(int fd, const char *bytes, size_t length);

#endif
