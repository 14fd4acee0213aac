/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/peer.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "load/connection/endpoint.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define READ_BYTES    65536
#define POLL_MS       20
#define LATE_STILL_MS 50 /* nothing more is taken of what is sent: it will not be */

static int set_options(int fd, bool narrow)
{
    const int on = 1;
    const int segment_bytes = PEER_NARROW_BYTES;
    const struct linger reset = {.l_onoff = 1};
    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) < 0)
        return -errno;
    if (narrow && setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment_bytes, sizeof segment_bytes) < 0)
        return -errno;
    return 0;
}

int peer_begin(struct connection *peer, int port, bool narrow)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    *peer = (struct connection)PEER_NONE;
    peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (peer->fd < 0)
        return -errno;
    int result = set_options(peer->fd, narrow);
    if (result == 0 && connect(peer->fd, (const struct sockaddr *)&address, sizeof address) < 0 &&
        errno != EINPROGRESS)
        result = -errno;
    if (result < 0)
        connection_close(peer);
    return result;
}

int peer_await(const struct connection *peer, int64_t deadline_ns)
{
    int result = connection_await(peer, POLLOUT, clock_poll_timeout_ms(deadline_ns));
    return result < 0 ? result : endpoint_opened(peer);
}

int peer_open(struct connection *peer, int port, bool narrow, int64_t deadline_ns)
{
    int result = peer_begin(peer, port, narrow);
    if (result == 0)
        result = peer_await(peer, deadline_ns);
    if (result < 0)
        connection_close(peer);
    return result;
}

void peer_leave(struct connection *peer)
{
    const struct linger none = {0};
    if (peer->fd >= 0)
        setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    connection_close(peer);
}

static void talk_break(struct talk *talk, int system_error)
{
    talk->end = TALK_BROKEN;
    talk->system_error = system_error;
}

static void send_piece(const struct connection *peer, struct talk *talk)
{
    size_t length = talk->length - talk->sent;
    if (talk->piece_bytes > 0 && length > talk->piece_bytes)
        length = talk->piece_bytes;
    ssize_t sent = send(peer->fd, talk->bytes + talk->sent, length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN)
        talk_break(talk, errno);
    if (sent <= 0)
        return;
    talk->sent += (size_t)sent;
    if (talk->sent == talk->length && talk->half)
        shutdown(peer->fd, SHUT_WR);
    else if (talk->sent < talk->length && talk->piece_pause_ms > 0)
        clock_sleep_until_ns(clock_now_ns() + talk->piece_pause_ms * NS_PER_MS);
}

/* Compares what came with what was sent. */
static void take(struct talk *talk, const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (talk->received == talk->length) {
            talk->end = TALK_EXTRA;
            return;
        }
        if (bytes[i] != talk->bytes[talk->received]) {
            talk->wanted = talk->bytes[talk->received];
            talk->came = bytes[i];
            talk->end = TALK_WRONG;
            return;
        }
        talk->received++;
    }
}

static void receive_piece(const struct connection *peer, struct talk *talk)
{
    unsigned char bytes[READ_BYTES];
    size_t length = talk->read_bytes > 0 ? talk->read_bytes : sizeof bytes;
    ssize_t got = recv(peer->fd, bytes, length, 0);
    if (got < 0) {
        if (errno != EAGAIN)
            talk_break(talk, errno);
        return;
    }
    take(talk, bytes, (size_t)got);
    if (got == 0)
        talk->end = talk->received == talk->length ? TALK_WHOLE : TALK_CLOSED;
    else if (talk->read_pause_us > 0)
        clock_sleep_until_ns(clock_now_ns() + talk->read_pause_us * NS_PER_US);
}

void talk_send(struct connection *peer, struct talk *talk)
{
    while (talk->end == TALK_GOING && talk->sent < talk->length &&
           connection_await(peer, POLLOUT, LATE_STILL_MS) == 0)
        send_piece(peer, talk);
}

/* What came behind the echo, if it is there already. */
static void look_for_more(const struct connection *peer, struct talk *talk)
{
    char byte;
    talk->end = recv(peer->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0 ? TALK_EXTRA : TALK_WHOLE;
}

static void step(const struct connection *peer, struct talk *talk)
{
    bool sending = talk->sent < talk->length;
    if (connection_await(peer, (short)(sending ? POLLIN | POLLOUT : POLLIN), POLL_MS) < 0)
        return;
    if (sending)
        send_piece(peer, talk);
    if (talk->end == TALK_GOING)
        receive_piece(peer, talk);
    if (talk->end == TALK_GOING && talk->received == talk->length && !talk->half)
        look_for_more(peer, talk);
}

void talk_run(struct connection *peer, struct talk *talk, int64_t patience_ns)
{
    int64_t moved_ns = clock_now_ns();
    if (talk->late)
        talk_send(peer, talk);
    while (talk->end == TALK_GOING) {
        size_t before = talk->sent + talk->received;
        step(peer, talk);
        int64_t now_ns = clock_now_ns();
        if (talk->sent + talk->received > before)
            moved_ns = now_ns;
        if (talk->end == TALK_GOING && (now_ns - moved_ns > patience_ns || interrupt_signal()))
            talk->end = talk->received == talk->length ? TALK_OPEN : TALK_SILENT;
    }
}

void talk_describe(const struct talk *talk, int64_t patience_ns, char *text, size_t size)
{
    const char *plural = talk->length == 1 ? "" : "s";
    double seconds = (double)patience_ns / NS_PER_SECOND;
    switch (talk->end) {
    case TALK_WRONG:
        snprintf(text, size, "byte %zu of %zu was 0x%02x and came back as 0x%02x",
                 talk->received + 1, talk->length, talk->wanted, talk->came);
        break;
    case TALK_EXTRA:
        snprintf(text, size, "more than the %zu byte%s sent came back", talk->length, plural);
        break;
    case TALK_CLOSED:
        snprintf(text, size, "it closed the connection after %zu of %zu byte%s", talk->received,
                 talk->length, plural);
        break;
    case TALK_BROKEN:
        snprintf(text, size, "the connection broke after %zu of %zu byte%s: %s", talk->received,
                 talk->length, plural, strerror(talk->system_error));
        break;
    case TALK_OPEN:
        snprintf(text, size, "all came back, but it did not close its side within %.0f s", seconds);
        break;
    default:
        snprintf(text, size, "%zu of %zu byte%s came back, and no more within %.0f s",
                 talk->received, talk->length, plural, seconds);
    }
}
