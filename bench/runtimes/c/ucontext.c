/* SPDX-License-Identifier: GPL-3.0-or-later */
/* c-ucontext: a coroutine for each connection, by the C library's makecontext and swapcontext, over
 * one epoll loop: written like a thread, and where a thread would block it gives way to the loop. A
 * stack is an mmap of 64 KiB with a page below that is never there, so that an overflow is a crash
 * and no surprise; only what is touched of it is memory. Each swapcontext sets the signal mask,
 * which is a system call. Two mappings a stack: vm.max_map_count ends it at 32,000 or so. Needs
 * glibc. */
#include "runtime.h"

#include "echo/echo.h"
#include "subject/listen.h"

#include <errno.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <ucontext.h>
#include <unistd.h>

#define EVENTS_MAX          1024
#define STACK_BYTES_DEFAULT 65536
#define GUARD_BYTES         4096

struct loop {
    struct server server;
    ucontext_t context; /* while a coroutine runs */
    size_t stack_bytes;
    int ready; /* epoll */
    int listener;
};

struct waiter {
    struct echo_connection connection;
    struct loop *loop;
    ucontext_t context; /* while it waits */
    char *stack;        /* with the guard */
    int fd;
    uint32_t awaited; /* what epoll is to report of fd */
    bool has_ended;
};

static void watch(struct loop *loop, int operation, int fd, uint32_t events, struct waiter *waiter)
{
    struct epoll_event event = {.events = events, .data.ptr = waiter};
    if (epoll_ctl(loop->ready, operation, fd, &event) < 0)
        server_fail("watch a connection", strerror(errno));
}

/* Lets the others run until the connection is ready. */
static void await(struct waiter *waiter, uint32_t events)
{
    if (events != waiter->awaited)
        watch(waiter->loop, EPOLL_CTL_MOD, waiter->fd, events, waiter);
    waiter->awaited = events;
    swapcontext(&waiter->context, &waiter->loop->context);
}

static bool send_all(struct waiter *waiter, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(waiter->fd, bytes, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) {
            await(waiter, EPOLLOUT);
            continue;
        }
        if (sent < 0)
            return false;
        bytes += sent;
        length -= (size_t)sent;
    }
    return true;
}

/* A function of its own, whose buffer is not on the stack while the coroutine waits for a request:
 * all that it has there fits a page. */
static __attribute__((noinline)) bool answer(struct waiter *waiter)
{
    char bytes[SERVER_BUFFER_BYTES];
    ssize_t got = recv(waiter->fd, bytes, sizeof bytes, 0);
    if (got < 0 && errno == EAGAIN)
        return true;
    if (got <= 0)
        return false;
    echo_connection_work(&waiter->connection, bytes, (size_t)got);
    return send_all(waiter, bytes, (size_t)got);
}

/* makecontext hands over no more than ints. */
static void waiter_main(unsigned high, unsigned low)
{
    struct waiter *waiter = (struct waiter *)((uintptr_t)high << 32 | low);
    server_connection_open(&waiter->connection.base);
    server_connection_waits(&waiter->connection.base, 1);
    do
        await(waiter, EPOLLIN);
    while (answer(waiter));
    server_connection_waits(&waiter->connection.base, -1);
    server_connection_close(&waiter->connection.base);
    waiter->has_ended = true;
}

static char *stack_create(size_t stack_bytes)
{
    char *stack = mmap(NULL, GUARD_BYTES + stack_bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
    if (stack == MAP_FAILED || mprotect(stack, GUARD_BYTES, PROT_NONE) < 0)
        server_fail("make a stack (vm.max_map_count is a limit)", strerror(errno));
    return stack;
}

/* Runs it until it waits. A stack must not be given back by who stands on it. */
static void resume(struct loop *loop, struct waiter *waiter)
{
    swapcontext(&loop->context, &waiter->context);
    if (!waiter->has_ended)
        return;
    close(waiter->fd);
    munmap(waiter->stack, GUARD_BYTES + loop->stack_bytes);
    free(waiter);
}

static void waiter_start(struct loop *loop, int fd)
{
    struct waiter *waiter = runtime_create_waiter(sizeof *waiter);
    waiter->connection.base.server = &loop->server;
    waiter->loop = loop;
    waiter->fd = fd;
    waiter->awaited = EPOLLIN;
    waiter->stack = stack_create(loop->stack_bytes);
    getcontext(&waiter->context);
    waiter->context.uc_stack.ss_sp = waiter->stack + GUARD_BYTES;
    waiter->context.uc_stack.ss_size = loop->stack_bytes;
    waiter->context.uc_link = &loop->context;
    uintptr_t address = (uintptr_t)waiter;
    makecontext(&waiter->context, (void (*)(void))waiter_main, 2, (unsigned)(address >> 32),
                (unsigned)address);
    watch(loop, EPOLL_CTL_ADD, fd, EPOLLIN, waiter);
    resume(loop, waiter);
}

static void *loop_main(void *argument)
{
    struct loop *loop = argument;
    struct epoll_event events[EVENTS_MAX];
    for (;;) {
        int count = epoll_wait(loop->ready, events, EVENTS_MAX, -1);
        for (int i = 0; i < count; i++) {
            int fd;
            if (events[i].data.ptr)
                resume(loop, events[i].data.ptr);
            else
                while ((fd = listen_accept_ready(loop->listener)) >= 0)
                    waiter_start(loop, fd);
        }
    }
    return NULL;
}

/* A whole number of pages, as mmap and the guard want it. */
static size_t stack_size(const struct server *server)
{
    size_t wanted = (size_t)server->options.stack_bytes;
    size_t bytes = wanted > 0 ? wanted : STACK_BYTES_DEFAULT;
    return (bytes + GUARD_BYTES - 1) / GUARD_BYTES * GUARD_BYTES;
}

int main(int argc, char **argv)
{
    struct loop loop;
    char name[64];
    int port;
    snprintf(name, sizeof name, "ucontext of glibc %s", gnu_get_libc_version());
    runtime_init(&loop.server, "coroutines", name, SUBJECT_HAS_STACK_SIZE, NULL, argc, argv);
    loop.stack_bytes = stack_size(&loop.server);
    loop.server.control.stack_bytes = (int64_t)loop.stack_bytes;
    runtime_check_stack(&loop.server, loop.server.control.stack_bytes);
    loop.ready = epoll_create1(EPOLL_CLOEXEC);
    if (loop.ready < 0)
        server_fail("make a loop", strerror(errno));
    loop.listener = listen_open_ready(&loop.server, &port);
    watch(&loop, EPOLL_CTL_ADD, loop.listener, EPOLLIN, NULL);
    runtime_start_thread(loop_main, &loop);
    control_serve(&loop.server.control, port);
}
