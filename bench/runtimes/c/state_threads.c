/* SPDX-License-Identifier: GPL-3.0-or-later */
/* c-state-threads: a coroutine of State Threads for each connection, all on one thread: written
 * like a thread, and where a thread would block the library lets another run. A stack of its
 * default size is 64 KiB, of which only what is touched is memory, and is kept for the next
 * connection when one ends. Needs libst 1.9. Debian's is built without epoll and uses poll(2),
 * which looks at every connection that waits each time that none is ready to go on. */
#include "runtime.h"

#include "echo/echo.h"
#include "subject/listen.h"

#include <netinet/tcp.h>
#include <st.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STACK_BYTES_DEFAULT 65536 /* the library's own */

struct vp {
    struct server server;
    int listener;
};

struct waiter {
    struct echo_connection connection;
    st_netfd_t fd;
};

/* A function of its own, whose buffer is not on the stack while the coroutine waits for a request:
 * all that it has there fits a page. */
static __attribute__((noinline)) bool answer(struct waiter *waiter)
{
    char bytes[SERVER_BUFFER_BYTES];
    ssize_t got = st_read(waiter->fd, bytes, sizeof bytes, ST_UTIME_NO_TIMEOUT);
    if (got <= 0)
        return false;
    echo_connection_work(&waiter->connection, bytes, (size_t)got);
    return st_write(waiter->fd, bytes, (size_t)got, ST_UTIME_NO_TIMEOUT) == got;
}

/* A read alone lets nobody else run as long as the peer has sent more, so the coroutine waits
 * first: all that are ready take turns. */
static void *waiter_main(void *argument)
{
    struct waiter *waiter = argument;
    server_connection_open(&waiter->connection.base);
    server_connection_waits(&waiter->connection.base, 1);
    while (st_netfd_poll(waiter->fd, POLLIN, ST_UTIME_NO_TIMEOUT) == 0 && answer(waiter))
        continue;
    server_connection_waits(&waiter->connection.base, -1);
    server_connection_close(&waiter->connection.base);
    st_netfd_close(waiter->fd);
    free(waiter);
    return NULL;
}

static void waiter_start(struct vp *vp, st_netfd_t fd)
{
    int on = 1;
    struct waiter *waiter = runtime_create_waiter(sizeof *waiter);
    setsockopt(st_netfd_fileno(fd), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    waiter->connection.base.server = &vp->server;
    waiter->fd = fd;
    if (!st_thread_create(waiter_main, waiter, 0, (int)vp->server.control.stack_bytes))
        server_fail("start a coroutine", strerror(errno));
}

static void accept_all(struct vp *vp)
{
    st_netfd_t listener = st_netfd_open_socket(vp->listener);
    if (!listener)
        server_fail("listen", strerror(errno));
    for (;;) {
        st_netfd_t fd = st_accept(listener, NULL, NULL, ST_UTIME_NO_TIMEOUT);
        if (fd) {
            waiter_start(vp, fd);
        } else if (errno != ECONNABORTED) {
            fprintf(stderr, "%s: cannot accept: %s\n", program_invocation_short_name,
                    strerror(errno));
            /* Out of descriptors, most likely: do not spin until one is free. */
            st_usleep(10000);
        }
    }
}

/* The library belongs to the thread that has prepared it. */
static void *vp_main(void *argument)
{
    if (st_init() < 0)
        server_fail("prepare State Threads", strerror(errno));
    accept_all(argument);
    return NULL;
}

/* Chooses what the library waits with: epoll where it was built with that, and never its default,
 * select(2), which has no room for more than 1,024 connections. */
static void name_runtime(char *name, size_t size)
{
    st_set_eventsys(ST_EVENTSYS_ALT);
    if (st_get_eventsys() < 0)
        st_set_eventsys(ST_EVENTSYS_POLL);
    snprintf(name, size, "State Threads %s over %s", ST_VERSION, st_get_eventsys_name());
}

int main(int argc, char **argv)
{
    struct vp vp;
    char name[64];
    int port;
    name_runtime(name, sizeof name);
    runtime_init(&vp.server, "coroutines", name, SUBJECT_HAS_STACK_SIZE, NULL, argc, argv);
    int64_t wanted = vp.server.options.stack_bytes;
    vp.server.control.stack_bytes = wanted > 0 ? wanted : STACK_BYTES_DEFAULT;
    runtime_check_stack(&vp.server, vp.server.control.stack_bytes);
    vp.listener = listen_open(&vp.server, &port);
    runtime_start_thread(vp_main, &vp);
    control_serve(&vp.server.control, port);
}
