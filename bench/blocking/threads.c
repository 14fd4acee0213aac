/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests that block, a thread per connection: the thread that has read a request makes its call,
 * and nobody else waits for it. */
#include "blocking.h"

#include "subject/acceptor.h"
#include "subject/thread_stream.h"
#include "subject/waiter_threads.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct program {
    struct blocking blocking;
    struct waiter_threads threads;
};

struct waiter {
    struct blocking_connection connection;
    int fd;
};

static void waiter_close(struct waiter *waiter)
{
    server_connection_close(&waiter->connection.base);
    close(waiter->fd);
    free(waiter);
}

static bool answer(struct waiter *waiter, const char *bytes, size_t length)
{
    return thread_stream_write(waiter->fd, bytes, length);
}

static bool serve(void *data, const char *bytes, size_t length)
{
    struct waiter *waiter = data;
    while (length > 0) {
        struct blocking_step step = blocking_step(&waiter->connection, bytes, length);
        if (!answer(waiter, bytes, step.ready_bytes))
            return false;
        bytes += step.ready_bytes;
        length -= step.ready_bytes;
        if (step.blocked_bytes > 0)
            blocking_call(blocking_of(&waiter->connection));
        if (!answer(waiter, bytes, step.blocked_bytes))
            return false;
        bytes += step.blocked_bytes;
        length -= step.blocked_bytes;
    }
    return true;
}

static void *waiter_main(void *argument)
{
    struct waiter *waiter = argument;
    struct server_connection *connection = &waiter->connection.base;
    server_connection_open(connection);
    server_connection_waits(connection, 1);
    thread_stream_read(waiter->fd, connection->server->options.request_bytes, serve, waiter);
    server_connection_waits(connection, -1);
    waiter_close(waiter);
    return NULL;
}

static void waiter_start(void *data, int fd)
{
    struct program *program = data;
    struct waiter *waiter = calloc(1, sizeof *waiter);
    if (!waiter)
        server_fail("start a waiter", "out of memory");
    waiter->connection.base.server = &program->blocking.server;
    waiter->fd = fd;
    int result = waiter_threads_start(&program->threads, waiter_main, waiter);
    if (result < 0) {
        fprintf(stderr, "%s: cannot create a thread: %s\n", program_invocation_short_name,
                strerror(-result));
        close(fd);
        free(waiter);
    }
}

int main(int argc, char **argv)
{
    struct program program;
    struct server *server = &program.blocking.server;
    blocking_init(&program.blocking, SUBJECT_HAS_STACK_SIZE, argc, argv);
    waiter_threads_init(&program.threads, server);
    acceptor_serve(server, waiter_start, &program);
}
