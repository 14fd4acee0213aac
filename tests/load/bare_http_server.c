/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The barest HTTP server, for the load generator to be measured against others on: one epoll loop
 * that takes each piece that it reads for one whole GET /item/ID and answers with that row of seed
 * 1. Prints its port as the subject contract has it, and ends with its standard input. */
#include "store/row.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS_MAX    256
#define REQUEST_BYTES 16384
#define SEED          1

static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                           "Content-Length: 48\r\n\r\n";

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int listen_somewhere(void)
{
    const int on = 1; /* accepted sockets have it from the listener */
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd < 0 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0 ||
        bind(fd, (struct sockaddr *)&address, length) < 0 || listen(fd, 4096) < 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) < 0)
        fail("listen");
    printf("listening %d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static void watch(int epoll, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        fail("epoll_ctl");
}

static void accept_all(int epoll, int listener)
{
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
        watch(epoll, fd);
}

static void answer(int fd)
{
    char request[REQUEST_BYTES + 1];
    char reply[sizeof head + ROW_JSON_LENGTH];
    char text[ROW_TEXT_LETTERS + 1];
    ssize_t got = recv(fd, request, REQUEST_BYTES, 0);
    if (got <= 0) {
        close(fd);
        return;
    }
    request[got] = '\0';
    long long id = atoll(request + sizeof "GET /item/" - 1);
    memcpy(reply, head, sizeof head - 1);
    row_text(SEED, id, text);
    row_json(id, text, reply + sizeof head - 1);
    if (send(fd, reply, sizeof head - 1 + ROW_JSON_LENGTH, MSG_NOSIGNAL) < 0)
        close(fd);
}

int main(void)
{
    struct epoll_event events[EVENTS_MAX];
    int epoll = epoll_create1(0);
    int listener = listen_somewhere();
    watch(epoll, listener);
    watch(epoll, STDIN_FILENO);
    for (;;) {
        int count = epoll_wait(epoll, events, EVENTS_MAX, -1);
        for (int i = 0; i < count; i++) {
            char byte;
            if (events[i].data.fd == listener)
                accept_all(epoll, listener);
            else if (events[i].data.fd != STDIN_FILENO)
                answer(events[i].data.fd);
            else if (read(STDIN_FILENO, &byte, 1) <= 0)
                return 0;
        }
    }
}
