/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/dial.h"

#include "base/clock.h"
#include "load/listen_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define SCRATCH_BYTES     65536
#define PROGRESS_EVERY_NS (NS_PER_SECOND / 2)
/* A turn of the loop takes a tenth of a second; beyond this it did not run. */
#define LONGEST_TURN_NS (NS_PER_SECOND / 4)

struct dialer {
    struct dial *dial;
    int epoll;
    int64_t window; /* connections under way at once */
    int64_t started;
    int64_t in_flight;
    int64_t settled; /* served or failed */
    void *scratch;
};

static int dialer_init(struct dialer *dialer, struct dial *dial, struct error *error)
{
    *dialer = (struct dialer){
        .dial = dial,
        .epoll = -1,
        .window = listen_queue_bound(DIAL_WINDOW),
    };
    dialer->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (dialer->epoll < 0)
        return error_set(error, -errno, "cannot create an epoll instance: %s", strerror(errno));
    dialer->scratch = malloc(SCRATCH_BYTES);
    if (!dialer->scratch)
        return error_set(error, -ENOMEM, "out of memory");
    return 0;
}

static void dialer_finish(struct dialer *dialer)
{
    if (dialer->epoll >= 0)
        close(dialer->epoll);
    free(dialer->scratch);
}

static void count_failure(struct dialer *dialer, struct connection *connection)
{
    struct dial *dial = dialer->dial;
    if (dial->first_error[0] == '\0')
        connection_describe_failure(connection, dial->messages, dial->first_error,
                                    sizeof dial->first_error);
    dial->errors[connection->why]++;
    dialer->settled++;
    connection_close(connection);
}

/* Returns 0 once the handshake has begun, or -errno. */
static int open_connection(const struct dialer *dialer, struct connection *connection)
{
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = connection};
    int result = endpoint_open(dialer->dial->endpoint, connection);
    if (result < 0)
        return result;
    return epoll_ctl(dialer->epoll, EPOLL_CTL_ADD, connection->fd, &event) < 0 ? -errno : 0;
}

static void start_more(struct dialer *dialer)
{
    struct dial *dial = dialer->dial;
    while (dialer->started < dial->options->connections && dialer->in_flight < dialer->window) {
        struct connection *connection = &dial->connections[dialer->started++];
        int result = open_connection(dialer, connection);
        if (result == 0) {
            dialer->in_flight++;
            continue;
        }
        connection_fail(connection, -result);
        count_failure(dialer, connection);
    }
}

/* The first request, once the handshake is through. */
static enum connection_state greet(struct connection *connection, const struct messages *messages)
{
    int result = endpoint_opened(connection);
    if (result < 0)
        return connection_fail(connection, -result);
    return connection_begin(connection, messages);
}

static enum connection_state advance(struct dialer *dialer, struct connection *connection,
                                     uint32_t events)
{
    const struct messages *messages = dialer->dial->messages;
    enum connection_state state = CONNECTION_WAITING;
    if (connection->requests == 0)
        state = greet(connection, messages);
    else if (events & EPOLLOUT)
        state = connection_send(connection, messages);
    if (state != CONNECTION_FAILED && (events & EPOLLIN))
        return connection_receive(connection, messages, dialer->scratch, SCRATCH_BYTES);
    return state == CONNECTION_FAILED ? state : CONNECTION_WAITING;
}

/* What the server closes after each reply is opened again for its next request; an idle connection
 * has none. */
static void count_served(struct dialer *dialer, struct connection *connection)
{
    struct dial *dial = dialer->dial;
    epoll_ctl(dialer->epoll, EPOLL_CTL_DEL, connection->fd, NULL);
    if (connection->exchange.closes && connection->number >= dial->options->active) {
        connection_fail_as(connection, LOAD_ERROR_CLOSED);
        count_failure(dialer, connection);
        return;
    }
    dialer->settled++;
    dial->connected++;
    if (connection->exchange.closes)
        connection_close(connection);
}

static void handle_event(struct dialer *dialer, const struct epoll_event *event)
{
    struct connection *connection = event->data.ptr;
    struct epoll_event next = {.data.ptr = connection};
    switch (advance(dialer, connection, event->events)) {
    case CONNECTION_ERROR_REPLY:
    case CONNECTION_FAILED:
        dialer->in_flight--;
        count_failure(dialer, connection);
        break;
    case CONNECTION_DONE:
        dialer->in_flight--;
        count_served(dialer, connection);
        break;
    case CONNECTION_WAITING:
        next.events = connection_is_sending(connection) ? EPOLLIN | EPOLLOUT : EPOLLIN;
        epoll_ctl(dialer->epoll, EPOLL_CTL_MOD, connection->fd, &next);
        break;
    }
}

/* What is still under way when patience ends has been accepted by the kernel at best. */
static void give_up(struct dialer *dialer)
{
    struct dial *dial = dialer->dial;
    for (int64_t i = 0; i < dialer->started; i++) {
        struct connection *connection = &dial->connections[i];
        if (connection->fd < 0 || connection->served > 0)
            continue;
        connection_fail_as(connection, LOAD_ERROR_SILENT);
        count_failure(dialer, connection);
    }
}

static void report(const struct dial *dial)
{
    const struct load_options *options = dial->options;
    const struct load_progress progress = {
        .phase = LOAD_CONNECTING,
        .connected = dial->connected,
        .left_ns = options->warmup_ns + options->duration_ns,
    };
    if (options->progress)
        options->progress(options->progress_data, &progress);
}

static void dial_loop(struct dialer *dialer)
{
    const struct load_options *options = dialer->dial->options;
    struct epoll_event events[DIAL_WINDOW];
    int64_t last_ns = clock_now_ns();
    int64_t waited_ns = 0;
    int64_t reported_ns = 0;
    for (start_more(dialer); dialer->in_flight > 0; start_more(dialer)) {
        int64_t settled = dialer->settled;
        int count = epoll_wait(dialer->epoll, events, DIAL_WINDOW, 100);
        int64_t now_ns = clock_now_ns();
        for (int i = 0; i < count; i++)
            handle_event(dialer, &events[i]);
        /* A generator that was stopped has not waited for the server meanwhile. */
        int64_t turn_ns = now_ns - last_ns;
        waited_ns += turn_ns < LONGEST_TURN_NS ? turn_ns : LONGEST_TURN_NS;
        last_ns = now_ns;
        if (dialer->settled > settled)
            waited_ns = 0;
        /* Whom an interruption keeps from waiting has seen no failure. */
        if (options->stop && options->stop())
            return;
        if (waited_ns > options->patience_ns) {
            give_up(dialer);
            return;
        }
        if (now_ns - reported_ns > PROGRESS_EVERY_NS) {
            report(dialer->dial);
            reported_ns = now_ns;
        }
    }
}

int dial_all(struct dial *dial, struct error *error)
{
    struct dialer dialer;
    dial->connected = 0;
    dial->first_error[0] = '\0';
    memset(dial->errors, 0, sizeof dial->errors);
    int result = dialer_init(&dialer, dial, error);
    if (result == 0)
        dial_loop(&dialer);
    dialer_finish(&dialer);
    return result;
}
