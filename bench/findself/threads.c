/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A thread for each connection. What early requests wait for is a future; whatever blocks, wakes up
 * when the server is told to end. */
#include "findself.h"

#include "flow/future.h"
#include "flow/scope.h"
#include "threads_search.h"
#include "threads_stream.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct server {
    struct findself *self;
    struct scope scope;
    struct future found; /* this server's own address */
    int listen_fd;
};

struct connection {
    struct server *server;
    int fd;
    struct http_reader reader;
};

/* Where an early request waits. */
static const struct address *connection_wait_for_self(struct connection *connection)
{
    struct server *server = connection->server;
    void *found = NULL;
    if (future_wait_until(&server->found, stream_deadline_ns(server->self->deadline_ms)) == 0)
        future_wait(&server->found, &found);
    return found;
}

static size_t connection_answer(struct connection *connection, char *out)
{
    const struct http_reader *request = &connection->reader;
    switch (findself_route(request)) {
    case ROUTE_SERVER_ID:
        return findself_answer_id(connection->server->self, request, out);
    case ROUTE_CLIENT_REQUEST:
        return findself_answer_client(connection_wait_for_self(connection), request, out);
    case ROUTE_REFUSE:
        break;
    }
    return findself_refuse(request, out);
}

/* However a client behaves is no failure of the server's. */
static int connection_run(struct token *token, void *argument)
{
    struct connection *connection = argument;
    char out[HTTP_MESSAGE_MAX];
    int result;
    do {
        int64_t deadline_ns = stream_deadline_ns(FINDSELF_IDLE_MS);
        result = stream_read_message(token, connection->fd, &connection->reader, deadline_ns);
        size_t length = 0;
        if (result == 1)
            length = connection_answer(connection, out);
        else if (result == -EBADMSG)
            length = findself_refuse_malformed(out);
        deadline_ns = stream_deadline_ns(FINDSELF_IDLE_MS);
        if (stream_send(token, connection->fd, out, length, deadline_ns) != 0)
            break;
    } while (result == 1 && connection->reader.message.keep_alive);
    close(connection->fd);
    free(connection);
    return 0;
}

static int connection_start(struct server *server, int fd)
{
    struct connection *connection = malloc(sizeof *connection);
    int result = connection ? 0 : -ENOMEM;
    if (connection) {
        connection->server = server;
        connection->fd = fd;
        http_reader_init(&connection->reader, HTTP_READS_REQUESTS);
        result = scope_start(&server->scope, connection_run, connection);
    }
    if (result != 0) {
        close(fd);
        free(connection);
    }
    return result;
}

/* Short of memory, threads or descriptors, it turns clients away and goes on. */
static int accept_run(struct token *token, void *argument)
{
    struct server *server = argument;
    int ready;
    while ((ready = token_poll(token, server->listen_fd, POLLIN, FLOW_NEVER)) > 0) {
        int fd = accept4(server->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0 || connection_start(server, fd) != 0)
            token_sleep_until(token, stream_deadline_ns(server->self->retry_ms));
    }
    return ready;
}

/* Waits for the end of standard input, or of a child that failed. */
static int input_wait(struct token *token)
{
    char ignored[256];
    int ready;
    while ((ready = token_poll(token, STDIN_FILENO, POLLIN, FLOW_NEVER)) > 0)
        if (read(STDIN_FILENO, ignored, sizeof ignored) <= 0)
            return 0;
    return ready;
}

int findself_serve(struct findself *self, int listen_fd, struct error *error)
{
    struct server server = {.self = self, .listen_fd = listen_fd};
    struct search search = {.self = self, .found = &server.found};
    future_init(&server.found);
    scope_init(&server.scope, NULL);
    int result = scope_start(&server.scope, accept_run, &server);
    if (result == 0)
        result = scope_start(&server.scope, search_run, &search);
    if (result == 0)
        input_wait(&server.scope.token);
    scope_cancel(&server.scope);
    future_set_error(&server.found, -ECANCELED);
    int left = scope_leave(&server.scope);
    scope_finish(&server.scope);
    future_finish(&server.found);
    close(listen_fd);
    if (result == 0 && left != -ECANCELED)
        result = left;
    return result == 0 ? 0 : error_set(error, result, "cannot serve: %s", strerror(-result));
}
