/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Echo, an event loop: each waiter is a libuv handle. With --loops L the first loop accepts, and
 * connections go to the L loops in turn. */
#include "echo.h"

#include <errno.h>
#include <unistd.h>
#include <uv.h>

struct loop {
    uv_loop_t uv;
    uv_thread_t thread;
    uv_async_t arrived_async;
    uv_prepare_t iteration_prepare;
    atomic_int_fast64_t iterations;
    struct server *server;
    uv_mutex_t mutex;
    int *arrived_fds; /* handed over by the accepting loop, under the mutex */
    size_t arrived_count;
    size_t arrived_capacity;
    /* One buffer serves all of a loop's waiters: an idle handle keeps none. */
    char buffer[ECHO_BUFFER_BYTES];
};

struct server {
    struct echo_server echo; /* first: the control thread knows the server by its control */
    uv_tcp_t listener;
    struct loop *loops;
    size_t loop_count;
    size_t next_loop;
};

struct waiter {
    struct echo_connection connection;
    uv_tcp_t tcp;
};

/* The rest of an answer that the socket's buffer had no room for. */
struct pending {
    uv_write_t request;
    char bytes[];
};

static void check(int result, const char *what)
{
    if (result < 0)
        echo_fail(what, uv_strerror(result));
}

static void closed_cb(uv_handle_t *handle)
{
    struct waiter *waiter = handle->data;
    echo_connection_close(&waiter->connection);
    free(waiter);
}

static void waiter_close(struct waiter *waiter)
{
    if (uv_is_closing((uv_handle_t *)&waiter->tcp))
        return;
    echo_connection_waits(&waiter->connection, -1);
    uv_close((uv_handle_t *)&waiter->tcp, closed_cb);
}

static void alloc_cb(uv_handle_t *handle, size_t suggested_size, uv_buf_t *buffer)
{
    (void)suggested_size;
    struct loop *loop = handle->loop->data;
    *buffer = uv_buf_init(loop->buffer, sizeof loop->buffer);
}

static void read_cb(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer);

static void written_cb(uv_write_t *request, int status)
{
    struct waiter *waiter = request->handle->data;
    free(request->data);
    if (status < 0 || uv_read_start((uv_stream_t *)&waiter->tcp, alloc_cb, read_cb) < 0)
        waiter_close(waiter);
}

/* Until the peer takes its answers no more is read from it, as with a thread that blocks in
 * write(): otherwise a slow reader would grow the loop's memory without bound. */
