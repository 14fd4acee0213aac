/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Web, an event loop: each waiter is a libuv handle, and the store is called inline, handed to
 * libuv's pool, or asked over sockets that the loop polls as well. An idle handle keeps no buffer:
 * bytes come in the loop's, replies go out of the loop's. Only a turn that must wait, for the store
 * or for a peer that does not read, takes what is in them along (parked.h). */
#include "deadlines.h"
#include "loop_store.h"
#include "parked.h"
#include "turn.h"
#include "web.h"

#include "base/clock.h"
#include "subject_uv/server_loops.h"
#include "subject_uv/uv_pool.h"

#include <stddef.h>
#include <stdlib.h>

struct web_loop {
    struct loop_store store;
    struct store_session session; /* of inline calls */
    struct deadlines deadlines;
    uv_timer_t timer; /* of the first of them */
    char replies[WEB_REPLIES_BYTES];
};

struct waiter {
    struct web_connection connection;
    uv_tcp_t tcp;
    struct parking *parking; /* while its turn cannot go on */
    struct deadline deadline;
    bool is_stopped;  /* reading is */
    bool peer_closed; /* while it was parked */
};

struct parking {
    struct web_parked parked;
    struct waiter *waiter;
    union {
        struct loop_query query;
        uv_write_t write;
    };
};

static struct web_loop *loop_of(const struct waiter *waiter)
{
    const struct server_loop *loop = waiter->tcp.loop->data;
    return loop->data;
}

static void closed_cb(uv_handle_t *handle)
{
    free(handle->data);
}

static void waiter_close(struct waiter *waiter)
{
    deadline_set(&loop_of(waiter)->deadlines, &waiter->deadline, 0);
    web_connection_close(&waiter->connection);
    uv_close((uv_handle_t *)&waiter->tcp, closed_cb);
}

static void take_turn(struct waiter *waiter, struct web_turn *turn);

/* Keeps the turn and leaves it: the buffers are for everybody. */
static struct parking *park(struct waiter *waiter, struct web_turn *turn, size_t written)
{
    struct parking *parking = malloc(sizeof *parking);
    if (!parking || web_park(&parking->parked, turn, written) < 0)
        server_fail("keep a request", "out of memory");
    parking->waiter = waiter;
    waiter->parking = parking;
    return parking;
}

/* Back in a buffer with what is to be written, `turn` goes on where it was. */
static void unpark(struct parking *parking, struct web_turn *turn)
{
    struct waiter *waiter = parking->waiter;
    web_unpark(&parking->parked, turn, loop_of(waiter)->replies);
    waiter->parking = NULL;
}

static void parking_destroy(struct parking *parking)
{
    web_parked_finish(&parking->parked);
    free(parking);
}

static void written_cb(uv_write_t *write, int status)
{
    struct parking *parking = write->data;
    struct waiter *waiter = parking->waiter;
    if (status < 0) {
        waiter_close(waiter);
    } else {
        struct web_turn turn;
        unpark(parking, &turn);
        web_turn_written(&turn);
        take_turn(waiter, &turn);
    }
    parking_destroy(parking);
}

static void stop_reading(struct waiter *waiter)
{
    uv_read_stop((uv_stream_t *)&waiter->tcp);
    waiter->is_stopped = true;
}

/* Until the peer takes its replies no more is read from it, as with a thread that blocks in
 * write(): otherwise a slow reader would grow the loop's memory without bound. */
static void write_later(struct waiter *waiter, struct web_turn *turn, size_t written)
{
    struct parking *parking = park(waiter, turn, written);
    uv_buf_t rest = uv_buf_init(parking->parked.replies, (unsigned)parking->parked.replies_length);
    parking->write.data = parking;
    stop_reading(waiter);
    if (uv_write(&parking->write, (uv_stream_t *)&waiter->tcp, &rest, 1, written_cb) < 0) {
        parking_destroy(parking);
        waiter_close(waiter);
    }
}

/* Returns whether the turn goes on. */
static bool write_replies(struct waiter *waiter, struct web_turn *turn)
{
    if (turn->filled == 0)
        return true;
    uv_buf_t whole = uv_buf_init(turn->replies, (unsigned)turn->filled);
    int written = uv_try_write((uv_stream_t *)&waiter->tcp, &whole, 1);
    if (written == UV_EAGAIN)
        written = 0;
    if (written < 0)
        waiter_close(waiter);
    else if ((size_t)written < turn->filled)
        write_later(waiter, turn, (size_t)written);
    else
        web_turn_written(turn);
    return turn->filled == 0;
}

static void answered_cb(struct loop_query *query)
{
    struct parking *parking =
        (struct parking *)(void *)((char *)query - offsetof(struct parking, query));
    struct waiter *waiter = parking->waiter;
    struct web_turn turn;
    unpark(parking, &turn);
    web_turn_answer(&turn, query->answer, query->text);
    take_turn(waiter, &turn);
    parking_destroy(parking);
}

/* Returns whether the turn goes on. */
static bool ask_store(struct waiter *waiter, struct web_turn *turn)
{
    struct web_loop *loop = loop_of(waiter);
    char text[ROW_TEXT_LETTERS + 1];
    if (loop_store_is_inline(&loop->store)) {
        web_turn_answer(turn, store_get(&loop->session, turn->id, text), text);
        return true;
    }
    struct parking *parking = park(waiter, turn, 0);
    loop_store_submit(&loop->store, &parking->query, turn->id, answered_cb);
    return false;
}

