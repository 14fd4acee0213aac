/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The barest closed-loop epoll client: what the load generator's closed loop is measured against.
 * It checks nothing and measures nothing but the rate and its own CPU time. Links nothing of the
 * suite. Usage: bare_client PORT CONNECTIONS SECONDS BYTES CPU spin|block [PATH]; with PATH it asks
 * for that over HTTP. Prints replies per second, and microseconds of CPU per reply. */
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

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* What is sent again and again. */
struct message {
    char bytes[BYTES_MAX];
    size_t first; /* as much of it as the first time, which an echo comes back whole from */
    size_t size;
};

static void open_one(int epoll, int port, const struct message *message)
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
    if (send(fd, message->bytes, message->first, 0) != (ssize_t)message->first)
        fail("send");
}

/* Messages are small enough to arrive whole, once the first byte has been round. */
static int64_t replies_until(int epoll, double end, const struct message *message, int timeout_ms)
{
    struct epoll_event events[EVENTS_MAX];
    static char bytes[BYTES_MAX];
    int64_t replies = 0;
    while (now_seconds() < end) {
        int count = epoll_wait(epoll, events, EVENTS_MAX, timeout_ms);
        for (int i = 0; i < count; i++) {
            if (recv(events[i].data.fd, bytes, sizeof bytes, 0) <= 0 ||
                send(events[i].data.fd, message->bytes, message->size, 0) != (ssize_t)message->size)
                fail("reply");
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
        message->first = message->size =
            (size_t)snprintf(message->bytes, sizeof message->bytes,
                             "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
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
    pin(atoi(argv[5]));
    for (int i = 0; i < atoi(argv[2]); i++)
        open_one(epoll, atoi(argv[1]), &message);
    replies_until(epoll, now_seconds() + 0.3, &message, timeout_ms);
    double start = now_seconds();
    double cpu = cpu_seconds();
    int64_t replies = replies_until(epoll, start + seconds, &message, timeout_ms);
    double used = cpu_seconds() - cpu;
    printf("%.1f %.3f\n", (double)replies / (now_seconds() - start), 1e6 * used / (double)replies);
    return 0;
}
