/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/generator/session.h"

#include "base/clock.h"
#include "load/result.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

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

/* A request that was due before the window is over. */
static void settle(struct worker *worker, struct request request)
{
    if (!request.measured && worker->part == WORKER_WARMING_UP)
        worker->left_over--;
}

static void count_error(struct worker *worker, enum load_error_kind kind, struct request request)
{
    worker->errors[kind]++;
    worker->failed += request.measured;
}

/* A request that was sent before the window and is open at its end was open all through it: it is
 * the window's, too. Otherwise a connection that hangs before the window would not be seen in a
 * closed loop, which sends nothing more on it. In an open loop such a request is the window's when
 * it is lost; what is only late belongs to the schedule before. */
static void claim(struct worker *worker, struct session *session)
{
    const struct window *window = worker->window;
    if (session->request.measured || worker->part != WORKER_DRAINING ||
        session->sent_ns >= window->begin_ns || window_end_ns(window) <= window->begin_ns)
        return;
    session->request.measured = true;
    worker->offered++;
}

/* The same, of what went wrong on the connection just now. */
static void count_failure(struct worker *worker, const struct connection *connection,
                          struct request request)
{
    if (worker->first_error[0] == '\0')
        connection_describe_failure(connection, &worker->messages, worker->first_error,
                                    sizeof worker->first_error);
    count_error(worker, connection->why, request);
}

/* The connection cannot be used any more. Its requests end here, by name; those that come later
 * will find it closed. It is not replaced: fewer connections would silently be another load. */
static void session_break(struct worker *worker, struct session *session)
{
    struct request request = {0};
    worker->sessions_alive--;
    if (session->busy) {
        settle(worker, session->request);
        request = session->request;
    }
    count_failure(worker, session->connection, request);
    worker->outstanding -= session->busy;
    session->busy = false;
    while (backlog_pop(&worker->backlog, &session->waiting, &request)) {
        worker->outstanding--;
        settle(worker, request);
        count_error(worker, LOAD_ERROR_UNSENT, request);
    }
    connection_close(session->connection);
}

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
        session_break(worker, session);
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
    worker->reconnects++;
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
    if (session->parked)
        session_reconnect(worker, session);
    else
        session_sent(worker, session, connection_begin(session->connection, &worker->messages));
}

/* Its age is the least its latency can be, so a request that is never answered still shows. */
static void lose(struct worker *worker, struct request request, int64_t until_ns)
{
    if (!request.measured)
        return;
    worker->lost++;
    if (worker->latency) {
        histogram_record(worker->latency, until_ns - request.intended_ns);
        excursions_note(&worker->excursions, request.intended_ns, until_ns);
    }
}

