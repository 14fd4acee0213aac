/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Echo, a thread per connection: each waiter is a thread that blocks in read().
 *
 * A request costs one read and one write, as in the loop, whose buffer is as large. The loop has
 * one buffer for all of its waiters; a thread has its own, on its stack, and pays for it only as
 * far as messages reach into it. But it would also pay for sleeping below a large buffer: a page
 * more, that of the frame in which it sleeps, as every thread's stack has its first page anyway. So
 * a waiter begins with a small buffer, which fits that first page, and takes the large one for good
 * once its peer sends more than the small one holds, or where --request-size says so beforehand. */
#include "echo.h"

#include "subject/acceptor.h"
#include "subject/waiter_threads.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Holds every "light" message. */
#define SMALL_BUFFER_BYTES 512

struct echo {
    struct server server;
    struct waiter_threads threads;
};

struct waiter {
    struct echo_connection connection;
    int fd;
    bool sends_much; /* more than the small buffer holds */
};

static void waiter_close(struct waiter *waiter)
{
    server_connection_close(&waiter->connection.base);
    close(waiter->fd);
    free(waiter);
}

static bool answer(struct waiter *waiter, const char *bytes, size_t length)
{
    echo_connection_work(&waiter->connection, bytes, length);
    while (length > 0) {
        ssize_t written = write(waiter->fd, bytes, length);
        if (written < 0)
            return false;
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

static bool serve(struct waiter *waiter, char *buffer, size_t size)
{
    ssize_t got = read(waiter->fd, buffer, size);
    if (got <= 0)
        return false;
    waiter->sends_much |= got > SMALL_BUFFER_BYTES;
    return answer(waiter, buffer, (size_t)got);
}

/* Two functions, since a frame has its whole size from its first line on. */
static __attribute__((noinline)) bool serve_little(struct waiter *waiter)
{
    char buffer[SMALL_BUFFER_BYTES + 1]; /* one more, to tell that it was not enough */
    return serve(waiter, buffer, sizeof buffer);
}

static __attribute__((noinline)) bool serve_much(struct waiter *waiter)
{
    char buffer[SERVER_BUFFER_BYTES];
    return serve(waiter, buffer, sizeof buffer);
}

static void *waiter_main(void *argument)
{
    struct waiter *waiter = argument;
    server_connection_open(&waiter->connection.base);
    server_connection_waits(&waiter->connection.base, 1);
    while (waiter->sends_much ? serve_much(waiter) : serve_little(waiter))
        ;
    server_connection_waits(&waiter->connection.base, -1);
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
    waiter->sends_much = echo->server.options.request_bytes > SMALL_BUFFER_BYTES;
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
