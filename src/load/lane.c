/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/lane.h"

#include "base/clock.h"
#include "base/draw.h"
#include "load/result.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

/* On one connection in so many, from the first on, replies are stamped as they come: enough to know
 * the tail of how long they lie, and few enough not to be felt. */
#define STAMPED_EVERY 8

static int lane_watch(struct worker *worker, struct lane *lane, int operation, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = lane};
    if (operation == EPOLL_CTL_ADD && lane->stamped)
        connection_stamp(lane->connection);
    return epoll_ctl(worker->epoll, operation, lane->connection->fd, &event) < 0 ? -errno : 0;
}

int lanes_init(struct worker *worker)
{
    worker->lane_count = arrivals_own_connections((uint32_t)worker->options->active, worker->thread,
                                                  worker->threads);
    worker->lanes_alive = worker->lane_count;
    worker->lanes = calloc(worker->lane_count, sizeof *worker->lanes);
    if (!worker->lanes)
        return -ENOMEM;
    for (uint32_t i = 0; i < worker->lane_count; i++) {
        struct lane *lane = &worker->lanes[i];
        lane->connection = &worker->connections[worker->thread + i * worker->threads];
        lane->stamped = i % STAMPED_EVERY == 0;
        lane->parked = lane->connection->fd < 0; /* by the server's wish, after its first reply */
        int result = lane->parked ? 0 : lane_watch(worker, lane, EPOLL_CTL_ADD, EPOLLIN);
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
static void claim(struct worker *worker, struct lane *lane)
{
    const struct window *window = worker->window;
    if (lane->request.measured || worker->part != WORKER_DRAINING ||
        lane->sent_ns >= window->begin_ns || window_end_ns(window) <= window->begin_ns)
        return;
    lane->request.measured = true;
    worker->offered++;
}

/* The same, of what went wrong on the connection just now. */
static void count_failure(struct worker *worker, const struct connection *connection,
                          struct request request)
{
    if (worker->first_error[0] == '\0')
        connection_describe_failure(connection, worker->messages, worker->first_error,
                                    sizeof worker->first_error);
    count_error(worker, connection->why, request);
}

/* The connection cannot be used any more. Its requests end here, by name; those that come later
 * will find it closed. It is not replaced: fewer connections would silently be another load. */
static void lane_break(struct worker *worker, struct lane *lane)
{
    struct request request = {0};
    worker->lanes_alive--;
    if (lane->busy) {
        settle(worker, lane->request);
        request = lane->request;
    }
    count_failure(worker, lane->connection, request);
    worker->outstanding -= lane->busy;
    lane->busy = false;
    while (backlog_pop(&worker->backlog, &lane->waiting, &request)) {
        worker->outstanding--;
        settle(worker, request);
        count_error(worker, LOAD_ERROR_UNSENT, request);
    }
    connection_close(lane->connection);
}

static void lane_sent(struct worker *worker, struct lane *lane, enum connection_state state)
{
    bool wants_write = state == CONNECTION_WAITING;
    if (state != CONNECTION_FAILED && wants_write != lane->wants_write) {
        lane->wants_write = wants_write;
        int result =
            lane_watch(worker, lane, EPOLL_CTL_MOD, wants_write ? EPOLLIN | EPOLLOUT : EPOLLIN);
        if (result < 0)
            state = connection_fail(lane->connection, -result);
    }
    if (state == CONNECTION_FAILED)
        lane_break(worker, lane);
}

/* The connection has served as many requests as it may, or as the server will. */
static bool is_used_up(const struct worker *worker, const struct lane *lane)
{
    int64_t most = worker->options->requests_per_connection;
    return lane->connection->exchange.closes ||
           (most > 0 && lane->connection->served >= (uint64_t)most);
}

/* Closes it with its last reply, as its client would, so that the server's part of that is not in
 * the next request's latency. It is reset, since a port in TIME_WAIT would be missing a minute
 * long, and there are more connections in that time than ports. */
static void lane_park(struct lane *lane)
{
    connection_close(lane->connection);
    lane->parked = true;
}

/* Begins a new one in its place; its number and its count of messages stay. */
static void lane_reconnect(struct worker *worker, struct lane *lane)
{
    lane->parked = false;
    int result = endpoint_open(worker->endpoint, lane->connection);
    if (result == 0)
        result = lane_watch(worker, lane, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
    lane->connecting = lane->wants_write = true;
    worker->reconnects++;
    /* On loopback connect(2) runs the server's half of the handshake, too: some 100 us. */
    stalls_skip(&worker->looks, clock_now_ns());
    if (result < 0)
        lane_sent(worker, lane, connection_fail(lane->connection, -result));
}

/* The handshake is over. */
static void lane_connected(struct worker *worker, struct lane *lane)
{
    int result = endpoint_opened(lane->connection);
    lane->connecting = false;
    lane_sent(worker, lane,
              result < 0 ? connection_fail(lane->connection, -result)
                         : connection_begin(lane->connection, worker->messages));
}

static void lane_send(struct worker *worker, struct lane *lane, struct request request,
                      int64_t now_ns)
{
    lane->request = request;
    lane->sent_ns = now_ns;
    lane->busy = true;
    if (lane->parked)
        lane_reconnect(worker, lane);
    else
        lane_sent(worker, lane, connection_begin(lane->connection, worker->messages));
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

void lane_arrive(struct worker *worker, struct lane *lane, struct request request, int64_t now_ns)
{
    worker->offered += request.measured;
    if (lane->connection->fd < 0 && !lane->parked) {
        count_error(worker, LOAD_ERROR_UNSENT, request);
        return;
    }
    worker->left_over += !request.measured;
    if (worker->outstanding++ == 0)
        worker->quiet_since_ns = now_ns;
    if (!lane->busy) {
        lane_send(worker, lane, request, now_ns);
    } else if (backlog_push(&worker->backlog, &lane->waiting, request) < 0) {
        /* Memory is bounded. It would not have been answered before the end. */
        worker->outstanding--;
        lose(worker, request, window_end_ns(worker->window));
    }
}

void lane_send_again(struct worker *worker, struct lane *lane, int64_t now_ns)
{
    if (now_ns >= window_end_ns(worker->window))
        return;
    lane_arrive(
        worker, lane,
        (struct request){.intended_ns = now_ns, .measured = now_ns >= worker->window->begin_ns},
        now_ns);
}

static bool is_slow(const struct worker *worker, const struct lane *lane)
{
    return draw_is_slow(worker->options->seed, lane->connection->exchange.number,
                        worker->options->slow_every);
}

static void record_reply(struct worker *worker, const struct lane *lane, int64_t now_ns)
{
    int64_t intended_ns = lane->request.intended_ns;
    int64_t since_ns = worker->latency ? intended_ns : lane->sent_ns;
    histogram_record(worker->service, now_ns - lane->sent_ns);
    if (worker->latency) {
        histogram_record(worker->latency, now_ns - intended_ns);
        excursions_note(&worker->excursions, intended_ns, now_ns);
    }
    if (!worker->other || is_slow(worker, lane))
        return;
    histogram_record(worker->other, now_ns - since_ns);
    if (worker->latency)
        excursions_note(&worker->other_excursions, intended_ns, now_ns);
}

/* How long the reply has been there. */
static void record_reply_delay(struct worker *worker, const struct lane *lane)
{
    struct timespec now;
    if (lane->connection->came_ns == 0)
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    histogram_record(worker->reply_delay,
                     now.tv_sec * NS_PER_SECOND + now.tv_nsec - lane->connection->came_ns);
}

static void note_silence(struct worker *worker, int64_t now_ns)
{
    int64_t silence_ns = now_ns - worker->quiet_since_ns;
    worker->quiet_since_ns = now_ns;
    if (worker->part != WORKER_WARMING_UP && silence_ns > worker->silence_ns)
        worker->silence_ns = silence_ns;
}

static void note_service(struct worker *worker, struct lane *lane, int64_t now_ns)
{
    int64_t service_ns = now_ns - lane->sent_ns;
    if (service_ns > worker->longest_service_ns)
        worker->longest_service_ns = service_ns;
    lane->answered = lane->answered || now_ns >= worker->window->begin_ns;
}

/* A reply has come, whatever it says. */
static void note_reply(struct worker *worker, struct lane *lane, int64_t now_ns)
{
    note_silence(worker, now_ns);
    settle(worker, lane->request);
    if (worker->options->closed)
        claim(worker, lane);
}

static void count_reply(struct worker *worker, struct lane *lane, int64_t now_ns)
{
    int64_t so_far = atomic_load_explicit(&worker->answered_so_far, memory_order_relaxed);
    atomic_store_explicit(&worker->answered_so_far, so_far + 1, memory_order_relaxed);
    bool within = now_ns >= worker->window->begin_ns && now_ns < window_end_ns(worker->window);
    worker->replies += within;
    note_service(worker, lane, now_ns);
    note_reply(worker, lane, now_ns);
    if (!lane->request.measured)
        return;
    worker->answered++;
    worker->punctual += within;
    record_reply(worker, lane, now_ns);
    record_reply_delay(worker, lane);
}

/* A reply that is an error is over in no time and no service: the request has failed, and the lane
 * goes on. */
static void count_error_reply(struct worker *worker, struct lane *lane, int64_t now_ns)
{
    lane->answered = lane->answered || now_ns >= worker->window->begin_ns;
    note_reply(worker, lane, now_ns);
    count_failure(worker, lane->connection, lane->request);
}

static int64_t lane_replied(struct worker *worker, struct lane *lane, enum connection_state state)
{
    struct request request;
    int64_t now_ns = worker_look(worker);
    if (state == CONNECTION_DONE)
        count_reply(worker, lane, now_ns);
    else
        count_error_reply(worker, lane, now_ns);
    worker->outstanding--;
    lane->busy = false;
    if (is_used_up(worker, lane))
        lane_park(lane);
    if (backlog_pop(&worker->backlog, &lane->waiting, &request))
        lane_send(worker, lane, request, now_ns);
    else if (worker->options->closed)
        lane_send_again(worker, lane, now_ns);
    return now_ns;
}

int64_t lane_handle_event(struct worker *worker, const struct epoll_event *event, int64_t now_ns)
{
    struct lane *lane = event->data.ptr;
    if (lane->connecting) {
        lane_connected(worker, lane);
        return now_ns;
    }
    if (event->events & EPOLLOUT)
        lane_sent(worker, lane, connection_send(lane->connection, worker->messages));
    if (lane->connection->fd < 0 || !(event->events & ~(uint32_t)EPOLLOUT))
        return now_ns;
    enum connection_state state =
        connection_receive(lane->connection, worker->messages, worker->scratch, LANE_SCRATCH_BYTES);
    switch (state) {
    case CONNECTION_DONE:
    case CONNECTION_ERROR_REPLY:
        return lane_replied(worker, lane, state);
    case CONNECTION_FAILED:
        lane_break(worker, lane);
        break;
    case CONNECTION_WAITING:
        break;
    }
    return now_ns;
}

/* What was under way stays marked as busy: lanes_count_hung asks for it. */
static void lose_under_way(struct worker *worker, struct lane *lane, int64_t now_ns)
{
    claim(worker, lane);
    if (lane->request.measured)
        histogram_record(worker->service, now_ns - lane->sent_ns);
    lose(worker, lane->request, now_ns);
}

void lanes_lose_outstanding(struct worker *worker)
{
    int64_t now_ns = clock_now_ns();
    int64_t end_ns = window_end_ns(worker->window);
    struct request request;
    worker->ended_ns = now_ns;
    /* No reply has ended this silence. */
    if (worker->outstanding > 0)
        note_silence(worker, now_ns < end_ns ? now_ns : end_ns);
    for (uint32_t i = 0; i < worker->lane_count; i++) {
        struct lane *lane = &worker->lanes[i];
        if (lane->busy)
            lose_under_way(worker, lane, now_ns);
        while (backlog_pop(&worker->backlog, &lane->waiting, &request))
            lose(worker, request, now_ns);
    }
}

int64_t lanes_count_hung(const struct worker *worker, int64_t longest_ns, int64_t *never)
{
    int64_t hung = 0;
    for (uint32_t i = 0; i < worker->lane_count; i++) {
        const struct lane *lane = &worker->lanes[i];
        int64_t waited_ns = worker->ended_ns - lane->sent_ns;
        if (!lane->busy || (lane->answered && !worker->options->closed) ||
            waited_ns / LOAD_HUNG_TIMES < longest_ns)
            continue;
        hung++;
        *never += !lane->answered;
    }
    return hung;
}
