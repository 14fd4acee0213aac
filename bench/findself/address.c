/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "address.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void write_text(struct address *address)
{
    char host[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &address->socket.sin_addr, host, sizeof host);
    snprintf(address->text, sizeof address->text, "%s:%d", host, ntohs(address->socket.sin_port));
}

int address_parse(struct address *address, const char *text)
{
    struct address parsed = {.socket = {.sin_family = AF_INET}};
    const char *colon = strrchr(text, ':');
    char host[INET_ADDRSTRLEN];
    int64_t port;
    if (!colon || (size_t)(colon - text) >= sizeof host)
        return -EINVAL;
    memcpy(host, text, (size_t)(colon - text));
    host[colon - text] = '\0';
    if (inet_pton(AF_INET, host, &parsed.socket.sin_addr) != 1 ||
        text_parse_int64(colon + 1, 0, UINT16_MAX, &port) != 0)
        return -EINVAL;
    parsed.socket.sin_port = htons((in_port_t)port);
    write_text(&parsed);
    *address = parsed;
    return 0;
}

int address_parse_list(struct address *addresses, size_t capacity, const char *text)
{
    size_t count = 0;
    for (;;) {
        size_t length = strcspn(text, ",");
        char one[sizeof addresses->text];
        if (count == capacity)
            return -E2BIG;
        if (length >= sizeof one)
            return -EINVAL;
        memcpy(one, text, length);
        one[length] = '\0';
        if (address_parse(&addresses[count++], one) != 0)
            return -EINVAL;
        if (text[length] == '\0')
            return (int)count;
        text += length + 1;
    }
}

void address_set(struct address *address, const unsigned char host[4], in_port_t port)
{
    memset(address, 0, sizeof *address);
    address->socket.sin_family = AF_INET;
    address->socket.sin_port = htons(port);
    memcpy(&address->socket.sin_addr, host, 4);
    write_text(address);
}

int address_listen(struct address *address)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    int on = 1;
    socklen_t length = sizeof address->socket;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, (struct sockaddr *)&address->socket, sizeof address->socket) != 0 ||
        listen(fd, ADDRESS_BACKLOG) != 0 ||
        getsockname(fd, (struct sockaddr *)&address->socket, &length) != 0) {
        int error = -errno;
        close(fd);
        return error;
    }
    write_text(address);
    return fd;
}
