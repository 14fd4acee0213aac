/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Echo servers in child processes, for the tests of the load generator: one that serves, some that
 * stop serving in ways of their own, and one that is slow. */
#ifndef WAITBENCH_TESTS_LOAD_SERVER_H
#define WAITBENCH_TESTS_LOAD_SERVER_H

#include "load/load.h"

#include <limits.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct server {
    pid_t pid;
    int port;
};

/* What the child does with its listener; it never returns. */
typedef void server_main(int listener);

/* A connection that is served: by echoes of whatever comes, until so many pieces have been sent
 * back; after them it takes what comes and says nothing. */
struct served {
    int fd;
    int echoes;
};

static inline void *server_echo(void *argument)
{
    struct served served = *(struct served *)argument;
    char bytes[16384];
    ssize_t got;
    free(argument);
    while ((got = recv(served.fd, bytes, sizeof bytes, 0)) > 0) {
        if (served.echoes == 0)
            continue;
        if (send(served.fd, bytes, (size_t)got, MSG_NOSIGNAL) != got)
            break;
        served.echoes -= served.echoes < INT_MAX;
    }
    close(served.fd);
    return NULL;
}

/* Every connection in a thread, with as many echoes as `even` and `odd` say by its number. */
static inline void server_serve(int listener, int even, int odd)
{
    for (int number = 0;; number++) {
        pthread_t thread;
        struct served *served = malloc(sizeof *served);
        *served = (struct served){accept(listener, NULL, NULL), number % 2 == 0 ? even : odd};
        if (served->fd < 0 || pthread_create(&thread, NULL, server_echo, served) != 0)
            _exit(1);
        pthread_detach(thread);
    }
}

static inline void server_good(int listener)
{
    server_serve(listener, INT_MAX, INT_MAX);
}

/* The generator greets each connection once, with a message like any other. */
static inline void server_every_second_hangs(int listener)
{
    server_serve(listener, INT_MAX, 1);
}

static inline void server_all_hang(int listener)
{
    server_serve(listener, 1, 1);
}

static inline void server_answers_once(int listener)
{
    server_serve(listener, 2, 2);
}

/* One connection after the other, in the order of requests, and a hundredth of a second for each
 * but the first of a connection. */
static inline void server_slow(int listener)
{
    const struct timespec work = {.tv_nsec = 10000000};
    char greeted[1024] = {0};
    char bytes[1024];
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    while (epoll_wait(epoll, &event, 1, -1) == 1) {
        int fd = event.data.fd;
        if (fd == listener) {
            event.data.fd = fd = accept(listener, NULL, NULL);
            if (fd < 0 || fd >= (int)sizeof greeted)
                _exit(1);
            epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
            continue;
        }
        ssize_t got = recv(fd, bytes, sizeof bytes, 0);
        if (got <= 0) {
            close(fd);
            continue;
        }
        if (greeted[fd])
            nanosleep(&work, NULL);
        greeted[fd] = 1;
        if (send(fd, bytes, (size_t)got, MSG_NOSIGNAL) < 0)
            close(fd);
    }
    _exit(1);
}

/* Returns 0 or -1. */
static inline int server_start_with(struct server *server, server_main *main, int backlog)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, backlog) < 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) < 0)
        return -1;
    server->port = ntohs(address.sin_port);
    server->pid = fork();
    if (server->pid == 0) {
        /* A test that fails leaves its server behind: it ends with the program. */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        main(listener);
    }
    close(listener);
    return server->pid > 0 ? 0 : -1;
}

static inline int server_start(struct server *server, server_main *main)
{
    return server_start_with(server, main, 512);
}

/* Returns 0 or -1. */
static inline int server_stop(const struct server *server)
{
    kill(server->pid, SIGKILL);
    return waitpid(server->pid, NULL, 0) == server->pid ? 0 : -1;
}

#endif
