/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the barest clients share: clocks, placement, connections, and a request over HTTP. They link
 * nothing of the suite. Whatever fails ends the program. */
#ifndef WAITBENCH_TESTS_LOAD_BARE_H
#define WAITBENCH_TESTS_LOAD_BARE_H

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

static inline double bare_seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static inline void bare_fail(const char *what)
{
    perror(what);
    exit(1);
}

static inline void bare_pin(int cpu)
{
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET((size_t)cpu, &cpus);
    if (sched_setaffinity(0, sizeof cpus, &cpus) < 0)
        bare_fail("sched_setaffinity");
}

/* To 127.0.0.1, without Nagle's algorithm. */
static inline int bare_connect(int port)
{
    int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0)
        bare_fail("connect");
    return fd;
}

/* Returns how many bytes it is. */
static inline size_t bare_request(char *bytes, size_t size, const char *path)
{
    return (size_t)snprintf(bytes, size, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
}

/* Of so many replies since `start`, a time of CLOCK_MONOTONIC, in so much of the process's CPU
 * time: replies per second, and microseconds of CPU per reply. */
static inline void bare_report(int64_t replies, double start, double cpu_seconds)
{
    printf("%.1f %.3f\n", (double)replies / (bare_seconds(CLOCK_MONOTONIC) - start),
           1e6 * cpu_seconds / (double)replies);
}

#endif
