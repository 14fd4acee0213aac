/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A handle for each connection. Early requests wait in a list, which is gone through when the
 * server has found itself; whatever is open, is closed at the end. */
#include "findself.h"

#include "loop_search.h"
#include "loop_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <uv.h>

struct server {
    struct findself *self;
    uv_loop_t loop;
    uv_tcp_t listener;
    uv_fs_t input;
    char input_bytes[256];
    const struct address *found; /* this server's own address */
    LIST_HEAD(, connection) connections;
    struct search search;
};

struct connection {
    struct server *server;
    struct stream stream;
    uv_timer_t timer; /* of its next request, or of the one that waits */
    bool waits;
    int closing_count;
    LIST_ENTRY(connection) entry;
};

static void connection_run(struct connection *connection);

static void connection_gone(struct connection *connection)
{
    if (--connection->closing_count == 0)
        free(connection);
}

static void connection_stream_closed_cb(struct stream *stream)
{
    connection_gone(stream->data);
}

static void connection_timer_closed_cb(uv_handle_t *timer)
{
    connection_gone(timer->data);
}

static void connection_close(struct connection *connection)
{
    if (connection->closing_count > 0)
        return;
    connection->closing_count = 2;
    LIST_REMOVE(connection, entry);
    stream_close(&connection->stream, connection_stream_closed_cb);
    uv_close((uv_handle_t *)&connection->timer, connection_timer_closed_cb);
}

static void connection_idle_cb(uv_timer_t *timer)
{
    connection_close(timer->data);
}

static void connection_sent_cb(struct stream *stream, int result)
{
    struct connection *connection = stream->data;
    if (connection->closing_count > 0)
        return;
    if (result == 0 && stream->reader.message.keep_alive)
        connection_run(connection);
    else
        connection_close(connection);
}

/* The next request is looked at when this answer is out. */
static void connection_send(struct connection *connection, size_t length)
{
    uv_timer_start(&connection->timer, connection_idle_cb, FINDSELF_IDLE_MS, 0);
    if (stream_send(&connection->stream, length, connection_sent_cb) != 0)
        connection_close(connection);
}

static void connection_answer_client(struct connection *connection)
{
    struct stream *stream = &connection->stream;
    connection->waits = false;
    connection_send(connection, findself_answer_client(connection->server->found, &stream->reader,
                                                       stream->out));
}

static void connection_late_cb(uv_timer_t *timer)
{
    connection_answer_client(timer->data);
}

/* Where an early request waits. */
static void connection_wait_for_self(struct connection *connection)
{
    connection->waits = true;
    uv_update_time(&connection->server->loop);
    uv_timer_start(&connection->timer, connection_late_cb,
                   (uint64_t)connection->server->self->deadline_ms, 0);
}

static void connection_answer(struct connection *connection)
{
    struct server *server = connection->server;
    struct stream *stream = &connection->stream;
    switch (findself_route(&stream->reader)) {
    case ROUTE_SERVER_ID:
        connection_send(connection, findself_answer_id(server->self, &stream->reader, stream->out));
        return;
    case ROUTE_CLIENT_REQUEST:
        if (server->found)
            connection_answer_client(connection);
        else
            connection_wait_for_self(connection);
        return;
    case ROUTE_REFUSE:
        break;
    }
    connection_send(connection, findself_refuse(&stream->reader, stream->out));
}

static void connection_message_cb(struct stream *stream, int result)
{
    struct connection *connection = stream->data;
    if (result == 1) {
        connection_answer(connection);
    } else if (result == -EBADMSG) {
        stream->reader.message.keep_alive = false;
        connection_send(connection, findself_refuse_malformed(stream->out));
    } else {
        connection_close(connection);
    }
}

/* Looks at what was read; asks for more where that is no whole request. */
static void connection_run(struct connection *connection)
{
    int result = stream_read_message(&connection->stream, connection_message_cb);
    if (result == 0)
        uv_timer_start(&connection->timer, connection_idle_cb, FINDSELF_IDLE_MS, 0);
    else
        connection_message_cb(&connection->stream, result);
}

static void connection_start(struct server *server)
{
    struct connection *connection = malloc(sizeof *connection);
    /* libuv accepts nobody more until this one is taken. */
    if (!connection)
        abort();
    connection->server = server;
    connection->waits = false;
    connection->closing_count = 0;
    stream_init(&connection->stream, &server->loop, connection);
    http_reader_init(&connection->stream.reader, HTTP_READS_REQUESTS);
    uv_timer_init(&server->loop, &connection->timer);
    connection->timer.data = connection;
    LIST_INSERT_HEAD(&server->connections, connection, entry);
    if (uv_accept((uv_stream_t *)&server->listener, (uv_stream_t *)&connection->stream.tcp) == 0)
        connection_run(connection);
    else
        connection_close(connection);
}

static void accept_cb(uv_stream_t *listener, int status)
{
    (void)status;
    connection_start(listener->data);
}

/* Lets those in who wait for it. */
static void server_found_cb(struct search *search, const struct address *address)
{
    struct server *server = search->data;
    struct connection *connection, *next;
    server->found = address;
    for (connection = LIST_FIRST(&server->connections); connection; connection = next) {
        next = LIST_NEXT(connection, entry); /* answering may close it */
        if (connection->waits)
            connection_answer_client(connection);
    }
}

static void server_close(struct server *server)
{
    uv_close((uv_handle_t *)&server->listener, NULL);
    search_stop(&server->search);
    while (!LIST_EMPTY(&server->connections))
        connection_close(LIST_FIRST(&server->connections));
}

static void input_wait(struct server *server);

/* Standard input may be a file, a pipe or a terminal; a file request takes all of them. */
static void input_cb(uv_fs_t *input)
{
    struct server *server = input->data;
    ssize_t length = input->result;
    uv_fs_req_cleanup(input);
    if (length > 0)
        input_wait(server);
    else
        server_close(server);
}

static void input_wait(struct server *server)
{
    uv_buf_t buffer = uv_buf_init(server->input_bytes, sizeof server->input_bytes);
    server->input.data = server;
    if (uv_fs_read(&server->loop, &server->input, 0, &buffer, 1, -1, input_cb) != 0)
        server_close(server);
}

static int server_start(struct server *server, int listen_fd)
{
    uv_tcp_init(&server->loop, &server->listener);
    server->listener.data = server;
    search_start(&server->search, &server->loop, server->self, server_found_cb, server);
    int result = uv_tcp_open(&server->listener, listen_fd);
    if (result == 0)
        result = uv_listen((uv_stream_t *)&server->listener, ADDRESS_BACKLOG, accept_cb);
    return result;
}

int findself_serve(struct findself *self, int listen_fd, struct error *error)
{
    struct server *server = calloc(1, sizeof *server);
    int result = server ? uv_loop_init(&server->loop) : -ENOMEM;
    if (result == 0) {
        server->self = self;
        LIST_INIT(&server->connections);
        result = server_start(server, listen_fd);
        if (result == 0)
            input_wait(server);
        else
            server_close(server);
        uv_run(&server->loop, UV_RUN_DEFAULT);
        int closed = uv_loop_close(&server->loop);
        result = result != 0 ? result : closed;
    }
    free(server);
    return result == 0 ? 0 : error_set(error, result, "cannot serve: %s", uv_strerror(result));
}