static void answer_later(struct waiter *waiter, const char *bytes, size_t length)
{
    struct pending *pending = malloc(sizeof *pending + length);
    if (!pending)
        echo_fail("queue an answer", "out of memory");
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

static struct waiter *waiter_create(struct loop *loop)
{
    struct waiter *waiter = calloc(1, sizeof *waiter);
    if (!waiter)
        echo_fail("start a waiter", "out of memory");
    waiter->connection.server = &loop->server->echo;
    check(uv_tcp_init(&loop->uv, &waiter->tcp), "make a handle");
    waiter->tcp.data = waiter;
    return waiter;
}

static void waiter_start(struct waiter *waiter)
{
    echo_connection_open(&waiter->connection);
    uv_tcp_nodelay(&waiter->tcp, 1);
    echo_connection_waits(&waiter->connection, 1);
    if (uv_read_start((uv_stream_t *)&waiter->tcp, alloc_cb, read_cb) < 0)
        waiter_close(waiter);
}

/* The connections that the accepting loop handed over. */
static void arrived_cb(uv_async_t *async)
{
    struct loop *loop = async->loop->data;
    uv_mutex_lock(&loop->mutex);
    for (size_t i = 0; i < loop->arrived_count; i++) {
        struct waiter *waiter = waiter_create(loop);
        check(uv_tcp_open(&waiter->tcp, loop->arrived_fds[i]), "adopt a connection");
        waiter_start(waiter);
    }
    loop->arrived_count = 0;
    uv_mutex_unlock(&loop->mutex);
}

static void hand_over(struct loop *loop, int fd)
{
    uv_mutex_lock(&loop->mutex);
    if (loop->arrived_count == loop->arrived_capacity) {
        size_t capacity = loop->arrived_capacity ? 2 * loop->arrived_capacity : 64;
        int *grown = reallocarray(loop->arrived_fds, capacity, sizeof *grown);
        if (!grown)
            echo_fail("hand over a connection", "out of memory");
        loop->arrived_fds = grown;
        loop->arrived_capacity = capacity;
    }
    loop->arrived_fds[loop->arrived_count++] = fd;
    uv_mutex_unlock(&loop->mutex);
    uv_async_send(&loop->arrived_async);
}

static void temporary_closed_cb(uv_handle_t *handle)
{
    free(handle);
}

/* libuv accepts only into a handle of the listening loop; the descriptor is all that another loop
 * needs of it. */
static void accept_for(struct loop *loop, uv_stream_t *listener)
{
    uv_tcp_t *temporary = malloc(sizeof *temporary);
    if (!temporary)
        echo_fail("accept", "out of memory");
    uv_os_fd_t fd;
    check(uv_tcp_init(listener->loop, temporary), "make a handle");
    if (uv_accept(listener, (uv_stream_t *)temporary) == 0 &&
        uv_fileno((uv_handle_t *)temporary, &fd) == 0) {
        int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
        if (copy < 0)
            fprintf(stderr, "echo: cannot hand over a connection: %s\n", strerror(errno));
        else
            hand_over(loop, copy);
    }
    uv_close((uv_handle_t *)temporary, temporary_closed_cb);
}

static void accept_here(struct loop *loop, uv_stream_t *listener)
{
    struct waiter *waiter = waiter_create(loop);
    if (uv_accept(listener, (uv_stream_t *)&waiter->tcp) < 0)
        uv_close((uv_handle_t *)&waiter->tcp, closed_cb);
    else
        waiter_start(waiter);
}

static void connection_cb(uv_stream_t *listener, int status)
{
    struct server *server = listener->data;
    if (status < 0) {
        fprintf(stderr, "echo: cannot accept: %s\n", uv_strerror(status));
        return;
    }
    size_t turn = server->next_loop++ % server->loop_count;
    if (turn == 0)
        accept_here(&server->loops[0], listener);
    else
        accept_for(&server->loops[turn], listener);
}

static void iteration_cb(uv_prepare_t *prepare)
{
    struct loop *loop = prepare->loop->data;
    atomic_fetch_add_explicit(&loop->iterations, 1, memory_order_relaxed);
}

static int64_t loop_iterations(const struct control *control)
{
    const struct server *server =
        (const struct server *)((const char *)control - offsetof(struct server, echo.control));
    int64_t sum = 0;
    for (size_t i = 0; i < server->loop_count; i++)
        sum += atomic_load_explicit(&server->loops[i].iterations, memory_order_relaxed);
    return sum;
}

static void loop_init(struct loop *loop, struct server *server)
{
    loop->server = server;
    check(uv_loop_init(&loop->uv), "make a loop");
    check(uv_mutex_init(&loop->mutex), "make a mutex");
    check(uv_async_init(&loop->uv, &loop->arrived_async, arrived_cb), "make a handle");
    check(uv_prepare_init(&loop->uv, &loop->iteration_prepare), "make a handle");
    check(uv_prepare_start(&loop->iteration_prepare, iteration_cb), "make a handle");
    loop->uv.data = loop;
}

static void loop_main(void *argument)
{
    struct loop *loop = argument;
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

static int listener_init(struct server *server)
{
    struct sockaddr_in address = echo_address(&server->echo);
    int length = sizeof address;
    check(uv_tcp_init(&server->loops[0].uv, &server->listener), "make a handle");
    server->listener.data = server;
    check(uv_tcp_bind(&server->listener, (struct sockaddr *)&address, 0), "bind");
    check(uv_listen((uv_stream_t *)&server->listener, ECHO_BACKLOG, connection_cb), "listen");
    check(uv_tcp_getsockname(&server->listener, (struct sockaddr *)&address, &length), "listen");
    return ntohs(address.sin_port);
}

int main(int argc, char **argv)
{
    struct server server = {0};
    char runtime[64];
    echo_server_init(&server.echo, SUBJECT_HAS_LOOPS, argc, argv);
    snprintf(runtime, sizeof runtime, "libuv %s", uv_version_string());
    server.loop_count = (size_t)server.echo.options.loops;
    server.echo.control.model = server.loop_count == 1 ? "loop" : "loops";
    server.echo.control.runtime = runtime;
    server.echo.control.loop_iterations = loop_iterations;
    server.loops = calloc(server.loop_count, sizeof *server.loops);
    if (!server.loops)
        echo_fail("start", "out of memory");
    for (size_t i = 0; i < server.loop_count; i++)
        loop_init(&server.loops[i], &server);
    int port = listener_init(&server);
    for (size_t i = 0; i < server.loop_count; i++)
        check(uv_thread_create(&server.loops[i].thread, loop_main, &server.loops[i]), "start");
    control_serve(&server.echo.control, port);
}
