/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/floor/calibration_echo.h"

#include "base/interrupt.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* At 1 us a round trip, more than a second of them. */
#define ROUND_TRIPS_MAX    2000000
#define ROUND_TRIPS_WARMUP 200
#define ROUND_TRIPS_LEAST  100

struct echo_server {
    int socket;
    hwloc_bitmap_t cpu;
    int result;
};

static int set_options(int socket)
{
    int one = 1;
    struct timeval timeout = {.tv_sec = 10};
    if (setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) < 0 ||
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) < 0 ||
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout) < 0)
        return -errno;
    return 0;
}

static int listen_somewhere(struct sockaddr_in *address)
{
    socklen_t length = sizeof *address;
    *address = (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_addr = {htonl(INADDR_LOOPBACK)},
    };
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0)
        return -errno;
    if (bind(listener, (struct sockaddr *)address, length) < 0 || listen(listener, 1) < 0 ||
        getsockname(listener, (struct sockaddr *)address, &length) < 0) {
        int result = -errno;
        close(listener);
        return result;
    }
    return listener;
}

/* The kernel completes the connection before it is accepted, so one thread can make both ends. */
static int connect_pair(int *client, int *server)
{
    struct sockaddr_in address;
    int listener = listen_somewhere(&address);
    if (listener < 0)
        return listener;
    int result = 0;
    int connected = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int accepted = -1;
    if (connected < 0 ||
        connect(connected, (const struct sockaddr *)&address, sizeof address) < 0 ||
        (accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) < 0)
        result = -errno;
    if (result == 0)
        result = set_options(connected);
    if (result == 0)
        result = set_options(accepted);
    close(listener);
    if (result == 0) {
        *client = connected;
        *server = accepted;
        return 0;
    }
    if (connected >= 0)
        close(connected);
    if (accepted >= 0)
        close(accepted);
    return result;
}

/* Returns 1, 0 when the peer has closed, or -errno. */
static int receive_payload(int socket, char *payload)
{
    ssize_t got = recv(socket, payload, CALIBRATION_PAYLOAD_BYTES, MSG_WAITALL);
    if (got == CALIBRATION_PAYLOAD_BYTES)
        return 1;
    if (got == 0)
        return 0;
    return got < 0 ? -errno : -EPROTO;
}

static int send_payload(int socket, const char *payload)
{
    ssize_t sent = send(socket, payload, CALIBRATION_PAYLOAD_BYTES, MSG_NOSIGNAL);
    if (sent == CALIBRATION_PAYLOAD_BYTES)
        return 0;
    return sent < 0 ? -errno : -EPROTO;
}

static void *serve(void *argument)
{
    struct echo_server *server = argument;
    char payload[CALIBRATION_PAYLOAD_BYTES];
    int result = placement_bind(server->cpu);
    while (result == 0) {
        int got = receive_payload(server->socket, payload);
        if (got <= 0) {
            result = got;
            break;
        }
        result = send_payload(server->socket, payload);
    }
    /* So that the client learns at once that nobody answers any more. */
    shutdown(server->socket, SHUT_RDWR);
    server->result = result;
    return NULL;
}

/* Returns the number of round trips measured, the warm-up left out, or -errno. An interrupt ends it
 * early, with what there is. */
static int64_t ping(int socket, int64_t *latencies_ns, int64_t duration_ns)
{
    char payload[CALIBRATION_PAYLOAD_BYTES] = "ping";
    int64_t deadline_ns = clock_now_ns() + duration_ns;
    int64_t now_ns = 0;
    int64_t count = -ROUND_TRIPS_WARMUP;
    while (count < ROUND_TRIPS_MAX && (now_ns < deadline_ns || count < ROUND_TRIPS_LEAST) &&
           !interrupt_signal()) {
        int64_t start_ns = clock_now_ns();
        int result = send_payload(socket, payload);
        if (result == 0) {
            int got = receive_payload(socket, payload);
            result = got == 0 ? -ECONNRESET : got;
        }
        if (result < 0)
            return result;
        now_ns = clock_now_ns();
        if (count >= 0)
            latencies_ns[count] = now_ns - start_ns;
        count++;
    }
    return count;
}

static int compare_latencies(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static int run_client(struct calibration *calibration, int socket, int64_t duration_ns)
{
    int64_t *latencies_ns = malloc(ROUND_TRIPS_MAX * sizeof *latencies_ns);
    if (!latencies_ns)
        return -ENOMEM;
    int64_t count = ping(socket, latencies_ns, duration_ns);
    if (count > 0) {
        qsort(latencies_ns, (size_t)count, sizeof *latencies_ns, compare_latencies);
        calibration->round_trips = count;
        calibration->round_trip_p50_ns = latencies_ns[count / 2];
        calibration->round_trip_p99_ns = latencies_ns[count * 99 / 100];
    }
    free(latencies_ns);
    return count < 0 ? (int)count : 0;
}

static int run_pair(struct calibration *calibration, struct echo_server *server, int client,
                    int64_t duration_ns)
{
    pthread_t thread;
    int result = -pthread_create(&thread, NULL, serve, server);
    if (result < 0)
        return result;
    result = run_client(calibration, client, duration_ns);
    shutdown(client, SHUT_RDWR);
    pthread_join(thread, NULL);
    return server->result < 0 ? server->result : result;
}

int calibration_echo(struct calibration *calibration, hwloc_const_bitmap_t server_cpus,
                     int64_t duration_ns, struct error *error)
{
    struct echo_server server = {.cpu = hwloc_bitmap_dup(server_cpus)};
    int client = -1;
    int result = server.cpu ? connect_pair(&client, &server.socket) : -ENOMEM;
    if (result == 0) {
        hwloc_bitmap_singlify(server.cpu);
        result = run_pair(calibration, &server, client, duration_ns);
        close(client);
        close(server.socket);
    }
    hwloc_bitmap_free(server.cpu);
    if (result < 0)
        return error_set(error, result, "cannot measure a bare round trip over loopback: %s",
                         strerror(-result));
    return 0;
}
