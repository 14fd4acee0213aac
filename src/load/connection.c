/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/connection.h"

#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* The most one send(2) is given. Larger pieces would not fit a socket's buffer anyway. */
#define SEND_BYTES 16384

/* Which message of which connection: an echo meant for another connection is found out. */
uint64_t connection_message_number(const struct connection *connection)
{
    return (uint64_t)connection->number << 40 | (connection->messages & ((UINT64_C(1) << 40) - 1));
}

static enum connection_state fail_as(struct connection *connection, enum load_error_kind why)
{
    connection->why = why;
    connection->system_error = 0;
    return CONNECTION_FAILED;
}

enum connection_state connection_fail(struct connection *connection, int system_error)
{
    fail_as(connection, LOAD_ERROR_SYSTEM);
    if (system_error == ECONNREFUSED)
        connection->why = LOAD_ERROR_REFUSED;
    else if (system_error == ECONNRESET || system_error == EPIPE)
        connection->why = LOAD_ERROR_RESET;
    else if (system_error == ETIMEDOUT)
        connection->why = LOAD_ERROR_SILENT;
    connection->system_error = system_error;
    return CONNECTION_FAILED;
}

enum connection_state connection_begin(struct connection *connection, const struct payload *payload)
{
    connection->messages++;
    connection->sent = 0;
    connection->received = 0;
    return connection_send(connection, payload);
}

enum connection_state connection_send(struct connection *connection, const struct payload *payload)
{
    unsigned char bytes[SEND_BYTES];
    while (connection->sent < payload->size) {
        size_t length = payload->size - connection->sent;
        if (length > sizeof bytes)
            length = sizeof bytes;
        payload_fill(payload, connection_message_number(connection), connection->sent, bytes,
                     length);
        ssize_t sent = send(connection->fd, bytes, length, MSG_NOSIGNAL);
        if (sent < 0)
            return errno == EAGAIN ? CONNECTION_WAITING : connection_fail(connection, errno);
        connection->sent += (size_t)sent;
    }
    return CONNECTION_DONE;
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

enum connection_state connection_receive(struct connection *connection,
                                         const struct payload *payload, void *scratch,
                                         size_t scratch_bytes)
{
    ssize_t got = connection->stamped ? receive_stamped(connection, scratch, scratch_bytes)
                                      : recv(connection->fd, scratch, scratch_bytes, 0);
    if (got < 0)
        return errno == EAGAIN ? CONNECTION_WAITING : connection_fail(connection, errno);
    if (got == 0)
        return fail_as(connection, LOAD_ERROR_CLOSED);
    size_t length = (size_t)got;
    if (length > connection->sent - connection->received ||
        !payload_matches(payload, connection_message_number(connection), connection->received,
                         scratch, length))
        return fail_as(connection, LOAD_ERROR_WRONG);
    connection->received += length;
    if (connection->received < payload->size)
        return CONNECTION_WAITING;
    connection->served++;
    return CONNECTION_DONE;
}

void connection_describe_failure(const struct connection *connection, char *text, size_t text_bytes)
{
    int error = connection->system_error;
    snprintf(text, text_bytes, "connection %u: %s%s%s", connection->number + 1,
             load_error_name(connection->why), error ? ": " : "", error ? strerror(error) : "");
}

void connection_close(struct connection *connection)
{
    const struct linger reset = {.l_onoff = 1};
    if (connection->fd < 0)
        return;
    setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(connection->fd);
    connection->fd = -1;
}
