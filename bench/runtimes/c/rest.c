/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rest.h"

#include "subject/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Returns how many bytes the socket had room for, or -errno. */
static ssize_t send_now(int fd, const char *bytes, size_t length)
{
    ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0)
        return sent;
    return errno == EAGAIN ? 0 : -errno;
}

int rest_send(struct rest *rest, int fd, const char *bytes, size_t length)
{
    ssize_t sent = send_now(fd, bytes, length);
    if (sent < 0)
        return (int)sent;
    if ((size_t)sent == length)
        return 1;
    rest_append(rest, bytes + sent, length - (size_t)sent);
    return 0;
}

int rest_resume(struct rest *rest, int fd)
{
    ssize_t sent = send_now(fd, rest->bytes + rest->sent, rest->length - rest->sent);
    if (sent < 0)
        return (int)sent;
    rest->sent += (size_t)sent;
    if (rest->sent < rest->length)
        return 0;
    rest_finish(rest);
    return 1;
}

void rest_append(struct rest *rest, const char *bytes, size_t length)
{
    char *grown = realloc(rest->bytes, rest->length + length);
    if (!grown)
        server_fail("keep an answer", "out of memory");
    memcpy(grown + rest->length, bytes, length);
    rest->bytes = grown;
    rest->length += length;
}

void rest_finish(struct rest *rest)
{
    free(rest->bytes);
    *rest = (struct rest){0};
}
