/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Web, a fixed number of threads that connections share: an acceptor takes connections in, and one
 * epoll instance is the queue of those that have something to do. All threads wait there; one takes
 * a connection, reads once, answers what has come, with blocking calls of the store, and gives it
 * back, behind those that wait already. So keep-alive connections take turns, and one that is idle,
 * slow to send or slow to read takes nobody's thread. That is what web servers with a bounded pool
 * do (Tomcat's and Jetty's connectors, Apache's event MPM, Puma, gunicorn's gthread): a thread for
 * as long as a connection lives would let 32 idle browsers keep everybody else out.
 *
 * A connection is reported to one thread, and to no other before it is given back (EPOLLONESHOT):
 * it belongs to who has it, and takes no lock. Giving it back is the one system call that a thread
 * per connection does not have, besides the wait. */
#include "deadlines.h"
#include "parked.h"
#include "turn.h"
#include "web.h"

#include "base/clock.h"
#include "subject/acceptor.h"
#include "subject/waiter_threads.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

struct pool {
    struct web web;
    struct waiter_threads threads;
    int ready;    /* epoll */
    int timer_fd; /* of the first deadline; reported like a connection */
    pthread_mutex_t mutex;
    struct deadlines deadlines; /* under the mutex, as is each connection's place there */
};

struct waiter {
    struct web_connection connection;
    struct pool *pool;
    int fd;
    struct web_parked *parked; /* while the peer does not take its replies */
    struct deadline deadline;
    /* What is written before a connection is given back is there for who has it next. The kernel
     * sees to that; this tells the compiler, and who looks for races. */
    atomic_bool is_queued;
};

/* One of the threads. */
struct worker {
    struct store_session session;
    char bytes[SERVER_BUFFER_BYTES];
    char replies[WEB_REPLIES_BYTES];
};

static void waiter_close(struct waiter *waiter)
{
    web_connection_close(&waiter->connection);
    close(waiter->fd);
    free(waiter);
}

static int queue(struct waiter *waiter, int operation, uint32_t events)
{
    struct epoll_event event = {.events = events | EPOLLONESHOT, .data.ptr = waiter};
    int ready = waiter->pool->ready;
    int fd = waiter->fd;
    atomic_store_explicit(&waiter->is_queued, true, memory_order_release);
    return epoll_ctl(ready, operation, fd, &event);
}

static void watch_first(struct pool *pool)
{
    struct itimerspec first = {0};
    if (TAILQ_EMPTY(&pool->deadlines))
        return;
    int64_t at_ns = TAILQ_FIRST(&pool->deadlines)->at_ns;
    first.it_value.tv_sec = at_ns / NS_PER_SECOND;
    first.it_value.tv_nsec = at_ns % NS_PER_SECOND;
    timerfd_settime(pool->timer_fd, TFD_TIMER_ABSTIME, &first, NULL);
}

/* Of a connection without a deadline nothing is done, which is the usual case. */
static void change_deadline(struct waiter *waiter, int64_t at_ns)
{
    struct pool *pool = waiter->pool;
    if (waiter->connection.deadline_ns == 0)
        return;
    pthread_mutex_lock(&pool->mutex);
    if (deadline_set(&pool->deadlines, &waiter->deadline, at_ns))
        watch_first(pool);
    pthread_mutex_unlock(&pool->mutex);
}

/* Gives the connection back, which may be another thread's before this returns. */
static void wait_for(struct waiter *waiter, uint32_t events)
{
    change_deadline(waiter, waiter->connection.deadline_ns);
    queue(waiter, EPOLL_CTL_MOD, events);
}

/* Keeps the turn until the peer reads. */
static void write_later(struct waiter *waiter, struct web_turn *turn, size_t written)
{
    waiter->parked = malloc(sizeof *waiter->parked);
    if (!waiter->parked || web_park(waiter->parked, turn, written) < 0)
        server_fail("keep a request", "out of memory");
    wait_for(waiter, EPOLLOUT);
}

/* Returns whether the turn goes on. */
static bool write_replies(struct waiter *waiter, struct web_turn *turn)
{
    size_t done = 0;
    while (done < turn->filled) {
        ssize_t written = send(waiter->fd, turn->replies + done, turn->filled - done,
                               MSG_DONTWAIT | MSG_NOSIGNAL);
        if (written < 0 && errno == EAGAIN)
            write_later(waiter, turn, done);
        else if (written < 0)
            waiter_close(waiter);
        if (written < 0)
            return false;
        done += (size_t)written;
    }
    web_turn_written(turn);
    return true;
}

static void ask_store(struct worker *worker, struct web_turn *turn)
{
    char text[ROW_TEXT_LETTERS + 1];
    web_turn_answer(turn, store_get(&worker->session, turn->id, text), text);
}

