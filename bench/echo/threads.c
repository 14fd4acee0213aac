/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Echo, a thread per connection: each waiter is a thread that blocks in read(). */
#include "echo.h"

#include "subject/acceptor.h"
#include "subject/thread_stream.h"
#include "subject/waiter_threads.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct echo {
    struct server server;
    struct waiter_threads threads;
};

struct waiter {
    struct echo_connection connection;
    int fd;
};

static void waiter_close(struct waiter *waiter)
{
    server_connection_close(&waiter->connection.base);
    close(waiter->fd);
    free(waiter);
}

static bool answer(void *data, const char *bytes, size_t length)
{
    struct waiter *waiter = data;
    echo_connection_work(&waiter->connection, bytes, length);
    return thread_stream_write(waiter->fd, bytes, length);
}

static void *waiter_main(void *argument)
{
    struct waiter *waiter = argument;
    struct server_connection *connection = &waiter->connection.base;
    server_connection_open(connection);
    server_connection_waits(connection, 1);
    thread_stream_read(waiter->fd, connection->server->options.request_bytes, answer, waiter);
    server_connection_waits(connection, -1);
    waiter_close(waiter);
    return NULL;
}

static void waiter_start(void *data, int fd)
{
    struct echo *echo = data;
    struct waiter *waiter = calloc(1, sizeof *waiter);
    if (!waiter)
        server_fail("start a waiter", "out of memory");
    waiter->connection.base.server = &echo->server;
    waiter->fd = fd;
    int result = waiter_threads_start(&echo->threads, waiter_main, waiter);
    if (result < 0) {
        fprintf(stderr, "%s: cannot create a thread: %s\n", program_invocation_short_name,
                strerror(-result));
        close(fd);
        free(waiter);
    }
}

int main(int argc, char **argv)
{
    struct echo echo;
    server_init(&echo.server, SUBJECT_HAS_STACK_SIZE, NULL, argc, argv);
    waiter_threads_init(&echo.threads, &echo.server);
    acceptor_serve(&echo.server, waiter_start, &echo);
}
