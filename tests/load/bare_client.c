/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The barest closed-loop epoll client: what the load generator's closed loop is measured against.
 * It checks nothing and measures nothing but the rate. Links nothing of the suite.
 * Usage: bare_client PORT CONNECTIONS SECONDS BYTES CPU spin|block; prints replies per second. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BYTES_MAX  65536
#define EVENTS_MAX 64

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void pin(int cpu)
{
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET((size_t)cpu, &cpus);
    if (sched_setaffinity(0, sizeof cpus, &cpus) < 0)
        fail("sched_setaffinity");
}

static void open_one(int epoll, int port)
{
    int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0 ||
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        fail("connect");
    static const char bytes[BYTES_MAX];
    if (send(fd, bytes, 1, 0) != 1)
        fail("send");
}

/* Messages are small enough to arrive whole, once the first byte has been round. */
static int64_t replies_until(int epoll, double end, size_t size, int timeout_ms)
{
    struct epoll_event events[EVENTS_MAX];
    char bytes[BYTES_MAX] = {0};
    int64_t replies = 0;
    while (now_seconds() < end) {
        int count = epoll_wait(epoll, events, EVENTS_MAX, timeout_ms);
        for (int i = 0; i < count; i++) {
            if (recv(events[i].data.fd, bytes, sizeof bytes, 0) <= 0 ||
                send(events[i].data.fd, bytes, size, 0) != (ssize_t)size)
                fail("echo");
            replies++;
        }
    }
    return replies;
}

int main(int argc, char **argv)
{
    if (argc != 7)
        return 2;
    int epoll = epoll_create1(0);
    double seconds = atof(argv[3]);
    size_t size = (size_t)atoi(argv[4]);
    int timeout_ms = strcmp(argv[6], "spin") == 0 ? 0 : 100;
    if (epoll < 0 || size > BYTES_MAX)
        return 2;
    pin(atoi(argv[5]));
    for (int i = 0; i < atoi(argv[2]); i++)
        open_one(epoll, atoi(argv[1]));
    replies_until(epoll, now_seconds() + 0.3, size, timeout_ms);
    double start = now_seconds();
    int64_t replies = replies_until(epoll, start + seconds, size, timeout_ms);
    printf("%.1f\n", (double)replies / (now_seconds() - start));
    return 0;
}
