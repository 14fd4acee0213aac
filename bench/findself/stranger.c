/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stranger.h"

#include "address.h"
#include "http.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long a client may dawdle; nobody else is served meanwhile. */
#define PATIENCE_MS 1000

static void serve_one(int fd)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    char request[2048], answer[HTTP_MESSAGE_MAX];
    size_t length = http_write_answer(answer, HTTP_OK, false, "<html>Welcome!</html>");
    if (poll(&polled, 1, PATIENCE_MS) == 1 && recv(fd, request, sizeof request, 0) > 0 &&
        send(fd, answer, length, MSG_NOSIGNAL) == (ssize_t)length)
        shutdown(fd, SHUT_WR);
}

int stranger_serve(const char *listen, struct error *error)
{
    struct address address;
    if (address_parse(&address, listen) != 0)
        return error_set(error, -EINVAL, "--stranger: '%s' is no HOST:PORT", listen);
    int listen_fd = address_listen(&address);
    if (listen_fd < 0)
        return error_set(error, listen_fd, "cannot listen on %s: %s", listen, strerror(-listen_fd));
    printf("listening %d\n", ntohs(address.socket.sin_port));
    fflush(stdout);
    struct pollfd polled[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                              {.fd = listen_fd, .events = POLLIN}};
    while (poll(polled, 2, -1) >= 0 && polled[0].revents == 0) {
        int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0) {
            serve_one(fd);
            close(fd);
        }
    }
    close(listen_fd);
    return 0;
}
