/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Echo, a thread per connection: each waiter is a thread that blocks in read(). */
#include "echo.h"
#include "listen.h"

#include <gnu/libc-version.h>
#include <pthread.h>

/* A waiter sleeps in a read into this small buffer. Were it the large one, each idle thread would
 * sleep with its stack pointer a page or more deeper, and keep that page resident. */
#define FIRST_READ_BYTES 512

struct waiter {
    struct echo_connection connection;
    int fd;
};

struct acceptor {
    struct echo_server *server;
    int listener;
    pthread_attr_t attributes;
};

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

/* The rest of a message that the first read could not take, as long as there is some. */
static __attribute__((noinline)) bool serve_rest(struct waiter *waiter)
{
    char bytes[ECHO_BUFFER_BYTES];
    ssize_t got;
    do {
        got = recv(waiter->fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (got < 0)
            return errno == EAGAIN;
        if (got == 0 || !answer(waiter, bytes, (size_t)got))
            return false;
    } while (got == sizeof bytes);
    return true;
}

static bool serve(struct waiter *waiter)
{
    char bytes[FIRST_READ_BYTES];
    ssize_t got = read(waiter->fd, bytes, sizeof bytes);
    if (got <= 0 || !answer(waiter, bytes, (size_t)got))
        return false;
    return got < (ssize_t)sizeof bytes || serve_rest(waiter);
}

static void waiter_close(struct waiter *waiter)
{
    echo_connection_close(&waiter->connection);
    close(waiter->fd);
    free(waiter);
}

static void *waiter_main(void *argument)
{
    struct waiter *waiter = argument;
    echo_connection_open(&waiter->connection);
    echo_connection_waits(&waiter->connection, 1);
    while (serve(waiter))
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
