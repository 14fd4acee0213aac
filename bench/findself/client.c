/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client.h"

#include "base/clock.h"
#include "http/write.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define PATIENCE_SECONDS 30

static int client_connect(const struct address *address)
{
    struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
        connect(fd, (const struct sockaddr *)&address->socket, sizeof address->socket) != 0) {
        int error = -errno;
        close(fd);
        return error;
    }
    return fd;
}

int client_send(struct client *client, const struct address *address)
{
    char request[HTTP_MESSAGE_MAX];
    size_t length = http_write_request(request, sizeof request, "POST", "/client-request",
                                       address->text, false);
    int fd = client_connect(address);
    if (fd < 0)
        return fd;
    client->fd = fd;
    client->sent_ns = clock_now_ns();
    ssize_t sent = send(fd, request, length, MSG_NOSIGNAL);
    if (sent == (ssize_t)length)
        return 0;
    return sent < 0 ? -errno : -EIO;
}

int client_receive(struct client *client, char body[HTTP_TEXT_MAX])
{
    struct http_reader reader;
    int result;
    http_reader_init(&reader, HTTP_READS_RESPONSES);
    while ((result = http_next(&reader)) == 0) {
        size_t size;
        char *room = http_reader_room(&reader, &size);
        ssize_t length = recv(client->fd, room, size, 0);
        if (length <= 0)
            return length < 0 ? -errno : -ECONNRESET;
        client->answered_ns = clock_now_ns();
        http_reader_add(&reader, (size_t)length);
    }
    client_close(client);
    if (result < 0)
        return result;
    memcpy(body, reader.message.body, HTTP_TEXT_MAX);
    return reader.message.status;
}

void client_close(struct client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
}
