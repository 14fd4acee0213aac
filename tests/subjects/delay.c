/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A foreign subject with a known truth: it waits the given number of microseconds before each echo.
 * It links nothing of the suite. The end of each wait is spun, since a sleep ends tens of
 * microseconds late; the rest is slept, so as not to compete for the processor. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SPIN_NS 500000

struct server {
    int listener;
    int64_t delay_ns;
};

struct client {
    int fd;
    int64_t delay_ns;
};

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void wait_until(int64_t until_ns)
{
    int64_t left_ns = until_ns - now_ns();
    if (left_ns > SPIN_NS)
        usleep((useconds_t)((left_ns - SPIN_NS) / 1000));
    while (now_ns() < until_ns)
        ;
}

static void *serve(void *argument)
{
    struct client client = *(struct client *)argument;
    char bytes[65536];
    ssize_t got;
    free(argument);
    while ((got = read(client.fd, bytes, sizeof bytes)) > 0) {
        wait_until(now_ns() + client.delay_ns);
        if (write(client.fd, bytes, (size_t)got) != got)
            break;
    }
    close(client.fd);
    return NULL;
}

static void *accept_all(void *argument)
{
    const struct server *server = argument;
    for (;;) {
        int on = 1;
        pthread_t thread;
        struct client *client = malloc(sizeof *client);
        if (!client)
            exit(1);
        client->delay_ns = server->delay_ns;
        client->fd = accept(server->listener, NULL, NULL);
        if (client->fd < 0)
            exit(1);
        setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (pthread_create(&thread, NULL, serve, client) != 0)
            exit(1);
        pthread_detach(thread);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    pthread_t thread;
    struct server server = {
        .listener = socket(AF_INET, SOCK_STREAM, 0),
        .delay_ns = argc > 1 ? atoll(argv[1]) * 1000 : 0,
    };
    if (bind(server.listener, (struct sockaddr *)&address, length) < 0 ||
        listen(server.listener, 512) < 0 ||
        getsockname(server.listener, (struct sockaddr *)&address, &length) < 0 ||
        pthread_create(&thread, NULL, accept_all, &server) != 0)
        return 1;
    printf("listening %d\n", ntohs(address.sin_port));
    fflush(stdout);
    while (getchar() != EOF)
        ;
    return 0;
}
