/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Web, a thread per connection: each waiter is a thread that blocks in read(), asks the store
 * itself, and blocks until it has answered.
 *
 * A request costs one read and one write, as in the loop. The buffers of a waiter are on its stack,
 * and it sleeps above the small one only, in a frame that fits the first page, which every stack
 * has anyway (bench/echo/threads.c says more). Replies have their room in a frame below, which is
 * touched when there is something to reply. A peer that sends more than the small buffer holds, as
 * pipelines are, gets buffers of the loop's size from then on. */
#include "turn.h"
#include "web.h"

#include "subject/acceptor.h"
#include "subject/waiter_threads.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Holds what ordinary clients ask, and the replies to a dozen of the shortest requests. */
#define SMALL_BUFFER_BYTES  512
#define SMALL_REPLIES_BYTES 2048

struct threads {
    struct web web;
    struct waiter_threads threads;
};

struct waiter {
    struct web_connection connection;
    struct store_session session;
    int fd;
    bool sends_much; /* more than the small buffer holds */
};

static bool write_replies(struct waiter *waiter, struct web_turn *turn)
{
    const char *bytes = turn->replies;
    size_t length = turn->filled;
    while (length > 0) {
        ssize_t written = write(waiter->fd, bytes, length);
        if (written < 0)
            return false;
        bytes += written;
        length -= (size_t)written;
    }
    web_turn_written(turn);
    return true;
}

static void ask_store(struct waiter *waiter, struct web_turn *turn)
{
    char text[ROW_TEXT_LETTERS + 1];
    web_turn_answer(turn, store_get(&waiter->session, turn->id, text), text);
}

/* Returns whether the connection goes on. */
static bool take_turn(struct waiter *waiter, struct web_turn *turn)
{
    for (;;) {
        enum web_step step = web_turn_next(turn);
        if (step == WEB_ASKS) {
            ask_store(waiter, turn);
            continue;
        }
        if (!write_replies(waiter, turn) || step == WEB_CLOSES)
            return false;
        if (step == WEB_SHUTS)
            shutdown(waiter->fd, SHUT_WR);
        if (step != WEB_WRITES)
            return true;
    }
}

/* Each of these is a function of its own, since a frame has its whole size from its first line on.
 */
static __attribute__((noinline)) bool reply_little(struct waiter *waiter, const char *bytes,
                                                   size_t length)
{
    char replies[SMALL_REPLIES_BYTES];
    struct web_turn turn;
    web_turn_begin(&turn, &waiter->connection, bytes, length, replies, sizeof replies);
    return take_turn(waiter, &turn);
}

static __attribute__((noinline)) bool reply_much(struct waiter *waiter, const char *bytes,
                                                 size_t length)
{
    char replies[WEB_REPLIES_BYTES];
    struct web_turn turn;
    web_turn_begin(&turn, &waiter->connection, bytes, length, replies, sizeof replies);
    return take_turn(waiter, &turn);
}

/* Whether there is something to read before the deadline; a signal's handler does not end it. */
static bool comes_in_time(const struct waiter *waiter)
{
    struct pollfd readable = {.fd = waiter->fd, .events = POLLIN};
    int ready;
    do
        ready = poll(&readable, 1, web_connection_patience_ms(&waiter->connection));
    while (ready < 0 && errno == EINTR);
    return ready != 0;
}

/* Returns how many bytes came: 0 when they should have come by now, -1 when there are no more. */
static ssize_t wait_for_bytes(struct waiter *waiter, char *buffer, size_t size)
{
    /* Only the rest of a request has its time. */
    if (waiter->connection.deadline_ns != 0 && !comes_in_time(waiter))
        return 0;
    ssize_t got = read(waiter->fd, buffer, size);
    return got > 0 ? got : -1;
}

static __attribute__((noinline)) bool serve_little(struct waiter *waiter)
{
    char buffer[SMALL_BUFFER_BYTES + 1]; /* one more, to tell that it was not enough */
    ssize_t got = wait_for_bytes(waiter, buffer, sizeof buffer);
    waiter->sends_much = got > SMALL_BUFFER_BYTES;
    return got >= 0 && reply_little(waiter, buffer, (size_t)got);
}

static __attribute__((noinline)) bool serve_much(struct waiter *waiter)
{
    char buffer[SERVER_BUFFER_BYTES];
    ssize_t got = wait_for_bytes(waiter, buffer, sizeof buffer);
    return got >= 0 && reply_much(waiter, buffer, (size_t)got);
}

static void *waiter_main(void *argument)
{
    struct waiter *waiter = argument;
    web_connection_open(&waiter->connection);
    while (waiter->sends_much ? serve_much(waiter) : serve_little(waiter))
        ;
    store_session_finish(&waiter->session);
    web_connection_close(&waiter->connection);
    close(waiter->fd);
    free(waiter);
    return NULL;
}

static void waiter_start(void *data, int fd)
{
    struct threads *threads = data;
    struct waiter *waiter = calloc(1, sizeof *waiter);
    if (!waiter)
        server_fail("start a waiter", "out of memory");
    waiter->connection.base.server = &threads->web.server;
    store_session_init(&waiter->session, &threads->web.store);
    waiter->fd = fd;
    int result = waiter_threads_start(&threads->threads, waiter_main, waiter);
    if (result < 0) {
        fprintf(stderr, "%s: cannot create a thread: %s\n", program_invocation_short_name,
                strerror(-result));
        close(fd);
        free(waiter);
    }
}

int main(int argc, char **argv)
{
    struct threads threads;
    web_init(&threads.web, WEB_THREADS, argc, argv);
    waiter_threads_init(&threads.threads, &threads.web.server);
    acceptor_serve(&threads.web.server, waiter_start, &threads);
}
