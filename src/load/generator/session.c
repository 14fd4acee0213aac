/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/generator/session.h"

#include "base/clock.h"
#include "load/generator/tally.h"
#include "load/result.h"

#include <errno.h>
#include <stdlib.h>

/* On one connection in so many, from the first on, replies are stamped as they come: enough to know
 * the tail of how long they lie, and few enough not to be felt. */
#define STAMPED_EVERY 8

static int session_watch(struct worker *worker, struct session *session, int operation,
                         uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = session};
    if (operation == EPOLL_CTL_ADD && session->stamped)
        connection_stamp(session->connection);
    return epoll_ctl(worker->epoll, operation, session->connection->fd, &event) < 0 ? -errno : 0;
}

int sessions_init(struct worker *worker)
{
    worker->session_count = arrivals_own_connections((uint32_t)worker->options->active,
                                                     worker->thread, worker->threads);
    worker->sessions_alive = worker->session_count;
    worker->sessions = calloc(worker->session_count, sizeof *worker->sessions);
    if (!worker->sessions)
        return -ENOMEM;
    for (uint32_t i = 0; i < worker->session_count; i++) {
        struct session *session = &worker->sessions[i];
        session->connection = &worker->connections[worker->thread + i * worker->threads];
        session->stamped = i % STAMPED_EVERY == 0;
        session->parked =
            session->connection->fd < 0; /* by the server's wish, after its first reply */
        int result = session->parked ? 0 : session_watch(worker, session, EPOLL_CTL_ADD, EPOLLIN);
        if (result < 0)
            return result;
    }
    return 0;
}

/* It has failed, or the server has closed it. */
static void session_end(struct worker *worker, struct session *session);

static void session_sent(struct worker *worker, struct session *session,
                         enum connection_state state)
{
    bool wants_write = state == CONNECTION_WAITING;
    if (state != CONNECTION_FAILED && wants_write != session->wants_write) {
        session->wants_write = wants_write;
        int result = session_watch(worker, session, EPOLL_CTL_MOD,
                                   wants_write ? EPOLLIN | EPOLLOUT : EPOLLIN);
        if (result < 0)
            state = connection_fail(session->connection, -result);
    }
    if (state == CONNECTION_FAILED)
        session_end(worker, session);
}

/* The connection has served as many requests as it may, or as the server will. */
static bool is_used_up(const struct worker *worker, const struct session *session)
{
    int64_t most = worker->options->requests_per_connection;
    return session->connection->exchange.closes ||
           (most > 0 && session->connection->served >= (uint64_t)most);
}

/* Closes it with its last reply, as its client would, so that the server's part of that is not in
 * the next request's latency. It is reset, since a port in TIME_WAIT would be missing a minute
 * long, and there are more connections in that time than ports. */
static void session_park(struct session *session)
{
    connection_close(session->connection);
    session->parked = true;
}