static void shut_cb(uv_shutdown_t *shutdown, int status)
{
    (void)status;
    free(shutdown);
}

static void shut_down(struct waiter *waiter)
{
    uv_shutdown_t *shutdown = malloc(sizeof *shutdown);
    if (!shutdown)
        server_fail("end a connection", "out of memory");
    if (uv_shutdown(shutdown, (uv_stream_t *)&waiter->tcp, shut_cb) < 0)
        free(shutdown);
}

static void read_cb(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer);
static void time_cb(uv_timer_t *timer);

static void watch_first(struct web_loop *loop)
{
    struct deadline *first = TAILQ_FIRST(&loop->deadlines);
    if (first)
        uv_timer_start(&loop->timer, time_cb, (uint64_t)clock_poll_timeout_ms(first->at_ns), 0);
}

static void wait_for_bytes(struct waiter *waiter)
{
    struct web_loop *loop = loop_of(waiter);
    if (deadline_set(&loop->deadlines, &waiter->deadline, waiter->connection.deadline_ns))
        watch_first(loop);
    if (waiter->is_stopped &&
        uv_read_start((uv_stream_t *)&waiter->tcp, server_loop_alloc_cb, read_cb) < 0)
        waiter_close(waiter);
    waiter->is_stopped = false;
}

static void take_turn(struct waiter *waiter, struct web_turn *turn)
{
    enum web_step step;
    do {
        step = web_turn_next(turn);
        if (!(step == WEB_ASKS ? ask_store(waiter, turn) : write_replies(waiter, turn)))
            return;
    } while (step == WEB_ASKS || step == WEB_WRITES);
    if (step == WEB_CLOSES || waiter->peer_closed) {
        waiter_close(waiter);
        return;
    }
    if (step == WEB_SHUTS)
        shut_down(waiter);
    wait_for_bytes(waiter);
}

static void serve(struct waiter *waiter, const char *bytes, size_t length)
{
    struct web_loop *loop = loop_of(waiter);
    struct web_turn turn;
    web_turn_begin(&turn, &waiter->connection, bytes, length, loop->replies, sizeof loop->replies);
    take_turn(waiter, &turn);
}

/* A parked turn takes what comes meanwhile, as much as it would have taken at once. */
static void keep_bytes(struct waiter *waiter, const char *bytes, size_t length)
{
    struct web_parked *parked = &waiter->parking->parked;
    if (web_parked_add(parked, bytes, length) < 0)
        server_fail("keep a request", "out of memory");
    if (parked->bytes_length >= SERVER_BUFFER_BYTES)
        stop_reading(waiter);
}

static void read_cb(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
    struct waiter *waiter = stream->data;
    if (got < 0 && waiter->parking)
        waiter->peer_closed = true;
    else if (got < 0)
        waiter_close(waiter);
    else if (got > 0 && waiter->parking)
        keep_bytes(waiter, buffer->base, (size_t)got);
    else if (got > 0)
        serve(waiter, buffer->base, (size_t)got);
}

/* One that is parked is not waited for: its request has come. */
static void time_cb(uv_timer_t *timer)
{
    struct server_loop *server_loop = timer->loop->data;
    struct web_loop *loop = server_loop->data;
    struct deadline *deadline;
    while ((deadline = deadlines_take(&loop->deadlines, clock_now_ns()))) {
        struct waiter *waiter =
            (struct waiter *)(void *)((char *)deadline - offsetof(struct waiter, deadline));
        if (!waiter->parking)
            serve(waiter, NULL, 0);
    }
    watch_first(loop);
}

static uv_tcp_t *waiter_create(struct server_loop *loop)
{
    struct waiter *waiter = calloc(1, sizeof *waiter);
    if (!waiter)
        server_fail("start a waiter", "out of memory");
    waiter->connection.base.server = loop->server;
    waiter->tcp.data = waiter;
    return &waiter->tcp;
}

static void waiter_start(uv_tcp_t *tcp)
{
    struct waiter *waiter = tcp->data;
    web_connection_open(&waiter->connection);
    if (uv_read_start((uv_stream_t *)tcp, server_loop_alloc_cb, read_cb) < 0)
        waiter_close(waiter);
}

static void loop_init(struct server_loop *server_loop)
{
    struct web *web = (struct web *)server_loop->server;
    struct web_loop *loop = calloc(1, sizeof *loop);
    struct error error = {""};
    if (!loop)
        server_fail("start", "out of memory");
    server_loop->data = loop;
    TAILQ_INIT(&loop->deadlines);
    store_session_init(&loop->session, &web->store);
    server_loop_check(uv_timer_init(&server_loop->uv, &loop->timer), "make a handle");
    if (server_loop->index == 0 && web->store_options.call == STORE_CALL_POOL)
        server_loop_check(uv_pool_start(server_loop, web->pool_size), "start the pool");
    if (loop_store_open(&loop->store, &web->store, &server_loop->uv,
                        (size_t)web->server.options.loops, &error) < 0)
        server_fail("open the store", error.text);
}

int main(int argc, char **argv)
{
    static const struct server_loop_calls calls = {
        .loop_init = loop_init,
        .connection_create = waiter_create,
        .connection_start = waiter_start,
        .closed_cb = closed_cb,
    };
    struct web web;
    web_init(&web, WEB_LOOP, argc, argv);
    server_loops_serve(&web.server, &calls);
}
