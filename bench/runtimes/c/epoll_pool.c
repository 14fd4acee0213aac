/* SPDX-License-Identifier: GPL-3.0-or-later */
/* c-epoll-pool: a fixed number of threads that share one epoll. Each takes one connection (or the
 * listener) that has something to do, does it, and gives it back, behind those that are ready
 * already. EPOLLONESHOT reports each to one thread only, and to no other before it is given back:
 * it belongs to who has it, and takes no lock. Needs Linux 2.6.28. */
#include "rest.h"
#include "runtime.h"

#include "echo/echo.h"
#include "subject/listen.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>
#include <unistd.h>

struct pool {
    struct server server;
    int ready; /* epoll */
    int listener;
};

struct waiter {
    struct echo_connection connection;
    int fd;
    struct rest rest; /* while there is one, its peer is not read from */
    /* What is written before a connection is given back is there for who has it next. The kernel
     * sees to that; this tells the compiler, and who looks for races. */
    atomic_bool is_queued;
};

/* `waiter` is NULL for the listener. */
static void watch(struct pool *pool, int operation, int fd, uint32_t events, struct waiter *waiter)
{
    struct epoll_event event = {.events = events | EPOLLONESHOT, .data.ptr = waiter};
    if (epoll_ctl(pool->ready, operation, fd, &event) < 0)
        server_fail("watch a connection", strerror(errno));
}

/* From now on it may be another thread's. */
static void give_back(struct pool *pool, struct waiter *waiter, int operation, uint32_t events)
{
    int fd = waiter->fd;
    atomic_store_explicit(&waiter->is_queued, true, memory_order_release);
    watch(pool, operation, fd, events, waiter);
}

static void waiter_start(struct pool *pool, int fd)
{
    struct waiter *waiter = runtime_create_waiter(sizeof *waiter);
    waiter->connection.base.server = &pool->server;
    waiter->fd = fd;
    server_connection_open(&waiter->connection.base);
    server_connection_waits(&waiter->connection.base, 1);
    give_back(pool, waiter, EPOLL_CTL_ADD, EPOLLIN);
}

/* Closing takes it out of epoll, too. */
static void waiter_close(struct waiter *waiter)
{
    server_connection_waits(&waiter->connection.base, -1);
    server_connection_close(&waiter->connection.base);
    rest_finish(&waiter->rest);
    close(waiter->fd);
    free(waiter);
}

static void accept_all(struct pool *pool)
{
    int fd;
    while ((fd = listen_accept_ready(pool->listener)) >= 0)
        waiter_start(pool, fd);
    watch(pool, EPOLL_CTL_MOD, pool->listener, EPOLLIN, NULL);
}

/* Returns as rest_send does; -EAGAIN is that there was nothing to read. */
static int answer(struct waiter *waiter, char *buffer, size_t size)
{
    ssize_t got = recv(waiter->fd, buffer, size, 0);
    if (got <= 0)
        return got < 0 ? -errno : -ECONNRESET;
    echo_connection_work(&waiter->connection, buffer, (size_t)got);
    return rest_send(&waiter->rest, waiter->fd, buffer, (size_t)got);
}

static void serve(struct pool *pool, struct waiter *waiter, char *buffer, size_t size)
{
    atomic_load_explicit(&waiter->is_queued, memory_order_acquire);
    int result =
        waiter->rest.bytes ? rest_resume(&waiter->rest, waiter->fd) : answer(waiter, buffer, size);
    if (result < 0 && result != -EAGAIN)
        waiter_close(waiter);
    else
        give_back(pool, waiter, EPOLL_CTL_MOD, result == 0 ? EPOLLOUT : EPOLLIN);
}

static void *worker_main(void *argument)
{
    struct pool *pool = argument;
    struct epoll_event event;
    char buffer[SERVER_BUFFER_BYTES];
    for (;;) {
        if (epoll_wait(pool->ready, &event, 1, -1) != 1)
            continue;
        if (event.data.ptr)
            serve(pool, event.data.ptr, buffer, sizeof buffer);
        else
            accept_all(pool);
    }
    return NULL;
}

/* Those that it may run on: get_nprocs counts all that are online. */
static int cpu_count(void)
{
    cpu_set_t cpus;
    return sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? CPU_COUNT(&cpus) : get_nprocs();
}

int main(int argc, char **argv)
{
    struct pool pool;
    /* As Boost.Asio's pool has where nobody says otherwise. */
    int64_t threads = INT64_C(2) * cpu_count();
    const struct parameter own[] = {
        {"pool-size", NULL, "threads that share the loop (two for each CPU it may run on)",
         &threads, 1, SUBJECT_POOL_SIZE_MAX, NULL, NULL},
        {0},
    };
    char name[160];
    int port;
    runtime_name_kernel(name, sizeof name, "epoll");
    runtime_init(&pool.server, "pool", name, 0, own, argc, argv);
    pool.ready = epoll_create1(EPOLL_CLOEXEC);
    if (pool.ready < 0)
        server_fail("make a loop", strerror(errno));
    pool.listener = listen_open_ready(&pool.server, &port);
    watch(&pool, EPOLL_CTL_ADD, pool.listener, EPOLLIN, NULL);
    for (int64_t i = 0; i < threads; i++)
        runtime_start_thread(worker_main, &pool);
    control_serve(&pool.server.control, port);
}
