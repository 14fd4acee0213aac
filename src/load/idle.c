/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/idle.h"

#include "load/source.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Requests under way at once while warming up: enough to keep the server busy. */
#define WARM_BATCH      64
#define WARM_TIMEOUT_MS 10000
/* The kernel gives up on a handshake only after two minutes. */
#define CONNECT_TIMEOUT_SECONDS 10

struct idle {
    struct idle_options options;
    uint16_t port;
    int64_t per_address; /* connections from one source address */
    int *fds;
    int64_t count;
};

static int set_option(int fd, int level, int name, int value)
{
    return setsockopt(fd, level, name, &value, sizeof value);
}

/* With SO_LINGER of zero seconds, closing sends a reset and keeps nothing behind. */
static int set_options(int fd)
{
    struct linger reset = {.l_onoff = 1, .l_linger = 0};
    struct timeval patience = {.tv_sec = CONNECT_TIMEOUT_SECONDS};
    if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) < 0 ||
        set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1) < 0)
        return -errno;
    return 0;
}

static int connect_one(const struct idle *idle, int64_t number)
{
    struct sockaddr_in server = {
        .sin_family = AF_INET,
        .sin_port = htons(idle->port),
        .sin_addr = {htonl(INADDR_LOOPBACK)},
    };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    int result = set_options(fd);
    if (result == 0)
        result = source_bind(fd, number, idle->per_address);
    if (result == 0 && connect(fd, (struct sockaddr *)&server, sizeof server) < 0)
        result = errno == EINPROGRESS ? -ETIMEDOUT : -errno;
    if (result < 0) {
        close(fd);
        return result;
    }
    return fd;
}

static void connect_up_to(struct idle *idle, int64_t target)
{
    while (idle->count < target) {
        int fd = connect_one(idle, idle->options.first + idle->count);
        if (fd < 0) {
            printf("connection %" PRId64 " failed: %s\n", idle->count + 1, strerror(-fd));
            return;
        }
        idle->fds[idle->count++] = fd;
    }
    printf("ok %" PRId64 "\n", idle->count);
}

/* Every connection and request has bytes of its own, so that an answer that went to another
 * connection is found out. */
static void fill_request(unsigned char *bytes, int64_t connection, int64_t request)
{
    uint64_t state = (uint64_t)connection * 1000003U + (uint64_t)request + 1;
    for (int i = 0; i < IDLE_REQUEST_BYTES; i++) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        bytes[i] = (unsigned char)(state >> 56);
    }
}

static bool send_request(int fd, int64_t connection, int64_t request)
{
    unsigned char bytes[IDLE_REQUEST_BYTES];
    fill_request(bytes, connection, request);
    return send(fd, bytes, sizeof bytes, MSG_NOSIGNAL) == sizeof bytes;
}

/* NULL when the echo came back whole and right, else what was wrong with it. */
static const char *read_echo(int fd, int64_t connection, int64_t request)
{
    unsigned char expected[IDLE_REQUEST_BYTES];
    unsigned char got[IDLE_REQUEST_BYTES];
    size_t length = 0;
    while (length < sizeof got) {
        struct pollfd readable = {.fd = fd, .events = POLLIN};
        int ready = poll(&readable, 1, WARM_TIMEOUT_MS);
        if (ready == 0)
            return length == 0 ? "was not echoed within 10 s" : "was echoed only in part";
        ssize_t received = ready < 0 ? -1 : recv(fd, got + length, sizeof got - length, 0);
        if (received == 0)
            return "met a closed connection";
        if (received < 0 && errno != EINTR)
            return strerror(errno);
        if (received > 0)
            length += (size_t)received;
    }
    fill_request(expected, connection, request);
    return memcmp(got, expected, sizeof got) == 0 ? NULL : "came back with other bytes";
}

static bool warm_batch(const struct idle *idle, int64_t start, int64_t end, int64_t request)
{
    for (int64_t i = start; i < end; i++)
        if (!send_request(idle->fds[i], i, request)) {
            printf("request %" PRId64 " on connection %" PRId64 " could not be sent: %s\n",
                   request + 1, i + 1, strerror(errno));
            return false;
        }
    for (int64_t i = start; i < end; i++) {
        const char *fault = read_echo(idle->fds[i], i, request);
        if (fault) {
            printf("request %" PRId64 " on connection %" PRId64 " %s\n", request + 1, i + 1, fault);
            return false;
        }
    }
    return true;
}

static void warm(const struct idle *idle, int64_t requests)
{
    for (int64_t start = 0; start < idle->count; start += WARM_BATCH) {
        int64_t end = start + WARM_BATCH < idle->count ? start + WARM_BATCH : idle->count;
        for (int64_t request = 0; request < requests; request++)
            if (!warm_batch(idle, start, end, request))
                return;
    }
    printf("ok %" PRId64 "\n", idle->count);
}

/* An idle connection has nothing to read: bytes nobody asked for, or its end, break the echo. */
static void check(const struct idle *idle)
{
    int64_t closed = 0;
    int64_t unasked = 0;
    for (int64_t i = 0; i < idle->count; i++) {
        char byte;
        ssize_t got = recv(idle->fds[i], &byte, 1, MSG_DONTWAIT | MSG_PEEK);
        closed += got == 0 || (got < 0 && errno != EAGAIN);
        unasked += got > 0;
    }
    if (closed > 0)
        printf("%" PRId64 " of %" PRId64 " connections were closed by the subject\n", closed,
               idle->count);
    else if (unasked > 0)
        printf("%" PRId64 " of %" PRId64 " connections received bytes nobody asked for\n", unasked,
               idle->count);
    else
        printf("ok %" PRId64 "\n", idle->count);
}

static void answer(struct idle *idle, const char *question)
{
    char word[16];
    int64_t number = 0;
    if (sscanf(question, "%15s %" SCNd64, word, &number) < 1)
        word[0] = '\0';
    if (strcmp(word, "port") == 0) {
        idle->port = (uint16_t)number;
        puts("ok 0");
    } else if (strcmp(word, "connect") == 0 && number <= idle->options.capacity) {
        connect_up_to(idle, number);
    } else if (strcmp(word, "warm") == 0) {
        warm(idle, number);
    } else if (strcmp(word, "check") == 0) {
        check(idle);
    } else {
        printf("unknown question '%s'\n", question);
    }
}

int idle_serve(const struct idle_options *options)
{
    char line[64];
    struct idle idle = {.options = *options, .per_address = source_connections()};
    idle.fds = calloc((size_t)options->capacity, sizeof *idle.fds);
    if (!idle.fds) {
        fprintf(stderr, "out of memory for %" PRId64 " connections\n", options->capacity);
        return 1;
    }
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        answer(&idle, line);
        fflush(stdout);
    }
    for (int64_t i = 0; i < idle.count; i++)
        close(idle.fds[i]);
    free(idle.fds);
    return 0;
}
