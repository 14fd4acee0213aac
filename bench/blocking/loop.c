/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that block, an event loop: the loop that has read a request makes its call itself, and
 * all of its connections wait for that (--block-call inline), or has a thread of libuv's pool make
 * it, and only that connection waits, as long as a thread is free (pool). */
#include "blocking.h"

#include "subject_uv/loop_stream.h"
#include "subject_uv/server_loops.h"
#include "subject_uv/uv_pool.h"

#include <stdlib.h>
#include <string.h>

struct waiter {
    struct blocking_connection connection;
    uv_tcp_t tcp;
    struct call *call; /* for the pool; no more is read until it has ended */
};

/* Begins when the answers before it have been written, as with a thread. So nothing can close the
 * connection while it is in the pool: nothing is read or written then. */
struct call {
    uv_work_t work;
    struct waiter *waiter;
    bool is_queued;
    size_t blocked_bytes; /* the request that blocks, at the beginning of `bytes` */
    size_t length;        /* of `bytes`, with what came behind it */
    char bytes[];
};

static void closed_cb(uv_handle_t *handle)
{
    struct waiter *waiter = handle->data;
    server_connection_close(&waiter->connection.base);
    free(waiter->call);
    free(waiter);
}

static void waiter_close(struct waiter *waiter)
{
    if (uv_is_closing((uv_handle_t *)&waiter->tcp))
        return;
    server_connection_waits(&waiter->connection.base, -1);
    uv_close((uv_handle_t *)&waiter->tcp, closed_cb);
}

static void go_on(struct waiter *waiter);

static void written(uv_tcp_t *tcp, int status)
{
    struct waiter *waiter = tcp->data;
    if (status < 0)
        waiter_close(waiter);
    go_on(waiter);
}

static void answer(struct waiter *waiter, const char *bytes, size_t length)
{
    if (loop_stream_write(&waiter->tcp, bytes, length, written) < 0)
        waiter_close(waiter);
}

static void call_later(struct waiter *waiter, size_t blocked_bytes, const char *bytes,
                       size_t length)
{
    struct call *call = calloc(1, sizeof *call + length);
    if (!call)
        server_fail("queue a call", "out of memory");
    call->waiter = waiter;
    call->blocked_bytes = blocked_bytes;
    call->length = length;
    memcpy(call->bytes, bytes, length);
    waiter->call = call;
    uv_read_stop((uv_stream_t *)&waiter->tcp);
    go_on(waiter);
}

static void serve(struct waiter *waiter, const char *bytes, size_t length)
{
    const struct blocking *blocking = blocking_of(&waiter->connection);
    while (length > 0 && !uv_is_closing((uv_handle_t *)&waiter->tcp)) {
        struct blocking_step step = blocking_step(&waiter->connection, bytes, length);
        answer(waiter, bytes, step.ready_bytes);
        bytes += step.ready_bytes;
        length -= step.ready_bytes;
        if (step.blocked_bytes > 0 && blocking->block_call == BLOCKING_CALL_POOL) {
            call_later(waiter, step.blocked_bytes, bytes, length);
            return;
        }
        if (step.blocked_bytes > 0)
            blocking_call(blocking);
        answer(waiter, bytes, step.blocked_bytes);
        bytes += step.blocked_bytes;
        length -= step.blocked_bytes;
    }
}

/* On a thread of the pool. */
static void call_cb(uv_work_t *work)
{
    struct call *call = work->data;
    blocking_call(blocking_of(&call->waiter->connection));
}

static void called_cb(uv_work_t *work, int status)
{
    (void)status; /* nobody cancels it */
    struct call *call = work->data;
    struct waiter *waiter = call->waiter;
    waiter->call = NULL;
    answer(waiter, call->bytes, call->blocked_bytes);
    serve(waiter, call->bytes + call->blocked_bytes, call->length - call->blocked_bytes);
    free(call);
    go_on(waiter);
}

static void read_cb(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
    struct waiter *waiter = stream->data;
    if (got < 0)
        waiter_close(waiter);
    else if (got > 0)
        serve(waiter, buffer->base, (size_t)got);
}

static void call_begin(struct waiter *waiter)
{
    struct call *call = waiter->call;
    call->is_queued = true;
    call->work.data = call;
    server_loop_check(uv_queue_work(waiter->tcp.loop, &call->work, call_cb, called_cb),
                      "queue a call");
}

/* Does what is next once every answer is written: a call, or reading. */
static void go_on(struct waiter *waiter)
{
    uv_stream_t *stream = (uv_stream_t *)&waiter->tcp;
    if (uv_is_closing((uv_handle_t *)stream) || uv_stream_get_write_queue_size(stream) > 0)
        return;
    if (waiter->call) {
        if (!waiter->call->is_queued)
            call_begin(waiter);
        return;
    }
    int result = uv_read_start(stream, server_loop_alloc_cb, read_cb);
    if (result < 0 && result != UV_EALREADY)
        waiter_close(waiter);
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
    go_on(waiter);
}

static void loop_init(struct server_loop *loop)
{
    const struct blocking *blocking = (const struct blocking *)loop->server;
    if (loop->index == 0 && blocking->block_call == BLOCKING_CALL_POOL)
        server_loop_check(uv_pool_start(loop, blocking->pool_size), "start libuv's pool");
}

int main(int argc, char **argv)
{
    static const struct server_loop_calls calls = {
        .loop_init = loop_init,
        .connection_create = waiter_create,
        .connection_start = waiter_start,
        .closed_cb = closed_cb,
    };
    struct blocking blocking;
    blocking_init(&blocking, SUBJECT_HAS_LOOPS, argc, argv);
    server_loops_serve(&blocking.server, &calls);
}
