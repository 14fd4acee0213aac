/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Echo, an event loop: each waiter is a libuv handle. With --loops L the first loop accepts, and
 * connections go to the L loops in turn. */
#include "echo.h"

#include "subject_uv/loop_stream.h"
#include "subject_uv/server_loops.h"

#include <stdlib.h>

struct waiter {
    struct echo_connection connection;
    uv_tcp_t tcp;
};

static void closed_cb(uv_handle_t *handle)
{
    struct waiter *waiter = handle->data;
    server_connection_close(&waiter->connection.base);
    free(waiter);
}

static void waiter_close(struct waiter *waiter)
{
    if (uv_is_closing((uv_handle_t *)&waiter->tcp))
        return;
    server_connection_waits(&waiter->connection.base, -1);
    uv_close((uv_handle_t *)&waiter->tcp, closed_cb);
}

static void read_cb(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer);

static void written(uv_tcp_t *tcp, int status)
{
    if (status < 0 || uv_read_start((uv_stream_t *)tcp, server_loop_alloc_cb, read_cb) < 0)
        waiter_close(tcp->data);
}

static void answer(struct waiter *waiter, const char *bytes, size_t length)
{
    echo_connection_work(&waiter->connection, bytes, length);
    if (loop_stream_write(&waiter->tcp, bytes, length, written) < 0)
        waiter_close(waiter);
}

static void read_cb(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
    struct waiter *waiter = stream->data;
    if (got < 0)
        waiter_close(waiter);
    else if (got > 0)
        answer(waiter, buffer->base, (size_t)got);
}

static uv_tcp_t *waiter_create(struct server_loop *loop)
{
    struct waiter *waiter = calloc(1, sizeof *waiter);
    if (!waiter)
        server_fail("start a waiter", "out of memory");
    waiter->connection.base.server = loop->server;
    waiter->tcp.data = waiter;
    return &waiter->tcp;
}

static void waiter_start(uv_tcp_t *tcp)
{
    struct waiter *waiter = tcp->data;
    server_connection_open(&waiter->connection.base);
    server_connection_waits(&waiter->connection.base, 1);
    if (uv_read_start((uv_stream_t *)tcp, server_loop_alloc_cb, read_cb) < 0)
        waiter_close(waiter);
}

int main(int argc, char **argv)
{
    static const struct server_loop_calls calls = {
        .connection_create = waiter_create,
        .connection_start = waiter_start,
        .closed_cb = closed_cb,
    };
    struct server server;
    server_init(&server, SUBJECT_HAS_LOOPS, NULL, argc, argv);
    server_loops_serve(&server, &calls);
}
