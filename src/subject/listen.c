/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int listen_open(const struct server *server, int *port)
{
    struct sockaddr_in address = server_address(server);
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
        bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
        listen(listener, SERVER_BACKLOG) < 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) < 0)
        server_fail("listen", strerror(errno));
    *port = ntohs(address.sin_port);
    return listener;
}

static int accept_with(int listener, int flags)
{
    int fd = accept4(listener, NULL, NULL, flags | SOCK_CLOEXEC);
    if (fd < 0) {
        if (errno != EINTR && errno != ECONNABORTED && errno != EAGAIN) {
            fprintf(stderr, "%s: cannot accept: %s\n", program_invocation_short_name,
                    strerror(errno));
            /* Out of descriptors, most likely: do not spin until one is free. */
            usleep(10000);
        }
        return -1;
    }
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

int listen_accept(int listener)
{
    return accept_with(listener, 0);
}

int listen_open_ready(const struct server *server, int *port)
{
    int listener = listen_open(server, port);
    if (fcntl(listener, F_SETFL, O_NONBLOCK) < 0)
        server_fail("listen", strerror(errno));
    return listener;
}

int listen_accept_ready(int listener)
{
    return accept_with(listener, SOCK_NONBLOCK);
}
