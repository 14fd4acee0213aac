/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listening and accepting with blocking calls, for the halves that use no libuv. */
#ifndef WAITBENCH_BENCH_ECHO_LISTEN_H
#define WAITBENCH_BENCH_ECHO_LISTEN_H

#include "echo.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

/* The listening socket; its port comes back in `port`. */
static inline int echo_listen(const struct echo_server *server, int *port)
{
    struct sockaddr_in address = echo_address(server);
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
        bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
        listen(listener, ECHO_BACKLOG) < 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) < 0)
        echo_fail("listen", strerror(errno));
    *port = ntohs(address.sin_port);
    return listener;
}

/* The next connection, or -1 when there was an error that concerns that connection only. */
static inline int echo_accept(int listener)
{
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) {
        if (errno != EINTR && errno != ECONNABORTED) {
            fprintf(stderr, "echo: cannot accept: %s\n", strerror(errno));
            /* Out of descriptors, most likely: do not spin until one is free. */
            usleep(10000);
        }
        return -1;
    }
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

#endif
