/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection's bytes as a loop has them: what subject/thread_stream.h is to threads. */
#ifndef WAITBENCH_SUBJECT_UV_LOOP_STREAM_H
#define WAITBENCH_SUBJECT_UV_LOOP_STREAM_H

#include <stddef.h>
#include <uv.h>

/* Called when what was queued has been written (status 0) or never will be (an error of libuv's,
 * also when the handle is closed meanwhile). */
typedef void loop_stream_cb(uv_tcp_t *tcp, int status);

/* Writes as much as the socket has room for at once, and queues a copy of the rest, behind what may
 * be queued already. Then reading stops: until the peer takes its answers no more is to be read
 * from it, as with a thread that blocks in write(), otherwise a slow reader would grow the loop's
 * memory without bound. `written` is then called once, and decides whether to read on. Returns 0
 * where nothing was queued, 1 where something was, or an error of libuv's. Exits where memory ends.
 */
int loop_stream_write(uv_tcp_t *tcp, const char *bytes, size_t length, loop_stream_cb *written);

#endif
