/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/idle/idle.h"

#include "load/connection/endpoint.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Requests under way at once while warming up: enough to keep the server busy. */
#define WARM_BATCH      64
#define WARM_TIMEOUT_MS 10000
/* The kernel gives up on a handshake only after two minutes. */
#define CONNECT_TIMEOUT_MS 10000

#define SCRATCH_BYTES 4096

struct idle {
    struct idle_options options;
    struct endpoint endpoint;
    struct messages messages;
    struct connection *connections; /* options.capacity of them */
    int64_t count;                  /* open */
};

/* Requests name the port, too. */
static int find_server(struct idle *idle, int64_t port, struct error *error)
{
    idle->options.settings.port = (int)port;
    messages_finish(&idle->messages);
    int result = messages_init(&idle->messages, idle->options.protocol, &idle->options.settings);
    if (result < 0)
        return error_set(error, result, "cannot make requests: %s", strerror(-result));
    endpoint_finish(&idle->endpoint);
    return endpoint_init(&idle->endpoint, idle->options.settings.host, (int)port, error);
}

static void find_port(struct idle *idle, int64_t port)
{
    struct error error;
    puts(find_server(idle, port, &error) < 0 ? error.text : "ok 0");
}

/* One after the other, each until its handshake is over. Returns 0 or -errno. */
static int connect_one(const struct idle *idle, struct connection *connection)
{
    int result = endpoint_open(&idle->endpoint, connection);
    if (result == 0)
        result = connection_await(connection, POLLOUT, CONNECT_TIMEOUT_MS);
    if (result == 0)
        result = endpoint_opened(connection);
    if (result < 0)
        connection_close(connection);
    return result;
}

static void connect_up_to(struct idle *idle, int64_t target)
{
    while (idle->count < target) {
        int result = connect_one(idle, &idle->connections[idle->count]);
        if (result < 0) {
            printf("connection %" PRId64 " to %s failed: %s\n", idle->count + 1,
                   idle->options.settings.host, strerror(-result));
            return;
        }
        idle->count++;
    }
    printf("ok %" PRId64 "\n", idle->count);
}

/* Waits for the socket. */
static enum connection_state await(struct connection *connection, short events)
{
    int result = connection_await(connection, events, WARM_TIMEOUT_MS);
    if (result == -ETIMEDOUT)
        return connection_fail_as(connection, LOAD_ERROR_SILENT);
    return result < 0 ? connection_fail(connection, -result) : CONNECTION_WAITING;
}

static enum connection_state send_request(const struct idle *idle, struct connection *connection)
{
    enum connection_state state = connection_begin(connection, &idle->messages);
    while (state == CONNECTION_WAITING) {
        state = await(connection, POLLOUT);
        if (state == CONNECTION_WAITING)
            state = connection_send(connection, &idle->messages);
    }
    return state;
}

static enum connection_state read_reply(const struct idle *idle, struct connection *connection)
{
    unsigned char scratch[SCRATCH_BYTES];
    enum connection_state state = CONNECTION_WAITING;
    while (state == CONNECTION_WAITING) {
        state = await(connection, POLLIN);
        if (state == CONNECTION_WAITING)
            state = connection_receive(connection, &idle->messages, scratch, sizeof scratch);
    }
    return state;
}

/* Says what failed, if it did. */
static bool is_done(const struct idle *idle, const struct connection *connection,
                    enum connection_state state)
{
    char failure[128];
    if (state == CONNECTION_DONE)
        return true;
    connection_describe_failure(connection, &idle->messages, failure, sizeof failure);
    printf("request %" PRIu64 " on %s", connection->requests, failure);
    if (connection->why == LOAD_ERROR_SILENT)
        printf(" for %d s", WARM_TIMEOUT_MS / 1000);
    putchar('\n');
    return false;
}

static bool warm_batch(const struct idle *idle, int64_t start, int64_t end)
{
    for (int64_t i = start; i < end; i++) {
        struct connection *connection = &idle->connections[i];
        if (!is_done(idle, connection, send_request(idle, connection)))
            return false;
    }
    for (int64_t i = start; i < end; i++) {
        struct connection *connection = &idle->connections[i];
        enum connection_state state = read_reply(idle, connection);
        /* It would be one less from now on. */
        if (state == CONNECTION_DONE && connection->exchange.closes)
            state = connection_fail_as(connection, LOAD_ERROR_CLOSED);
        if (!is_done(idle, connection, state))
            return false;
    }
    return true;
}

static void warm(const struct idle *idle, int64_t requests)
{
    for (int64_t start = 0; start < idle->count; start += WARM_BATCH) {
        int64_t end = start + WARM_BATCH < idle->count ? start + WARM_BATCH : idle->count;
        for (int64_t request = 0; request < requests; request++)
            if (!warm_batch(idle, start, end))
                return;
    }
    printf("ok %" PRId64 "\n", idle->count);
}

/* An idle connection has nothing to read: bytes nobody asked for would be taken for a reply. */
static void check(const struct idle *idle)
{
    int64_t closed = 0;
    int64_t unasked = 0;
    for (int64_t i = 0; i < idle->count; i++) {
        struct connection *connection = &idle->connections[i];
        bool failed = connection_check_idle(connection) == CONNECTION_FAILED;
        bool wrong = failed && connection->why == LOAD_ERROR_WRONG;
        closed += failed && !wrong;
        unasked += wrong;
    }
    if (closed > 0)
        printf("%" PRId64 " of %" PRId64 " connections were closed by the subject\n", closed,
               idle->count);
    else if (unasked > 0)
        printf("%" PRId64 " of %" PRId64 " connections received bytes nobody asked for\n", unasked,
               idle->count);
    else
        printf("ok %" PRId64 "\n", idle->count);
}

static void answer(struct idle *idle, const char *question)
{
    char word[16];
    int64_t number = 0;
    if (sscanf(question, "%15s %" SCNd64, word, &number) < 1)
        word[0] = '\0';
    if (strcmp(word, "port") == 0) {
        find_port(idle, number);
    } else if (strcmp(word, "connect") == 0 && number <= idle->options.capacity) {
        connect_up_to(idle, number);
    } else if (strcmp(word, "warm") == 0) {
        warm(idle, number);
    } else if (strcmp(word, "check") == 0) {
        check(idle);
    } else {
        printf("unknown question '%s'\n", question);
    }
}

static int idle_init(struct idle *idle, const struct idle_options *options)
{
    *idle = (struct idle){.options = *options};
    idle->connections = connections_create(options->capacity, options->first, options->protocol);
    return idle->connections ? 0 : -ENOMEM;
}

static void idle_finish(struct idle *idle)
{
    connections_destroy(idle->connections, idle->options.capacity);
    messages_finish(&idle->messages);
    endpoint_finish(&idle->endpoint);
}

int idle_serve(const struct idle_options *options)
{
    char line[64];
    struct idle idle;
    int result = idle_init(&idle, options);
    if (result < 0)
        fprintf(stderr, "no room for %" PRId64 " connections: %s\n", options->capacity,
                strerror(-result));
    while (result == 0 && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        answer(&idle, line);
        fflush(stdout);
    }
    idle_finish(&idle);
    return result < 0;
}
