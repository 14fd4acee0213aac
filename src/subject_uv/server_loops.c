/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject_uv/server_loops.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct server_loops {
    struct server *server;
    const struct server_loop_calls *calls;
    uv_tcp_t listener;
    struct server_loop *loops;
    size_t count;
    size_t next;
};

void server_loop_check(int result, const char *what)
{
    if (result < 0)
        server_fail(what, uv_strerror(result));
}

void server_loop_alloc_cb(uv_handle_t *handle, size_t suggested_size, uv_buf_t *buffer)
{
    (void)suggested_size;
    struct server_loop *loop = handle->loop->data;
    *buffer = uv_buf_init(loop->buffer, sizeof loop->buffer);
}

static uv_tcp_t *connection_create(struct server_loop *loop)
{
    uv_tcp_t *tcp = loop->calls->connection_create(loop);
    server_loop_check(uv_tcp_init(&loop->uv, tcp), "make a handle");
    return tcp;
}

static void connection_start(struct server_loop *loop, uv_tcp_t *tcp)
{
    uv_tcp_nodelay(tcp, 1);
    loop->calls->connection_start(tcp);
}

/* The connections that the accepting loop handed over. */
static void arrived_cb(uv_async_t *async)
{
    struct server_loop *loop = async->loop->data;
    uv_mutex_lock(&loop->mutex);
    for (size_t i = 0; i < loop->arrived_count; i++) {
        uv_tcp_t *tcp = connection_create(loop);
        server_loop_check(uv_tcp_open(tcp, loop->arrived_fds[i]), "adopt a connection");
        connection_start(loop, tcp);
    }
    loop->arrived_count = 0;
    uv_mutex_unlock(&loop->mutex);
}

static void hand_over(struct server_loop *loop, int fd)
{
    uv_mutex_lock(&loop->mutex);
    if (loop->arrived_count == loop->arrived_capacity) {
        size_t capacity = loop->arrived_capacity ? 2 * loop->arrived_capacity : 64;
        int *grown = reallocarray(loop->arrived_fds, capacity, sizeof *grown);
        if (!grown)
            server_fail("hand over a connection", "out of memory");
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
static void accept_for(struct server_loop *loop, uv_stream_t *listener)
{
    uv_tcp_t *temporary = malloc(sizeof *temporary);
    if (!temporary)
        server_fail("accept", "out of memory");
    uv_os_fd_t fd;
    server_loop_check(uv_tcp_init(listener->loop, temporary), "make a handle");
    if (uv_accept(listener, (uv_stream_t *)temporary) == 0 &&
        uv_fileno((uv_handle_t *)temporary, &fd) == 0) {
        int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
        if (copy < 0)
            fprintf(stderr, "%s: cannot hand over a connection: %s\n",
                    program_invocation_short_name, strerror(errno));
        else
            hand_over(loop, copy);
    }
    uv_close((uv_handle_t *)temporary, temporary_closed_cb);
}

static void accept_here(struct server_loop *loop, uv_stream_t *listener)
{
    uv_tcp_t *tcp = connection_create(loop);
    if (uv_accept(listener, (uv_stream_t *)tcp) < 0)
        uv_close((uv_handle_t *)tcp, loop->calls->closed_cb);
    else
        connection_start(loop, tcp);
}

static void connection_cb(uv_stream_t *listener, int status)
{
    struct server_loops *loops = listener->data;
    if (status < 0) {
        fprintf(stderr, "%s: cannot accept: %s\n", program_invocation_short_name,
                uv_strerror(status));
        return;
    }
    size_t turn = loops->next++ % loops->count;
    if (turn == 0)
        accept_here(&loops->loops[0], listener);
    else
        accept_for(&loops->loops[turn], listener);
}

static void iteration_cb(uv_prepare_t *prepare)
{
    struct server_loop *loop = prepare->loop->data;
    atomic_fetch_add_explicit(&loop->iterations, 1, memory_order_relaxed);
}

static int64_t iterations_of_all(const void *argument)
{
    const struct server_loops *loops = argument;
    int64_t sum = 0;
    for (size_t i = 0; i < loops->count; i++)
        sum += atomic_load_explicit(&loops->loops[i].iterations, memory_order_relaxed);
    return sum;
}

static void loop_init(struct server_loop *loop, struct server_loops *loops)
{
    loop->index = (size_t)(loop - loops->loops);
    loop->server = loops->server;
    loop->calls = loops->calls;
    server_loop_check(uv_loop_init(&loop->uv), "make a loop");
    server_loop_check(uv_mutex_init(&loop->mutex), "make a mutex");
    server_loop_check(uv_async_init(&loop->uv, &loop->arrived_async, arrived_cb), "make a handle");
    server_loop_check(uv_prepare_init(&loop->uv, &loop->iteration_prepare), "make a handle");
    server_loop_check(uv_prepare_start(&loop->iteration_prepare, iteration_cb), "make a handle");
    loop->uv.data = loop;
    if (loop->calls->loop_init)
        loop->calls->loop_init(loop);
}

static void loop_main(void *argument)
{
    struct server_loop *loop = argument;
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

static int listener_init(struct server_loops *loops)
{
    struct sockaddr_in address = server_address(loops->server);
    int length = sizeof address;
    uv_tcp_t *listener = &loops->listener;
    server_loop_check(uv_tcp_init(&loops->loops[0].uv, listener), "make a handle");
    listener->data = loops;
    server_loop_check(uv_tcp_bind(listener, (struct sockaddr *)&address, 0), "bind");
    server_loop_check(uv_listen((uv_stream_t *)listener, SERVER_BACKLOG, connection_cb), "listen");
    server_loop_check(uv_tcp_getsockname(listener, (struct sockaddr *)&address, &length), "listen");
    return ntohs(address.sin_port);
}

static void control_init(struct server_loops *loops, char *runtime, size_t size)
{
    struct control *control = &loops->server->control;
    snprintf(runtime, size, "libuv %s", uv_version_string());
    control->model = loops->count == 1 ? "loop" : "loops";
    control->runtime = runtime;
    control->loop_iterations = iterations_of_all;
    control->loops = loops;
}

void server_loops_serve(struct server *server, const struct server_loop_calls *calls)
{
    struct server_loops loops = {
        .server = server,
        .calls = calls,
        .count = (size_t)server->options.loops,
    };
    char runtime[64];
    control_init(&loops, runtime, sizeof runtime);
    loops.loops = calloc(loops.count, sizeof *loops.loops);
    if (!loops.loops)
        server_fail("start", "out of memory");
    for (size_t i = 0; i < loops.count; i++)
        loop_init(&loops.loops[i], &loops);
    int port = listener_init(&loops);
    for (size_t i = 0; i < loops.count; i++) {
        struct server_loop *loop = &loops.loops[i];
        server_loop_check(uv_thread_create(&loop->thread, loop_main, loop),
                          "start a loop's thread");
    }
    control_serve(&server->control, port);
}
