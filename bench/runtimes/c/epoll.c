/* SPDX-License-Identifier: GPL-3.0-or-later */
/* c-epoll: one event loop over epoll, without a library between: what bench/echo/loop.c has libuv
 * do, by hand. Needs Linux 2.6.28. */
#include "rest.h"
#include "runtime.h"

#include "echo/echo.h"
#include "subject/listen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS_MAX 1024 /* that one turn of the loop takes, as libuv's does */

struct loop {
    struct server server;
    int ready; /* epoll */
    int listener;
    char bytes[SERVER_BUFFER_BYTES]; /* of the read that is being answered */
};

struct waiter {
    struct echo_connection connection;
    int fd;
    struct rest rest; /* while there is one, its peer is not read from */
};

/* `waiter` is NULL for the listener. */
static void watch(struct loop *loop, int operation, int fd, uint32_t events, struct waiter *waiter)
{
    struct epoll_event event = {.events = events, .data.ptr = waiter};
    if (epoll_ctl(loop->ready, operation, fd, &event) < 0)
        server_fail("watch a connection", strerror(errno));
}

static void waiter_start(struct loop *loop, int fd)
{
    struct waiter *waiter = runtime_create_waiter(sizeof *waiter);
    waiter->connection.base.server = &loop->server;
    waiter->fd = fd;
    server_connection_open(&waiter->connection.base);
    watch(loop, EPOLL_CTL_ADD, fd, EPOLLIN, waiter);
    server_connection_waits(&waiter->connection.base, 1);
}

/* Closing takes it out of epoll, too. */
static void waiter_close(struct waiter *waiter)
{
    server_connection_waits(&waiter->connection.base, -1);
    server_connection_close(&waiter->connection.base);
    rest_finish(&waiter->rest);
    close(waiter->fd);
    free(waiter);
}

static void accept_all(struct loop *loop)
{
    int fd;
    while ((fd = listen_accept_ready(loop->listener)) >= 0)
        waiter_start(loop, fd);
}

static void answer(struct loop *loop, struct waiter *waiter)
{
    ssize_t got = recv(waiter->fd, loop->bytes, sizeof loop->bytes, 0);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0) {
        waiter_close(waiter);
        return;
    }
    echo_connection_work(&waiter->connection, loop->bytes, (size_t)got);
    int result = rest_send(&waiter->rest, waiter->fd, loop->bytes, (size_t)got);
    if (result < 0)
        waiter_close(waiter);
    else if (result == 0)
        watch(loop, EPOLL_CTL_MOD, waiter->fd, EPOLLOUT, waiter);
}

static void answer_rest(struct loop *loop, struct waiter *waiter)
{
    int result = rest_resume(&waiter->rest, waiter->fd);
    if (result < 0)
        waiter_close(waiter);
    else if (result > 0)
        watch(loop, EPOLL_CTL_MOD, waiter->fd, EPOLLIN, waiter);
}

static void *loop_main(void *argument)
{
    struct loop *loop = argument;
    struct epoll_event events[EVENTS_MAX];
    for (;;) {
        int count = epoll_wait(loop->ready, events, EVENTS_MAX, -1);
        for (int i = 0; i < count; i++) {
            struct waiter *waiter = events[i].data.ptr;
            if (!waiter)
                accept_all(loop);
            else if (waiter->rest.bytes)
                answer_rest(loop, waiter);
            else
                answer(loop, waiter);
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    struct loop loop;
    char name[160];
    int port;
    runtime_name_kernel(name, sizeof name, "epoll");
    runtime_init(&loop.server, "loop", name, 0, NULL, argc, argv);
    loop.ready = epoll_create1(EPOLL_CLOEXEC);
    if (loop.ready < 0)
        server_fail("make a loop", strerror(errno));
    loop.listener = listen_open_ready(&loop.server, &port);
    watch(&loop, EPOLL_CTL_ADD, loop.listener, EPOLLIN, NULL);
    runtime_start_thread(loop_main, &loop);
    control_serve(&loop.server.control, port);
}
