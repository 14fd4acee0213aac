/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The control: connections are accepted and kept, and nobody waits for them. What it costs is the
 * cost of the connection itself, which both halves of the pair pay too. */
#include "subject/acceptor.h"

/* The descriptor and what --hold asks for are kept until the process ends: with nobody waiting,
 * nobody learns that the peer has gone. */
static void keep(void *data, int fd)
{
    (void)fd;
    struct server_connection connection = {.server = data};
    server_connection_open(&connection);
    server_connection_waits(&connection, 1);
}

int main(int argc, char **argv)
{
    struct server server;
    server_init(&server, 0, NULL, argc, argv);
    server.control.model = "sockets";
    server.control.runtime = "none";
    acceptor_serve(&server, keep, &server);
}
