/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connected socket, as a task of a loop uses it: calls that return at once, and a callback that
 * comes later. Deadlines are the task's, which closes the stream when one has passed. */
#ifndef WAITBENCH_BENCH_FINDSELF_LOOP_STREAM_H
#define WAITBENCH_BENCH_FINDSELF_LOOP_STREAM_H

#include "http.h"

#include <uv.h>

/* The caller's memory until `closed_cb`. */
struct stream {
    uv_tcp_t tcp; /* to be connected or accepted by the caller; its `data` is the stream */
    uv_write_t write;
    void (*sent_cb)(struct stream *stream, int result);
    void (*message_cb)(struct stream *stream, int result);
    void (*closed_cb)(struct stream *stream);
    void *data;                 /* the caller's own */
    struct http_reader reader;  /* to be set up by the caller */
    char out[HTTP_MESSAGE_MAX]; /* what is sent; untouched until `sent_cb` */
};

void stream_init(struct stream *stream, uv_loop_t *loop, void *data);

/* Sends the first `length` bytes of `out`. Returns 0 or -errno; `sent_cb` is called, once, if it
 * returned 0: with 0, or with -errno, which is -ECANCELED when the stream is closed meanwhile. */
int stream_send(struct stream *stream, size_t length, void (*sent_cb)(struct stream *, int result));

/* Reads until a message is complete. Returns 1 or -EBADMSG when what was read before is enough for
 * that, -errno, or 0: `message_cb` is then called, once, with 1, -EBADMSG or -errno, unless the
 * stream is closed before. */
int stream_read_message(struct stream *stream,
                        void (*message_cb)(struct stream *stream, int result));

/* Once. */
void stream_close(struct stream *stream, void (*closed_cb)(struct stream *stream));

#endif
