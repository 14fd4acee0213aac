/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "threads_stream.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

int64_t stream_deadline_ns(int64_t ms)
{
    return clock_now_ns() + ms * NS_PER_MS;
}

int stream_send(struct token *token, int fd, const char *bytes, size_t length, int64_t deadline_ns)
{
    while (length > 0) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return -errno;
        if (sent > 0) {
            bytes += sent;
            length -= (size_t)sent;
            continue;
        }
        int ready = token_poll(token, fd, POLLOUT, deadline_ns);
        if (ready < 0)
            return ready;
    }
    return 0;
}

int stream_read_message(struct token *token, int fd, struct http_reader *reader,
                        int64_t deadline_ns)
{
    int result;
    while ((result = http_next(reader)) == 0) {
        size_t size;
        int ready = token_poll(token, fd, POLLIN, deadline_ns);
        if (ready < 0)
            return ready;
        char *room = http_reader_room(reader, &size);
        ssize_t length = recv(fd, room, size, 0);
        if (length == 0)
            return http_end(reader);
        if (length > 0)
            http_reader_add(reader, (size_t)length);
        else if (errno != EAGAIN && errno != EINTR)
            return -errno;
    }
    return result;
}
