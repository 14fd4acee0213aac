/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the halves of the echo pair share: the protocol (every byte comes back, in order), the work
 * per request and the socket's options. What differs between the halves is only who waits. */
#ifndef WAITBENCH_BENCH_ECHO_H
#define WAITBENCH_BENCH_ECHO_H

#include "base/draw.h"
#include "subject/control.h"
#include "subject/options.h"
#include "subject/request.h"
#include "subject/work.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The kernel caps it at net.core.somaxconn (4096 by default). */
#define ECHO_BACKLOG 4096
/* The most one read takes, in each model. More than 16 KiB, so that a message of that size
 * does not fill it: libuv reads again after a read that filled its buffer. */
#define ECHO_BUFFER_BYTES (17 * 1024)

struct echo_server {
    struct subject_options options;
    struct control control;
};

/* One connection's share of the protocol, whoever waits for it. */
struct echo_connection {
    struct echo_server *server;
    void *held;                     /* --hold */
    void *cache;                    /* --work-cache */
    struct subject_request request; /* the one that is coming in */
};

static inline void echo_fail(const char *what, const char *why)
{
    fprintf(stderr, "echo: cannot %s: %s\n", what, why);
    exit(1);
}

static inline struct sockaddr_in echo_address(const struct echo_server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    if (inet_pton(AF_INET, server->options.host, &address.sin_addr) != 1)
        echo_fail("bind", "--host takes a numeric IPv4 address");
    return address;
}

static inline void echo_server_init(struct echo_server *server, unsigned features, int argc,
                                    char **argv)
{
    memset(server, 0, sizeof *server);
    subject_options_parse(&server->options, features, argc, argv);
    work_prepare(&server->options.work);
    server->control.work_spins_per_us = server->options.work.spins_per_us;
    control_raise_nofile();
    /* A peer that resets its connection is an error of that connection, not of the server. */
    signal(SIGPIPE, SIG_IGN);
}

static inline void echo_connection_open(struct echo_connection *connection)
{
    const struct subject_options *options = &connection->server->options;
    connection->held = work_hold(options->hold_bytes);
    connection->cache = work_hold(options->work.cache_bytes);
}

/* Called once a waiter waits, and once it no longer does. */
static inline void echo_connection_waits(struct echo_connection *connection, int change)
{
    atomic_fetch_add_explicit(&connection->server->control.waiters, change, memory_order_release);
}

/* Does the work of every request that these bytes complete. */
static inline void echo_connection_work(struct echo_connection *connection, const char *bytes,
                                        size_t length)
{
    const struct work *work = &connection->server->options.work;
    int64_t size = connection->server->options.request_bytes;
    struct subject_request *request = &connection->request;
    if (size == 0)
        work_do(work, connection->cache, false);
    while (size > 0 && length > 0) {
        size_t taken = request_take(request, size, bytes, length);
        if (request_is_complete(request, size))
            work_do(work, connection->cache,
                    draw_is_slow(work->seed, request->number, work->slow_every));
        bytes += taken;
        length -= taken;
    }
}

static inline void echo_connection_close(struct echo_connection *connection)
{
    free(connection->held);
    free(connection->cache);
}

#endif
