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
#include "listen.h"

#include <gnu/libc-version.h>
#include <pthread.h>

/* Holds every "light" message. */
#define SMALL_BUFFER_BYTES 512

struct waiter {
    struct echo_connection connection;
    int fd;
    bool sends_much; /* more than the small buffer holds */
};

struct acceptor {
    struct echo_server *server;
    int listener;
    pthread_attr_t attributes;
};

static void waiter_close(struct waiter *waiter)
{
    echo_connection_close(&waiter->connection);
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
    char buffer[ECHO_BUFFER_BYTES];
    return serve(waiter, buffer, sizeof buffer);
}

static void *waiter_main(void *argument)
{
    struct waiter *waiter = argument;
    echo_connection_open(&waiter->connection);
    echo_connection_waits(&waiter->connection, 1);
    while (waiter->sends_much ? serve_much(waiter) : serve_little(waiter))
        ;
    echo_connection_waits(&waiter->connection, -1);
    waiter_close(waiter);
    return NULL;
}

static void waiter_start(struct acceptor *acceptor, int fd)
{
    struct waiter *waiter = calloc(1, sizeof *waiter);
    if (!waiter)
        echo_fail("start a waiter", "out of memory");
    waiter->connection.server = acceptor->server;
    waiter->fd = fd;
    waiter->sends_much = acceptor->server->options.request_bytes > SMALL_BUFFER_BYTES;
    pthread_t thread;
    int result = pthread_create(&thread, &acceptor->attributes, waiter_main, waiter);
    if (result != 0) {
        fprintf(stderr, "echo: cannot create a thread: %s\n", strerror(result));
        close(fd);
        free(waiter);
    }
}

static void *acceptor_main(void *argument)
{
    struct acceptor *acceptor = argument;
    for (;;) {
        int fd = echo_accept(acceptor->listener);
        if (fd >= 0)
            waiter_start(acceptor, fd);
    }
    return NULL;
}

static void attributes_init(struct acceptor *acceptor)
{
    struct echo_server *server = acceptor->server;
    size_t stack_bytes = (size_t)server->options.stack_bytes;
    pthread_attr_init(&acceptor->attributes);
    pthread_attr_setdetachstate(&acceptor->attributes, PTHREAD_CREATE_DETACHED);
    if (stack_bytes > 0 && pthread_attr_setstacksize(&acceptor->attributes, stack_bytes) != 0)
        echo_fail("set the stack size", "it is below what the C library needs");
    pthread_attr_getstacksize(&acceptor->attributes, &stack_bytes);
    server->control.stack_bytes = (int64_t)stack_bytes;
}

int main(int argc, char **argv)
{
    struct echo_server server;
    struct acceptor acceptor = {.server = &server};
    char runtime[64];
    pthread_t thread;
    int port;
    echo_server_init(&server, SUBJECT_HAS_STACK_SIZE, argc, argv);
    attributes_init(&acceptor);
    snprintf(runtime, sizeof runtime, "pthreads of glibc %s", gnu_get_libc_version());
    server.control.model = "threads";
    server.control.runtime = runtime;
    acceptor.listener = echo_listen(&server, &port);
    if (pthread_create(&thread, NULL, acceptor_main, &acceptor) != 0)
        echo_fail("start", "no thread for accepting");
    control_serve(&server.control, port);
}
