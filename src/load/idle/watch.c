/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/idle/watch.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EVENTS_MAX 64

int idle_watch_init(struct idle_watch *watch, struct connection *connections, int64_t count,
                    struct error *error)
{
    struct epoll_event wake = {.events = EPOLLIN};
    watch->epoll = epoll_create1(EPOLL_CLOEXEC);
    watch->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (watch->epoll < 0 || watch->wake < 0 ||
        epoll_ctl(watch->epoll, EPOLL_CTL_ADD, watch->wake, &wake) < 0)
        return error_set(error, -errno, "cannot create an epoll instance: %s", strerror(errno));
    for (int64_t i = 0; i < count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[i]};
        if (epoll_ctl(watch->epoll, EPOLL_CTL_ADD, connections[i].fd, &event) < 0)
            return error_set(error, -errno, "cannot watch a connection: %s", strerror(errno));
    }
    return 0;
}

void idle_watch_finish(struct idle_watch *watch)
{
    if (watch->epoll >= 0)
        close(watch->epoll);
    if (watch->wake >= 0)
        close(watch->wake);
    watch->epoll = -1;
    watch->wake = -1;
}

void idle_watch_wait(struct idle_watch *watch, int timeout_ms, const sigset_t *signals,
                     int64_t errors[LOAD_ERROR_KINDS])
{
    struct epoll_event events[EVENTS_MAX];
    int count = epoll_pwait(watch->epoll, events, EVENTS_MAX, timeout_ms, signals);
    for (int i = 0; i < count; i++) {
        struct connection *connection = events[i].data.ptr;
        uint64_t wakes;
        if (!connection) {
            /* It reports what has happened once; that it cannot be read changes nothing. */
            (void)!read(watch->wake, &wakes, sizeof wakes);
            continue;
        }
        if (connection_check_idle(connection) != CONNECTION_FAILED)
            continue;
        errors[connection->why]++;
        connection_close(connection);
    }
}