static void take_turn(struct worker *worker, struct waiter *waiter, struct web_turn *turn)
{
    enum web_step step;
    do {
        step = web_turn_next(turn);
        if (step == WEB_ASKS)
            ask_store(worker, turn);
        else if (!write_replies(waiter, turn))
            return;
    } while (step == WEB_ASKS || step == WEB_WRITES);
    if (step == WEB_CLOSES) {
        waiter_close(waiter);
        return;
    }
    if (step == WEB_SHUTS)
        shutdown(waiter->fd, SHUT_WR);
    wait_for(waiter, EPOLLIN);
}

static void go_on_writing(struct worker *worker, struct waiter *waiter)
{
    struct web_parked *parked = waiter->parked;
    struct web_turn turn;
    waiter->parked = NULL;
    web_unpark(parked, &turn, worker->replies);
    take_turn(worker, waiter, &turn);
    web_parked_finish(parked);
    free(parked);
}

static void serve(struct worker *worker, struct waiter *waiter)
{
    struct web_turn turn;
    ssize_t got = recv(waiter->fd, worker->bytes, sizeof worker->bytes, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) {
        wait_for(waiter, EPOLLIN);
    } else if (got < 0 || (got == 0 && !web_connection_is_late(&waiter->connection))) {
        waiter_close(waiter);
    } else {
        web_turn_begin(&turn, &waiter->connection, worker->bytes, (size_t)got, worker->replies,
                       sizeof worker->replies);
        take_turn(worker, waiter, &turn);
    }
}

/* Who is late cannot be taken hold of here, since it may be on its way to another thread. It is
 * made to be reported instead: it has no more to read. */
static void end_late(struct pool *pool)
{
    struct deadline *deadline;
    uint64_t ignored;
    ssize_t got = read(pool->timer_fd, &ignored, sizeof ignored);
    (void)got;
    pthread_mutex_lock(&pool->mutex);
    while ((deadline = deadlines_take(&pool->deadlines, clock_now_ns()))) {
        struct waiter *waiter =
            (struct waiter *)(void *)((char *)deadline - offsetof(struct waiter, deadline));
        shutdown(waiter->fd, SHUT_RD);
    }
    watch_first(pool);
    pthread_mutex_unlock(&pool->mutex);
}

static void work(struct pool *pool, struct worker *worker, struct waiter *waiter)
{
    if (!waiter) {
        end_late(pool);
        return;
    }
    if (!atomic_load_explicit(&waiter->is_queued, memory_order_acquire))
        server_fail("serve", "a connection was reported that nobody has given back");
    change_deadline(waiter, 0);
    if (waiter->parked)
        go_on_writing(worker, waiter);
    else
        serve(worker, waiter);
}

static void *worker_main(void *argument)
{
    struct pool *pool = argument;
    struct worker worker;
    store_session_init(&worker.session, &pool->web.store);
    for (;;) {
        struct epoll_event event;
        if (epoll_wait(pool->ready, &event, 1, -1) == 1)
            work(pool, &worker, event.data.ptr);
    }
    return NULL;
}

/* LeakSanitizer's, in a build that has it. It does not look where the address of a connection that
 * waits is kept: in the kernel. */
__attribute__((weak)) void __lsan_ignore_object(const void *object);

static void waiter_start(void *data, int fd)
{
    struct pool *pool = data;
    struct waiter *waiter = calloc(1, sizeof *waiter);
    if (!waiter)
        server_fail("start a waiter", "out of memory");
    if (__lsan_ignore_object)
        __lsan_ignore_object(waiter);
    waiter->connection.base.server = &pool->web.server;
    waiter->pool = pool;
    waiter->fd = fd;
    web_connection_open(&waiter->connection);
    if (queue(waiter, EPOLL_CTL_ADD, EPOLLIN) < 0) {
        fprintf(stderr, "%s: cannot wait for a connection: %s\n", program_invocation_short_name,
                strerror(errno));
        waiter_close(waiter);
    }
}

static void pool_init(struct pool *pool)
{
    struct epoll_event timer = {.events = EPOLLIN | EPOLLET, .data.ptr = NULL};
    TAILQ_INIT(&pool->deadlines);
    pthread_mutex_init(&pool->mutex, NULL);
    pool->ready = epoll_create1(EPOLL_CLOEXEC);
    pool->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (pool->ready < 0 || pool->timer_fd < 0 ||
        epoll_ctl(pool->ready, EPOLL_CTL_ADD, pool->timer_fd, &timer) < 0)
        server_fail("make a queue", strerror(errno));
    waiter_threads_init(&pool->threads, &pool->web.server);
    pool->web.server.control.model = "pool";
    for (int64_t i = 0; i < pool->web.pool_size; i++) {
        int result = waiter_threads_start(&pool->threads, worker_main, pool);
        if (result < 0)
            server_fail("start a thread of the pool", strerror(-result));
    }
}

int main(int argc, char **argv)
{
    struct pool pool;
    web_init(&pool.web, WEB_POOL, argc, argv);
    pool_init(&pool);
    acceptor_serve(&pool.web.server, waiter_start, &pool);
}
