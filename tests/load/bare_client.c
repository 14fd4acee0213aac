/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The barest closed-loop epoll client: what the load generator's closed loop is measured against.
 * It checks nothing and measures nothing but the rate and its own CPU time. Links nothing of the
 * suite. Usage: bare_client PORT CONNECTIONS SECONDS BYTES CPU spin|block [PATH]; with PATH it asks
 * for that over HTTP. Prints replies per second, and microseconds of CPU per reply. */
#include "bare.h"

#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define BYTES_MAX  65536
#define EVENTS_MAX 64

/* What is sent again and again. */
struct message {
    char bytes[BYTES_MAX];
    size_t first; /* as much of it as the first time, which an echo comes back whole from */
    size_t size;
};

static void open_one(int epoll, int port, const struct message *message)
{
    int fd = bare_connect(port);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        bare_fail("epoll_ctl");
    if (send(fd, message->bytes, message->first, 0) != (ssize_t)message->first)
        bare_fail("send");
}

/* Messages are small enough to arrive whole, once the first byte has been round. */
static int64_t replies_until(int epoll, double end, const struct message *message, int timeout_ms)
{
    struct epoll_event events[EVENTS_MAX];
    static char bytes[BYTES_MAX];
    int64_t replies = 0;
    while (bare_seconds(CLOCK_MONOTONIC) < end) {
        int count = epoll_wait(epoll, events, EVENTS_MAX, timeout_ms);
        for (int i = 0; i < count; i++) {
            if (recv(events[i].data.fd, bytes, sizeof bytes, 0) <= 0 ||
                send(events[i].data.fd, message->bytes, message->size, 0) != (ssize_t)message->size)
                bare_fail("reply");
            replies++;
        }
    }
    return replies;
}

static void make_message(struct message *message, const char *bytes, const char *path)
{
    message->first = 1;
    message->size = (size_t)atoi(bytes);
    if (path)
        message->first = message->size = bare_request(message->bytes, sizeof message->bytes, path);
}

int main(int argc, char **argv)
{
    static struct message message;
    if (argc != 7 && argc != 8)
        return 2;
    int epoll = epoll_create1(0);
    double seconds = atof(argv[3]);
    int timeout_ms = strcmp(argv[6], "spin") == 0 ? 0 : 100;
    make_message(&message, argv[4], argv[7]);
    if (epoll < 0 || message.size > BYTES_MAX)
        return 2;
    bare_pin(atoi(argv[5]));
    for (int i = 0; i < atoi(argv[2]); i++)
        open_one(epoll, atoi(argv[1]), &message);
    replies_until(epoll, bare_seconds(CLOCK_MONOTONIC) + 0.3, &message, timeout_ms);
    double start = bare_seconds(CLOCK_MONOTONIC);
    double cpu = bare_seconds(CLOCK_PROCESS_CPUTIME_ID);
    int64_t replies = replies_until(epoll, start + seconds, &message, timeout_ms);
    bare_report(replies, start, bare_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    return 0;
}
