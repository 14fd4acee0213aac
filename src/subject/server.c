/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject/server.h"

#include "base/draw.h"
#include "subject/work.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void server_fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: cannot %s: %s\n", program_invocation_short_name, what, why);
    exit(1);
}

/* After whatever the program itself does at its end, which is registered later, and before
 * libraries' destructors. */
static void end_at_once(int status, void *data)
{
    const struct server *server = data;
    if (server->ends_at_once)
        _exit(status);
}

void server_init(struct server *server, unsigned features, const struct parameter *own, int argc,
                 char **argv)
{
    memset(server, 0, sizeof *server);
    subject_options_parse(&server->options, features, own, argc, argv);
    work_prepare(&server->options.work);
    server->control.work_spins_per_us = server->options.work.spins_per_us;
    if (on_exit(end_at_once, server) != 0)
        server_fail("start", "no room for what is to be done at the end");
    control_raise_nofile();
    /* A peer that resets its connection is an error of that connection, not of the server. */
    signal(SIGPIPE, SIG_IGN);
}

struct sockaddr_in server_address(const struct server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    if (inet_pton(AF_INET, server->options.host, &address.sin_addr) != 1)
        server_fail("bind", "--host takes a numeric IPv4 address");
    return address;
}

void server_connection_open(struct server_connection *connection)
{
    const struct subject_options *options = &connection->server->options;
    connection->held = work_hold(options->hold_bytes);
    connection->cache = work_hold(options->work.cache_bytes);
}

void server_connection_waits(struct server_connection *connection, int change)
{
    atomic_fetch_add_explicit(&connection->server->control.waiters, change, memory_order_release);
}

void server_connection_work(struct server_connection *connection, uint64_t number)
{
    const struct work *work = &connection->server->options.work;
    work_do(work, connection->cache, draw_is_slow(work->seed, number, work->slow_every));
}

size_t server_connection_take(struct server_connection *connection, struct subject_request *request,
                              const char *bytes, size_t length)
{
    int64_t size = connection->server->options.request_bytes;
    if (size == 0) {
        work_do(&connection->server->options.work, connection->cache, false);
        return length;
    }
    size_t taken = request_take(request, size, bytes, length);
    if (request_is_complete(request, size))
        server_connection_work(connection, request->number);
    return taken;
}

void server_connection_close(struct server_connection *connection)
{
    free(connection->held);
    free(connection->cache);
}
