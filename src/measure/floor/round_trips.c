/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/floor/round_trips.h"

#include "base/clock.h"
#include "base/interrupt.h"
#include "measure/placement/placement.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* At 1 us a round trip, more than a second of them. */
#define ROUND_TRIPS_MAX    2000000
#define ROUND_TRIPS_WARMUP 200
#define ROUND_TRIPS_LEAST  20 /* over a path that may be long */
#define ROUND_TRIPS_TAIL   100

int round_trips_set_options(int socket)
{
    int one = 1;
    struct timeval timeout = {.tv_sec = 10};
    if (setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) < 0 ||
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) < 0 ||
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout) < 0)
        return -errno;
    return 0;
}

/* Returns 1, 0 when the peer has closed, or -errno. */
static int receive_payload(int socket, char *payload)
{
    ssize_t got = recv(socket, payload, ROUND_TRIPS_PAYLOAD_BYTES, MSG_WAITALL);
    if (got == ROUND_TRIPS_PAYLOAD_BYTES)
        return 1;
    if (got == 0)
        return 0;
    return got < 0 ? -errno : -EPROTO;
}

static int send_payload(int socket, const char *payload)
{
    ssize_t sent = send(socket, payload, ROUND_TRIPS_PAYLOAD_BYTES, MSG_NOSIGNAL);
    if (sent == ROUND_TRIPS_PAYLOAD_BYTES)
        return 0;
    return sent < 0 ? -errno : -EPROTO;
}

int round_trips_answer(int socket)
{
    char payload[ROUND_TRIPS_PAYLOAD_BYTES];
    for (;;) {
        int result = receive_payload(socket, payload);
        if (result <= 0)
            return result;
        result = send_payload(socket, payload);
        if (result < 0)
            return result;
    }
}

static int make_one(int socket)
{
    char payload[ROUND_TRIPS_PAYLOAD_BYTES] = "ping";
    int result = send_payload(socket, payload);
    if (result < 0)
        return result;
    result = receive_payload(socket, payload);
    if (result == 0)
        return -ECONNRESET;
    return result < 0 ? result : 0;
}

static int warm_up(int socket, int64_t duration_ns)
{
    int64_t deadline_ns = clock_now_ns() + duration_ns;
    int result = 0;
    for (int i = 0; result == 0 && i < ROUND_TRIPS_WARMUP && !interrupt_signal(); i++) {
        result = make_one(socket);
        if (clock_now_ns() >= deadline_ns)
            break;
    }
    return result;
}

/* Returns how many there are, or -errno. */
static int64_t make_all(int socket, int64_t *times_ns, int64_t duration_ns, int64_t least)
{
    int64_t now_ns = clock_now_ns();
    int64_t deadline_ns = now_ns + duration_ns;
    int64_t count = 0;
    while (count < ROUND_TRIPS_MAX && (now_ns < deadline_ns || count < least) &&
           !interrupt_signal()) {
        int64_t start_ns = clock_now_ns();
        int result = make_one(socket);
        if (result < 0)
            return result;
        now_ns = clock_now_ns();
        times_ns[count++] = now_ns - start_ns;
    }
    return count;
}

static int compare_times(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void summarise(struct round_trips *trips, int64_t *times_ns, int64_t count)
{
    *trips = (struct round_trips){.count = count, .p99_ns = -1};
    if (count == 0)
        return;
    qsort(times_ns, (size_t)count, sizeof *times_ns, compare_times);
    trips->p50_ns = times_ns[count / 2];
    if (count >= ROUND_TRIPS_TAIL)
        trips->p99_ns = times_ns[count * 99 / 100];
}

int round_trips_make(struct round_trips *trips, int socket, int64_t duration_ns, int64_t least)
{
    int64_t *times_ns = malloc(ROUND_TRIPS_MAX * sizeof *times_ns);
    if (!times_ns)
        return -ENOMEM;
    int64_t count = warm_up(socket, duration_ns / 4);
    if (count == 0)
        count = make_all(socket, times_ns, duration_ns, least);
    if (count >= 0)
        summarise(trips, times_ns, count);
    free(times_ns);
    return count < 0 ? (int)count : 0;
}

static int connect_to(const char *host, int port, struct error *error)
{
    const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct addrinfo *address = NULL;
    char service[16];
    snprintf(service, sizeof service, "%d", port);
    int code = getaddrinfo(host, service, &hints, &address);
    if (code != 0)
        return error_set(error, -EHOSTUNREACH, "cannot resolve host '%s': %s", host,
                         gai_strerror(code));
    int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int result = made < 0 ? -errno : round_trips_set_options(made);
    /* SO_SNDTIMEO ends it, too, and by another name. */
    if (result == 0 && connect(made, address->ai_addr, address->ai_addrlen) < 0)
        result = errno == EINPROGRESS ? -ETIMEDOUT : -errno;
    freeaddrinfo(address);
    if (result == 0)
        return made;
    if (made >= 0)
        close(made);
    return error_set(error, result, "cannot connect to %s port %d: %s", host, port,
                     strerror(-result));
}

int round_trips_to(struct round_trips *trips, const char *host, int port, struct error *error)
{
    int connected = connect_to(host, port, error);
    if (connected < 0)
        return connected;
    int result = round_trips_make(trips, connected, (int64_t)(ROUND_TRIPS_SECONDS * NS_PER_SECOND),
                                  ROUND_TRIPS_LEAST);
    close(connected);
    if (result < 0)
        return error_set(error, result, "round trips to %s: %s", host, strerror(-result));
    return 0;
}

static void *serve(void *argument)
{
    const struct round_trips_server *server = argument;
    placement_bind(server->cpu);
    for (;;) {
        int accepted = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
        if (accepted < 0 && errno != EINTR && errno != ECONNABORTED)
            return NULL;
        if (accepted < 0)
            continue;
        if (round_trips_set_options(accepted) == 0)
            round_trips_answer(accepted);
        close(accepted);
    }
}

static int listen_on(struct round_trips_server *server, const char *host)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1)
        return -EINVAL;
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server->listener < 0)
        return -errno;
    if (bind(server->listener, (struct sockaddr *)&address, length) < 0 ||
        listen(server->listener, 16) < 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &length) < 0)
        return -errno;
    server->port = ntohs(address.sin_port);
    return 0;
}

int round_trips_serve(struct round_trips_server *server, const char *host,
                      hwloc_const_bitmap_t cpus, struct error *error)
{
    *server = (struct round_trips_server){.listener = -1, .cpu = hwloc_bitmap_dup(cpus)};
    int result = server->cpu ? listen_on(server, host) : -ENOMEM;
    if (result == 0) {
        hwloc_bitmap_singlify(server->cpu);
        result = -pthread_create(&server->thread, NULL, serve, server);
    }
    if (result == 0)
        return 0;
    if (server->listener >= 0)
        close(server->listener);
    hwloc_bitmap_free(server->cpu);
    if (result == -EADDRNOTAVAIL)
        return error_set(error, -EINVAL, "--host %s: no interface of this machine has it", host);
    return error_set(error, result, "cannot listen on %s: %s", host, strerror(-result));
}

void round_trips_end(struct round_trips_server *server)
{
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->listener);
    hwloc_bitmap_free(server->cpu);
}
