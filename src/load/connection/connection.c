/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/connection/connection.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* The most one send(2) is given. Larger pieces would not fit a socket's buffer anyway. */
#define SEND_BYTES 16384

/* Each parser at a place that suits any type. */
static size_t parser_stride(const struct protocol *protocol)
{
    const size_t unit = _Alignof(max_align_t);
    return (protocol->parser_bytes + unit - 1) / unit * unit;
}

struct connection *connections_create(int64_t count, int64_t first, const struct protocol *protocol)
{
    size_t stride = parser_stride(protocol);
    struct connection *connections = calloc((size_t)count, sizeof *connections);
    char *parsers = stride > 0 ? calloc((size_t)count, stride) : NULL;
    if (!connections || (stride > 0 && !parsers)) {
        free(connections);
        free(parsers);
        return NULL;
    }
    for (int64_t i = 0; i < count; i++) {
        connections[i] = (struct connection){.fd = -1, .number = (uint32_t)(first + i)};
        if (parsers)
            connections[i].exchange.parser = parsers + (size_t)i * stride;
    }
    return connections;
}

void connections_destroy(struct connection *connections, int64_t count)
{
    if (!connections)
        return;
    for (int64_t i = 0; i < count; i++)
        connection_close(&connections[i]);
    free(connections[0].exchange.parser); /* all of them */
    free(connections);
}

/* Which request of which connection: an answer meant for another connection is found out. */
static uint64_t request_number(const struct connection *connection)
{
    return (uint64_t)connection->number << 40 | (connection->requests & ((UINT64_C(1) << 40) - 1));
}

enum connection_state connection_fail_as(struct connection *connection, enum load_error_kind why)
{
    connection->why = why;
    connection->system_error = 0;
    return CONNECTION_FAILED;
}

enum connection_state connection_fail(struct connection *connection, int system_error)
{
    connection_fail_as(connection, LOAD_ERROR_SYSTEM);
    if (system_error == ECONNREFUSED)
        connection->why = LOAD_ERROR_REFUSED;
    else if (system_error == ECONNRESET || system_error == EPIPE)
        connection->why = LOAD_ERROR_RESET;
    else if (system_error == ETIMEDOUT)
        connection->why = LOAD_ERROR_SILENT;
    connection->system_error = system_error;
    return CONNECTION_FAILED;
}

enum connection_state connection_begin(struct connection *connection,
                                       const struct messages *messages)
{
    const struct protocol *protocol = messages->protocol;
    connection->requests++;
    connection->asked = true;
    connection->exchange = (struct exchange){
        .number = request_number(connection),
        .parser = connection->exchange.parser,
    };
    connection->exchange.request_bytes =
        protocol->request_bytes(messages->shared, connection->exchange.number);
    return connection_send(connection, messages);
}

void connection_take_back(struct connection *connection)
{
    connection->requests--;
    connection->asked = false;
}

enum connection_state connection_send(struct connection *connection,
                                      const struct messages *messages)
{
    struct exchange *exchange = &connection->exchange;
    unsigned char bytes[SEND_BYTES];
    while (exchange->sent < exchange->request_bytes) {
        size_t length = exchange->request_bytes - exchange->sent;
        if (length > sizeof bytes)
            length = sizeof bytes;
        messages->protocol->fill(messages->shared, exchange->number, exchange->sent, bytes, length);
        ssize_t sent = send(connection->fd, bytes, length, MSG_NOSIGNAL);
        if (sent < 0)
            return errno == EAGAIN ? CONNECTION_WAITING : connection_fail(connection, errno);
        exchange->sent += (size_t)sent;
    }
    return CONNECTION_DONE;
}

bool connection_is_sending(const struct connection *connection)
{
    return connection->exchange.sent < connection->exchange.request_bytes;
}

void connection_stamp(struct connection *connection)
{
    const int on = 1;
    connection->stamped =
        setsockopt(connection->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) == 0;
}

/* As recv(2), noting when the last of the bytes came: the kernel stamps each packet as it arrives,
 * which on loopback happens within the sender's send(2). */
static ssize_t receive_stamped(struct connection *connection, void *scratch, size_t scratch_bytes)
{
    union {
        struct cmsghdr header; /* aligns it */
        char bytes[CMSG_SPACE(sizeof(struct timespec))];
    } control;
    struct iovec piece = {.iov_base = scratch, .iov_len = scratch_bytes};
    struct msghdr message = {
        .msg_iov = &piece,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof control,
    };
    struct timespec came;
    ssize_t got = recvmsg(connection->fd, &message, 0);
    const struct cmsghdr *header = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    connection->came_ns = 0;
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_TIMESTAMPNS) {
        memcpy(&came, CMSG_DATA(header), sizeof came);
        connection->came_ns = came.tv_sec * NS_PER_SECOND + came.tv_nsec;
    }
    return got;
}

