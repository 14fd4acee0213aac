/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Echo, an event loop: each waiter is a libuv handle. With --loops L the first loop accepts, and
 * connections go to the L loops in turn. */
#include "echo.h"

#include "subject_uv/server_loops.h"

#include <stdlib.h>
#include <string.h>

struct waiter {
    struct echo_connection connection;
    uv_tcp_t tcp;
};

/* The rest of an answer that the socket's buffer had no room for. */
struct pending {
    uv_write_t request;
    char bytes[];
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

static void written_cb(uv_write_t *request, int status)
{
    struct waiter *waiter = request->handle->data;
    free(request->data);
    if (status < 0 || uv_read_start((uv_stream_t *)&waiter->tcp, server_loop_alloc_cb, read_cb) < 0)
        waiter_close(waiter);
}

/* Until the peer takes its answers no more is read from it, as with a thread that blocks in
 * write(): otherwise a slow reader would grow the loop's memory without bound. */
static void answer_later(struct waiter *waiter, const char *bytes, size_t length)
{
    struct pending *pending = malloc(sizeof *pending + length);
    if (!pending)
        server_fail("queue an answer", "out of memory");
    memcpy(pending->bytes, bytes, length);
    pending->request.data = pending;
    uv_buf_t rest = uv_buf_init(pending->bytes, (unsigned)length);
    uv_read_stop((uv_stream_t *)&waiter->tcp);
    if (uv_write(&pending->request, (uv_stream_t *)&waiter->tcp, &rest, 1, written_cb) < 0) {
        free(pending);
        waiter_close(waiter);
    }
}

static void answer(struct waiter *waiter, char *bytes, size_t length)
{
    echo_connection_work(&waiter->connection, bytes, length);
    uv_buf_t whole = uv_buf_init(bytes, (unsigned)length);
    int written = uv_try_write((uv_stream_t *)&waiter->tcp, &whole, 1);
    if (written == UV_EAGAIN)
        written = 0;
    if (written < 0)
        waiter_close(waiter);
    else if ((size_t)written < length)
        answer_later(waiter, bytes + written, length - (size_t)written);
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
    if (uv_read_start((uv_stream_t *)&waiter->tcp, server_loop_alloc_cb, read_cb) < 0)
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
