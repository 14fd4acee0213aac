/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The control: connections are accepted and kept, and nobody waits for them. What it costs is the
 * cost of the connection itself, which both halves of the pair pay too. */
#include "echo.h"
#include "listen.h"

#include <pthread.h>

struct acceptor {
    struct echo_server *server;
    int listener;
};

/* The descriptor and what --hold asks for are kept until the process ends: with nobody waiting,
 * nobody learns that the peer has gone. */
static void *acceptor_main(void *argument)
{
    struct acceptor *acceptor = argument;
    for (;;) {
        int fd = echo_accept(acceptor->listener);
        if (fd < 0)
            continue;
        struct echo_connection connection = {.server = acceptor->server};
        echo_connection_open(&connection);
        echo_connection_waits(&connection, 1);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    struct echo_server server;
    struct acceptor acceptor = {.server = &server};
    pthread_t thread;
    int port;
    echo_server_init(&server, 0, argc, argv);
    server.control.model = "sockets";
    server.control.runtime = "none";
    acceptor.listener = echo_listen(&server, &port);
    if (pthread_create(&thread, NULL, acceptor_main, &acceptor) != 0)
        echo_fail("start", "no thread for accepting");
    control_serve(&server.control, port);
}