/* The reply is whole, whatever it says. */
static enum connection_state end_exchange(struct connection *connection, enum reply_state state)
{
    if (connection_is_sending(connection))
        return connection_fail_as(connection, LOAD_ERROR_WRONG);
    connection->asked = false;
    connection->served++;
    if (state == REPLY_WHOLE)
        return CONNECTION_DONE;
    connection_fail_as(connection, LOAD_ERROR_REPLY);
    return CONNECTION_ERROR_REPLY;
}

static enum connection_state check(struct connection *connection, const struct messages *messages,
                                   const void *bytes, size_t length)
{
    struct exchange *exchange = &connection->exchange;
    if (!connection->asked)
        return connection_fail_as(connection, LOAD_ERROR_WRONG);
    enum reply_state state = messages->protocol->check(messages->shared, exchange, bytes, length);
    if (state == REPLY_WRONG)
        return connection_fail_as(connection, LOAD_ERROR_WRONG);
    exchange->received += length;
    return state == REPLY_PART ? CONNECTION_WAITING : end_exchange(connection, state);
}

/* The stream has ended. */
static enum connection_state end_stream(struct connection *connection,
                                        const struct messages *messages)
{
    struct exchange *exchange = &connection->exchange;
    enum reply_state state = REPLY_PART;
    if (connection->asked && exchange->received > 0 && messages->protocol->end)
        state = messages->protocol->end(messages->shared, exchange);
    if (state == REPLY_WRONG)
        return connection_fail_as(connection, LOAD_ERROR_WRONG);
    if (state == REPLY_PART)
        return connection_fail_as(connection, LOAD_ERROR_CLOSED);
    exchange->closes = true;
    return end_exchange(connection, state);
}

enum connection_state connection_receive(struct connection *connection,
                                         const struct messages *messages, void *scratch,
                                         size_t scratch_bytes)
{
    ssize_t got = connection->stamped ? receive_stamped(connection, scratch, scratch_bytes)
                                      : recv(connection->fd, scratch, scratch_bytes, 0);
    if (got < 0)
        return errno == EAGAIN ? CONNECTION_WAITING : connection_fail(connection, errno);
    if (got == 0)
        return end_stream(connection, messages);
    return check(connection, messages, scratch, (size_t)got);
}

/* Writes "" for a failure that its name says all about. */
static void describe_cause(const struct connection *connection, const struct messages *messages,
                           char *text, size_t text_bytes)
{
    bool replied = connection->why == LOAD_ERROR_WRONG || connection->why == LOAD_ERROR_REPLY;
    text[0] = '\0';
    if (connection->system_error == EADDRNOTAVAIL)
        snprintf(text, text_bytes, "no local port is left (net.ipv4.ip_local_port_range)");
    else if (connection->system_error != 0)
        snprintf(text, text_bytes, "%s", strerror(connection->system_error));
    else if (connection->why == LOAD_ERROR_WRONG && !connection->asked)
        snprintf(text, text_bytes, "bytes that nobody asked for");
    else if (replied)
        messages->protocol->describe(&connection->exchange, text, text_bytes);
}

void connection_describe_failure(const struct connection *connection,
                                 const struct messages *messages, char *text, size_t text_bytes)
{
    char cause[80];
    describe_cause(connection, messages, cause, sizeof cause);
    snprintf(text, text_bytes, "connection %u: %s%s%s", connection->number + 1,
             load_error_name(connection->why), cause[0] != '\0' ? ": " : "", cause);
}

enum connection_state connection_check_idle(struct connection *connection)
{
    char byte;
    ssize_t got = recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got > 0)
        return connection_fail_as(connection, LOAD_ERROR_WRONG);
    if (got == 0)
        return connection_fail_as(connection, LOAD_ERROR_CLOSED);
    return errno == EAGAIN ? CONNECTION_WAITING : connection_fail(connection, errno);
}

int connection_await(const struct connection *connection, short events, int timeout_ms)
{
    struct pollfd socket = {.fd = connection->fd, .events = events};
    int ready;
    do
        ready = poll(&socket, 1, timeout_ms);
    while (ready < 0 && errno == EINTR);
    if (ready < 0)
        return -errno;
    return ready > 0 ? 0 : -ETIMEDOUT;
}

void connection_close(struct connection *connection)
{
    if (connection->fd < 0)
        return;
    close(connection->fd);
    connection->fd = -1;
}
