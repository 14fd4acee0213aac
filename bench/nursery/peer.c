/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peer.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Sends one byte back, or leaves a child that will ask no more. Returns whether it left. */
static bool answer(struct pollfd *polled)
{
    char byte;
    ssize_t length = read(polled->fd, &byte, 1);
    if (length == 1)
        length = write(polled->fd, &byte, 1);
    if (length == 1 || (length < 0 && errno == EINTR))
        return false;
    polled->fd = -1; /* poll(2) passes over it */
    return true;
}

static void *peer_main(void *argument)
{
    struct peer *peer = argument;
    struct pollfd polled[PEER_CHILDREN_MAX];
    int left = peer->count;
    for (int i = 0; i < peer->count; i++)
        polled[i] = (struct pollfd){.fd = peer->ends[i], .events = POLLIN};
    while (left > 0)
        if (poll(polled, (nfds_t)peer->count, -1) > 0)
            for (int i = 0; i < peer->count; i++)
                if (polled[i].fd >= 0 && polled[i].revents != 0)
                    left -= answer(&polled[i]);
    return NULL;
}

static void close_all(struct peer *peer)
{
    for (int i = 0; i < peer->count; i++) {
        close(peer->fds[i]);
        close(peer->ends[i]);
    }
}

static int open_pair(struct peer *peer)
{
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
        return -errno;
    peer->fds[peer->count] = fds[0];
    peer->ends[peer->count] = fds[1];
    peer->count++;
    return 0;
}

int peer_start(struct peer *peer, int count)
{
    int result = 0;
    peer->count = 0;
    while (peer->count < count && result == 0)
        result = open_pair(peer);
    if (result == 0)
        result = -pthread_create(&peer->thread, NULL, peer_main, peer);
    if (result != 0)
        close_all(peer);
    return result;
}

void peer_stop(struct peer *peer)
{
    for (int i = 0; i < peer->count; i++)
        shutdown(peer->fds[i], SHUT_WR);
    pthread_join(peer->thread, NULL);
    close_all(peer);
}

/* One byte always has room, and the peer lives until peer_stop. */
void peer_ask(struct peer *peer, int number)
{
    char byte = (char)number;
    if (send(peer->fds[number], &byte, 1, MSG_DONTWAIT | MSG_NOSIGNAL) != 1)
        abort();
}

bool peer_take_answer(struct peer *peer, int number)
{
    char byte;
    return recv(peer->fds[number], &byte, 1, MSG_DONTWAIT) == 1 && byte == (char)number;
}