void session_arrive(struct worker *worker, struct session *session, struct request request,
                    int64_t now_ns)
{
    worker->offered += request.measured;
    if (session->connection->fd < 0 && !session->parked) {
        count_error(worker, LOAD_ERROR_UNSENT, request);
        return;
    }
    worker->left_over += !request.measured;
    if (worker->outstanding++ == 0)
        worker->quiet_since_ns = now_ns;
    if (!session->busy) {
        session_send(worker, session, request, now_ns);
    } else if (backlog_push(&worker->backlog, &session->waiting, request) < 0) {
        /* Memory is bounded. It would not have been answered before the end. */
        worker->outstanding--;
        lose(worker, request, window_end_ns(worker->window));
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

static bool is_slow(const struct worker *worker, const struct session *session)
{
    const struct messages *messages = &worker->messages;
    return messages->protocol->is_slow(messages->shared, session->connection->exchange.number);
}

static void record_reply(struct worker *worker, const struct session *session, int64_t now_ns)
{
    int64_t intended_ns = session->request.intended_ns;
    int64_t since_ns = worker->latency ? intended_ns : session->sent_ns;
    histogram_record(worker->service, now_ns - session->sent_ns);
    if (worker->latency) {
        histogram_record(worker->latency, now_ns - intended_ns);
        excursions_note(&worker->excursions, intended_ns, now_ns);
    }
    if (!worker->other || is_slow(worker, session))
        return;
    histogram_record(worker->other, now_ns - since_ns);
    if (worker->latency)
        excursions_note(&worker->other_excursions, intended_ns, now_ns);
}

/* How long the reply has been there. */
static void record_reply_delay(struct worker *worker, const struct session *session)
{
    struct timespec now;
    if (session->connection->came_ns == 0)
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    histogram_record(worker->reply_delay,
                     now.tv_sec * NS_PER_SECOND + now.tv_nsec - session->connection->came_ns);
}

static void note_silence(struct worker *worker, int64_t now_ns)
{
    int64_t silence_ns = now_ns - worker->quiet_since_ns;
    worker->quiet_since_ns = now_ns;
    if (worker->part != WORKER_WARMING_UP && silence_ns > worker->silence_ns)
        worker->silence_ns = silence_ns;
}

static void note_service(struct worker *worker, struct session *session, int64_t now_ns)
{
    int64_t service_ns = now_ns - session->sent_ns;
    if (service_ns > worker->longest_service_ns)
        worker->longest_service_ns = service_ns;
    session->answered = session->answered || now_ns >= worker->window->begin_ns;
}

/* A reply has come, whatever it says. */
static void note_reply(struct worker *worker, struct session *session, int64_t now_ns)
{
    note_silence(worker, now_ns);
    settle(worker, session->request);
    if (worker->options->closed)
        claim(worker, session);
}

static void count_reply(struct worker *worker, struct session *session, int64_t now_ns)
{
    int64_t so_far = atomic_load_explicit(&worker->answered_so_far, memory_order_relaxed);
    atomic_store_explicit(&worker->answered_so_far, so_far + 1, memory_order_relaxed);
    bool within = now_ns >= worker->window->begin_ns && now_ns < window_end_ns(worker->window);
    worker->replies += within;
    note_service(worker, session, now_ns);
    note_reply(worker, session, now_ns);
    if (!session->request.measured)
        return;
    worker->answered++;
    worker->punctual += within;
    record_reply(worker, session, now_ns);
    record_reply_delay(worker, session);
}

/* A reply that is an error is over in no time and no service: the request has failed, and the
 * session goes on. */
static void count_error_reply(struct worker *worker, struct session *session, int64_t now_ns)
{
    session->answered = session->answered || now_ns >= worker->window->begin_ns;
    note_reply(worker, session, now_ns);
    count_failure(worker, session->connection, session->request);
}

static int64_t session_replied(struct worker *worker, struct session *session,
                               enum connection_state state)
{
    struct request request;
    int64_t now_ns = worker_look(worker);
    if (state == CONNECTION_DONE)
        count_reply(worker, session, now_ns);
    else
        count_error_reply(worker, session, now_ns);
    worker->outstanding--;
    session->busy = false;
    if (is_used_up(worker, session))
        session_park(session);
    if (backlog_pop(&worker->backlog, &session->waiting, &request))
        session_send(worker, session, request, now_ns);
    else if (worker->options->closed)
        session_send_again(worker, session, now_ns);
    return now_ns;
}

int64_t session_handle_event(struct worker *worker, const struct epoll_event *event, int64_t now_ns)
{
    struct session *session = event->data.ptr;
    if (session->connecting) {
        session_connected(worker, session);
        return now_ns;
    }
    if (event->events & EPOLLOUT)
        session_sent(worker, session, connection_send(session->connection, &worker->messages));
    if (session->connection->fd < 0 || !(event->events & ~(uint32_t)EPOLLOUT))
        return now_ns;
    enum connection_state state = connection_receive(session->connection, &worker->messages,
                                                     worker->scratch, SESSION_SCRATCH_BYTES);
    switch (state) {
    case CONNECTION_DONE:
    case CONNECTION_ERROR_REPLY:
        return session_replied(worker, session, state);
    case CONNECTION_FAILED:
        session_break(worker, session);
        break;
    case CONNECTION_WAITING:
        break;
    }
    return now_ns;
}

/* What was under way stays marked as busy: sessions_count_hung asks for it. */
static void lose_under_way(struct worker *worker, struct session *session, int64_t now_ns)
{
    claim(worker, session);
    if (session->request.measured)
        histogram_record(worker->service, now_ns - session->sent_ns);
    lose(worker, session->request, now_ns);
}

void sessions_lose_outstanding(struct worker *worker)
{
    int64_t now_ns = clock_now_ns();
    int64_t end_ns = window_end_ns(worker->window);
    struct request request;
    worker->ended_ns = now_ns;
    /* No reply has ended this silence. */
    if (worker->outstanding > 0)
        note_silence(worker, now_ns < end_ns ? now_ns : end_ns);
    for (uint32_t i = 0; i < worker->session_count; i++) {
        struct session *session = &worker->sessions[i];
        if (session->busy)
            lose_under_way(worker, session, now_ns);
        while (backlog_pop(&worker->backlog, &session->waiting, &request))
            lose(worker, request, now_ns);
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
