/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/floor/calibration_echo.h"

#include "measure/floor/round_trips.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Enough for a 99th percentile. */
#define ROUND_TRIPS_OF_A_FLOOR 100

struct echo_server {
    int socket;
    hwloc_bitmap_t cpu;
    int result;
};

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
        result = round_trips_set_options(connected);
    if (result == 0)
        result = round_trips_set_options(accepted);
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

static void *serve(void *argument)
{
    struct echo_server *server = argument;
    int result = placement_bind(server->cpu);
    if (result == 0)
        result = round_trips_answer(server->socket);
    /* So that the client learns at once that nobody answers any more. */
    shutdown(server->socket, SHUT_RDWR);
    server->result = result;
    return NULL;
}

static int run_client(struct calibration *calibration, int socket, int64_t duration_ns)
{
    struct round_trips trips;
    int result = round_trips_make(&trips, socket, duration_ns, ROUND_TRIPS_OF_A_FLOOR);
    if (result < 0)
        return result;
    calibration->round_trips = trips.count;
    calibration->round_trip_p50_ns = trips.p50_ns;
    calibration->round_trip_p99_ns = trips.p99_ns;
    return 0;
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
