/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/connection/connector.h"

#include "base/clock.h"
#include "load/connection/listen_queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define SCRATCH_BYTES     65536
#define PROGRESS_EVERY_NS (NS_PER_SECOND / 2)
/* A turn of the loop takes a tenth of a second; beyond this it did not run. */
#define LONGEST_TURN_NS (NS_PER_SECOND / 4)

struct connecting {
    struct connector *connector;
    int epoll;
    int64_t window; /* connections under way at once */
    int64_t started;
    int64_t in_flight;
    int64_t settled; /* served or failed */
    int64_t good;    /* served, by a reply that is no error */
    void *scratch;
};

/* Several generators share the queue of one server. */
static int64_t own_window(const struct load_options *options)
{
    int64_t window = listen_queue_bound(CONNECTOR_WINDOW);
    int64_t own = options->part.of > 1 ? window / options->part.of : window;
    return own > 1 ? own : 1;
}

static int connecting_init(struct connecting *connecting, struct connector *connector,
                           struct error *error)
{
    *connecting = (struct connecting){
        .connector = connector,
        .epoll = -1,
        .window = own_window(connector->options),
    };
    connecting->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (connecting->epoll < 0)
        return error_set(error, -errno, "cannot create an epoll instance: %s", strerror(errno));
    connecting->scratch = malloc(SCRATCH_BYTES);
    if (!connecting->scratch)
        return error_set(error, -ENOMEM, "out of memory");
    return 0;
}

static void connecting_finish(struct connecting *connecting)
{
    if (connecting->epoll >= 0)
        close(connecting->epoll);
    free(connecting->scratch);
}

static void count_error(struct connector *connector, struct connection *connection)
{
    if (connector->first_error[0] == '\0')
        connection_describe_failure(connection, connector->messages, connector->first_error,
                                    sizeof connector->first_error);
    connector->errors[connection->why]++;
}

static void count_failure(struct connecting *connecting, struct connection *connection)
{
    count_error(connecting->connector, connection);
    connecting->settled++;
    connection_close(connection);
}

/* Returns 0 once the handshake has begun, or -errno. */
static int open_connection(const struct connecting *connecting, struct connection *connection)
{
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = connection};
    int result = endpoint_open(connecting->connector->endpoint, connection);
    if (result < 0)
        return result;
    return epoll_ctl(connecting->epoll, EPOLL_CTL_ADD, connection->fd, &event) < 0 ? -errno : 0;
}

static void start_more(struct connecting *connecting)
{
    struct connector *connector = connecting->connector;
    while (connecting->started < connector->options->connections &&
           connecting->in_flight < connecting->window) {
        struct connection *connection = &connector->connections[connecting->started++];
        int result = open_connection(connecting, connection);
        if (result == 0) {
            connecting->in_flight++;
            continue;
        }
        connection_fail(connection, -result);
        count_failure(connecting, connection);
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

static enum connection_state advance(struct connecting *connecting, struct connection *connection,
                                     uint32_t events)
{
    const struct messages *messages = connecting->connector->messages;
    enum connection_state state = CONNECTION_WAITING;
    if (connection->requests == 0)
        state = greet(connection, messages);
    else if (events & EPOLLOUT)
        state = connection_send(connection, messages);
    if (state != CONNECTION_FAILED && (events & EPOLLIN))
        return connection_receive(connection, messages, connecting->scratch, SCRATCH_BYTES);
    return state == CONNECTION_FAILED ? state : CONNECTION_WAITING;
}

static bool is_idle(const struct connector *connector, const struct connection *connection)
{
    return connection - connector->connections >= connector->options->active;
}

/* What the server closes after each reply is opened again for its next request; an idle connection
 * has none. */
static void count_served(struct connecting *connecting, struct connection *connection)
{
    struct connector *connector = connecting->connector;
    epoll_ctl(connecting->epoll, EPOLL_CTL_DEL, connection->fd, NULL);
    if (connection->exchange.closes && is_idle(connector, connection)) {
        connection_fail_as(connection, LOAD_ERROR_CLOSED);
        count_failure(connecting, connection);
        return;
    }
    connecting->settled++;
    connector->connected++;
    if (connection->exchange.closes)
        connection_close(connection);
}

static void handle_event(struct connecting *connecting, const struct epoll_event *event)
{
    struct connection *connection = event->data.ptr;
    struct epoll_event next = {.data.ptr = connection};
    switch (advance(connecting, connection, event->events)) {
    case CONNECTION_FAILED:
        connecting->in_flight--;
        count_failure(connecting, connection);
        break;
    case CONNECTION_ERROR_REPLY:
        count_error(connecting->connector, connection);
        connecting->in_flight--;
        count_served(connecting, connection);
        break;
    case CONNECTION_DONE:
        connecting->good++;
        connecting->in_flight--;
        count_served(connecting, connection);
        break;
    case CONNECTION_WAITING:
        next.events = connection_is_sending(connection) ? EPOLLIN | EPOLLOUT : EPOLLIN;
        epoll_ctl(connecting->epoll, EPOLL_CTL_MOD, connection->fd, &next);
        break;
    }
}

/* What is still under way when patience ends has been accepted by the kernel at best. */
static void give_up(struct connecting *connecting)
{
    struct connector *connector = connecting->connector;
    for (int64_t i = 0; i < connecting->started; i++) {
        struct connection *connection = &connector->connections[i];
        if (connection->fd < 0 || connection->served > 0)
            continue;
        connection_fail_as(connection, LOAD_ERROR_SILENT);
        count_failure(connecting, connection);
    }
}

static void report(const struct connector *connector)
{
    const struct load_options *options = connector->options;
    const struct load_progress progress = {
        .phase = LOAD_CONNECTING,
        .connected = connector->connected,
        .left_ns = options->warmup_ns + options->duration_ns,
    };
    if (options->progress)
        options->progress(options->progress_data, &progress);
}

static void connecting_loop(struct connecting *connecting)
{
    const struct load_options *options = connecting->connector->options;
    struct epoll_event events[CONNECTOR_WINDOW];
    int64_t last_ns = clock_now_ns();
    int64_t waited_ns = 0;
    int64_t reported_ns = 0;
    for (start_more(connecting); connecting->in_flight > 0; start_more(connecting)) {
        int64_t settled = connecting->settled;
        int count = epoll_wait(connecting->epoll, events, CONNECTOR_WINDOW, 100);
        int64_t now_ns = clock_now_ns();
        for (int i = 0; i < count; i++)
            handle_event(connecting, &events[i]);
        /* A generator that was stopped has not waited for the server meanwhile. */
        int64_t turn_ns = now_ns - last_ns;
        waited_ns += turn_ns < LONGEST_TURN_NS ? turn_ns : LONGEST_TURN_NS;
        last_ns = now_ns;
        if (connecting->settled > settled)
            waited_ns = 0;
        /* Whom an interruption keeps from waiting has seen no failure. */
        if (options->stop && options->stop())
            return;
        if (waited_ns > options->patience_ns) {
            give_up(connecting);
            return;
        }
        if (now_ns - reported_ns > PROGRESS_EVERY_NS) {
            report(connecting->connector);
            reported_ns = now_ns;
        }
    }
}

int connector_run(struct connector *connector, struct error *error)
{
    struct connecting connecting;
    connector->connected = 0;
    connector->first_error[0] = '\0';
    memset(connector->errors, 0, sizeof connector->errors);
    int result = connecting_init(&connecting, connector, error);
    if (result == 0)
        connecting_loop(&connecting);
    if (connecting.good == 0)
        connector->connected = 0;
    connecting_finish(&connecting);
    return result;
}
