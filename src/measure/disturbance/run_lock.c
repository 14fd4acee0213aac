/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/disturbance/run_lock.h"

#include "base/interrupt.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define STEM "waitbench run"

/* More than any number of runs that somebody starts beside one. */
#define VISITORS_MAX 32

/* A signal that comes just before a wait cuts none short: it is seen this late at most. */
#define LOOK_UP_MS 200

/* What a visitor is: a run that begins beside, or one that only looks or waits. */
static const char beside = 'b';
static const char waiting = 'w';

/* The abstract name begins with a zero byte, and is as long as it is said to be. */
static socklen_t name_of(struct sockaddr_un *address, int number)
{
    const char *stem = getenv(RUN_LOCK_VARIABLE);
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    int length = snprintf(address->sun_path + 1, sizeof address->sun_path - 1, "%.90s %d",
                          stem ? stem : STEM, number);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
}

/* Packets, so that a visitor's one byte is there whole; a wait for anybody is never meant. */
static int open_socket(void)
{
    return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static pid_t peer_of(int fd)
{
    struct ucred peer = {.pid = 0};
    socklen_t size = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.pid : 0;
}

/* Connects to whoever has that name. Returns the connection, or -1 when nobody has. */
static int visit(int number, char purpose)
{
    struct sockaddr_un address;
    socklen_t length = name_of(&address, number);
    int fd = open_socket();
    if (fd < 0)
        return -1;
    if (connect(fd, (struct sockaddr *)&address, length) == 0) {
        /* Who cannot be told is at work all the same. */
        (void)!send(fd, &purpose, 1, MSG_NOSIGNAL);
        return fd;
    }
    close(fd);
    return -1;
}

size_t run_lock_look(pid_t pids[RUN_LOCK_NAMES])
{
    size_t count = 0;
    for (int number = 0; number < RUN_LOCK_NAMES; number++) {
        int fd = visit(number, waiting);
        if (fd < 0)
            continue;
        pids[count++] = peer_of(fd);
        close(fd);
    }
    return count;
}

/* The connection breaks when the other side's process ends, however it does. */
static int wait_for(int fd)
{
    struct pollfd end = {.fd = fd, .events = POLLIN};
    while (!interrupt_signal()) {
        int ready = poll(&end, 1, LOOK_UP_MS);
        if (ready > 0 || (ready < 0 && errno != EINTR))
            return 0;
    }
    return -EINTR;
}

/* Returns 0 when nobody is there any more, or -EINTR. */
static int wait_for_all(void (*wait_cb)(pid_t pid))
{
    int result = 0;
    for (int number = 0; result == 0 && number < RUN_LOCK_NAMES; number++) {
        int fd = visit(number, waiting);
        if (fd < 0)
            continue;
        wait_cb(peer_of(fd));
        result = wait_for(fd);
        close(fd);
        /* Meanwhile another may have come under a name that was free: look at all again. */
        number = -1;
    }
    return result;
}

/* Returns whether the name is ours now. */
static bool take_name(struct run_lock *lock, int number)
{
    struct sockaddr_un address;
    socklen_t length = name_of(&address, number);
    int fd = open_socket();
    if (fd < 0)
        return false;
    if (bind(fd, (struct sockaddr *)&address, length) == 0 && listen(fd, VISITORS_MAX) == 0) {
        lock->listener = fd;
        return true;
    }
    close(fd);
    return false;
}

static void take(struct run_lock *lock, char purpose)
{
    *lock = (struct run_lock){.listener = -1};
    for (int number = 0; number < RUN_LOCK_NAMES; number++) {
        if (lock->listener < 0 && take_name(lock, number))
            continue;
        int fd = visit(number, purpose);
        if (fd < 0)
            continue;
        lock->behind |= lock->listener < 0;
        lock->others[lock->other_count] = fd;
        lock->pids[lock->other_count++] = peer_of(fd);
    }
}

static void drop_others(struct run_lock *lock)
{
    for (size_t i = 0; i < lock->other_count; i++)
        close(lock->others[i]);
    lock->other_count = 0;
}

void run_lock_take(struct run_lock *lock)
{
    take(lock, beside);
}

/* Several may wait for the same end: the one that takes the first name goes on, whoever else came
 * meanwhile, and the others wait for it. */
int run_lock_wait(struct run_lock *lock, void (*wait_cb)(pid_t pid))
{
    for (;;) {
        int result = wait_for_all(wait_cb);
        if (result < 0)
            return result;
        take(lock, waiting);
        drop_others(lock);
        if (!lock->behind)
            return 0;
        run_lock_finish(lock);
    }
}

/* A visitor's connection stays open as long as this process: one that waits, waits for its end. */
bool run_lock_visited(struct run_lock *lock, pid_t *pid)
{
    while (lock->listener >= 0 && lock->visitors < VISITORS_MAX) {
        char purpose = waiting;
        int fd = accept4(lock->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0)
            return false;
        lock->visitors++;
        if (recv(fd, &purpose, 1, 0) == 1 && purpose == beside) {
            *pid = peer_of(fd);
            return true;
        }
    }
    return false;
}

void run_lock_finish(struct run_lock *lock)
{
    drop_others(lock);
    if (lock->listener >= 0)
        close(lock->listener);
    lock->listener = -1;
}