/* Begins a new one in its place; its number and its count of messages stay. */
static void session_reconnect(struct worker *worker, struct session *session)
{
    session->parked = false;
    int result = endpoint_open(worker->endpoint, session->connection);
    if (result == 0)
        result = session_watch(worker, session, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
    session->connecting = session->wants_write = true;
    session->opened_in = worker->polls;
    /* On loopback connect(2) runs the server's half of the handshake, too: some 100 us. */
    stalls_skip(&worker->looks, clock_now_ns());
    if (result < 0)
        session_sent(worker, session, connection_fail(session->connection, -result));
}

/* The handshake is over. */
static void session_connected(struct worker *worker, struct session *session)
{
    int result = endpoint_opened(session->connection);
    session->connecting = false;
    worker->reconnects += result == 0;
    session_sent(worker, session,
                 result < 0 ? connection_fail(session->connection, -result)
                            : connection_begin(session->connection, &worker->messages));
}

static void session_send(struct worker *worker, struct session *session, struct request request,
                         int64_t now_ns)
{
    session->request = request;
    session->sent_ns = now_ns;
    session->busy = true;
    session->repeated = false;
    if (session->parked)
        session_reconnect(worker, session);
    else
        session_sent(worker, session, connection_begin(session->connection, &worker->messages));
}

void session_arrive(struct worker *worker, struct session *session, struct request request,
                    int64_t now_ns)
{
    worker->offered += request.measured;
    if (session->connection->fd < 0 && !session->parked) {
        tally_unsent(worker, request);
        return;
    }
    worker->left_over += !request.measured;
    if (worker->outstanding++ == 0)
        worker->quiet_since_ns = now_ns;
    if (!session->busy && !session->paused) {
        session_send(worker, session, request, now_ns);
    } else if (backlog_push(&worker->backlog, &session->waiting, request) < 0) {
        /* Memory is bounded. It would not have been answered before the end. */
        worker->outstanding--;
        tally_loss(worker, request, window_end_ns(worker->window));
    }
}

void session_send_again(struct worker *worker, struct session *session, int64_t now_ns)
{
    if (now_ns >= window_end_ns(worker->window))
        return;
    session_arrive(
        worker, session,
        (struct request){.intended_ns = now_ns, .measured = now_ns >= worker->window->begin_ns},
        now_ns);
}

/* The request under way is over. */
static void session_go_on(struct worker *worker, struct session *session, int64_t now_ns)
{
    struct request request;
    if (backlog_pop(&worker->backlog, &session->waiting, &request))
        session_send(worker, session, request, now_ns);
    else if (worker->options->closed)
        session_send_again(worker, session, now_ns);
}

/* No connection is to be had any more. Its requests end here, by name; those that come later will
 * find it closed. */
static void session_give_up(struct worker *worker, struct session *session)
{
    struct request request;
    worker->sessions_alive--;
    while (backlog_pop(&worker->backlog, &session->waiting, &request)) {
        worker->outstanding--;
        tally_settle(worker, request);
        tally_unsent(worker, request);
    }
}

static void session_pause(struct worker *worker, struct session *session)
{
    session->paused = true;
    session->resume_ns = clock_now_ns() + SESSION_PAUSE_NS;
    session->paused_next = NULL;
    if (worker->paused_last)
        worker->paused_last->paused_next = session;
    else
        worker->paused_first = session;
    worker->paused_last = session;
}

void sessions_resume(struct worker *worker, int64_t now_ns)
{
    while (worker->paused_first && worker->paused_first->resume_ns <= now_ns) {
        struct session *session = worker->paused_first;
        worker->paused_first = session->paused_next;
        if (!worker->paused_first)
            worker->paused_last = NULL;
        session->paused = false;
        session_go_on(worker, session, now_ns);
    }
}

/* It ended between two requests, or so it seems. */
static bool has_ended(const struct connection *connection)
{
    return connection->why == LOAD_ERROR_CLOSED || connection->why == LOAD_ERROR_RESET;
}

/* The request may have crossed the server's close: one on a connection that was in use before, and
 * of whose reply no byte has come. */
static bool has_crossed(const struct session *session)
{
    const struct connection *connection = session->connection;
    return session->busy && connection->asked && has_ended(connection) && connection->served > 0 &&
           connection->exchange.received == 0 && !session->repeated;
}

static void session_repeat(struct worker *worker, struct session *session)
{
    session->repeated = true;
    worker->repeated++;
    connection_take_back(session->connection);
    connection_close(session->connection);
    session_reconnect(worker, session);
}

/* The request under way has failed with its connection, and the session goes on with a new one, at
 * once the first time. */
static void session_replace(struct worker *worker, struct session *session)
{
    session->failures++;
    session->parked = true;
    if (session->failures >= LOAD_FAILURES_MAX) {
        session->parked = false;
        worker->given_up++;
        session_give_up(worker, session);
    } else if (session->failures > 1) {
        session_pause(worker, session);
    } else {
        session_go_on(worker, session, worker_look(worker));
    }
}

static void session_end(struct worker *worker, struct session *session)
{
    bool may_close = worker->messages.protocol->may_close;
    session->connecting = false;
    if (may_close && has_crossed(session)) {
        session_repeat(worker, session);
        return;
    }
    if (may_close && !session->busy && has_ended(session->connection)) {
        session_park(session);
        return;
    }
    tally_failure(worker, session);
    worker->outstanding -= session->busy;
    session->busy = false;
    connection_close(session->connection);
    if (may_close)
        session_replace(worker, session);
    else
        session_give_up(worker, session);
}

static int64_t session_replied(struct worker *worker, struct session *session,
                               enum connection_state state)
{
    int64_t now_ns = worker_look(worker);
    if (state == CONNECTION_DONE)
        tally_answer(worker, session, now_ns);
    else
        tally_error_reply(worker, session, now_ns);
    worker->outstanding--;
    session->busy = false;
    session->failures = 0;
    if (is_used_up(worker, session))
        session_park(session);
    session_go_on(worker, session, now_ns);
    return now_ns;
}

int64_t session_handle_event(struct worker *worker, const struct epoll_event *event, int64_t now_ns)
{
    struct session *session = event->data.ptr;
    if (session->connecting) {
        /* What was fetched before it was opened is about the connection before. */
        if (session->opened_in != worker->polls)
            session_connected(worker, session);
        return now_ns;
    }
    if (event->events & EPOLLOUT)
        session_sent(worker, session, connection_send(session->connection, &worker->messages));
    if (session->connection->fd < 0 || session->connecting ||
        !(event->events & ~(uint32_t)EPOLLOUT))
        return now_ns;
    enum connection_state state = connection_receive(session->connection, &worker->messages,
                                                     worker->scratch, SESSION_SCRATCH_BYTES);
    switch (state) {
    case CONNECTION_DONE:
    case CONNECTION_ERROR_REPLY:
        return session_replied(worker, session, state);
    case CONNECTION_FAILED:
        session_end(worker, session);
        break;
    case CONNECTION_WAITING:
        break;
    }
    return now_ns;
}

void sessions_lose_outstanding(struct worker *worker)
{
    int64_t now_ns = clock_now_ns();
    int64_t end_ns = window_end_ns(worker->window);
    struct request request;
    worker->ended_ns = now_ns;
    /* No reply has ended this silence. */
    if (worker->outstanding > 0)
        tally_silence(worker, now_ns < end_ns ? now_ns : end_ns);
    for (uint32_t i = 0; i < worker->session_count; i++) {
        struct session *session = &worker->sessions[i];
        /* It stays marked as busy: sessions_count_hung asks for it. */
        if (session->busy)
            tally_loss_under_way(worker, session, now_ns);
        while (backlog_pop(&worker->backlog, &session->waiting, &request))
            tally_loss(worker, request, now_ns);
    }
}

int64_t sessions_count_hung(const struct worker *worker, int64_t longest_ns, int64_t *never)
{
    int64_t hung = 0;
    for (uint32_t i = 0; i < worker->session_count; i++) {
        const struct session *session = &worker->sessions[i];
        int64_t waited_ns = worker->ended_ns - session->sent_ns;
        if (!session->busy || (session->answered && !worker->options->closed) ||
            waited_ns / LOAD_HUNG_TIMES < longest_ns)
            continue;
        hung++;
        *never += !session->answered;
    }
    return hung;
}
