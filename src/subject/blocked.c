/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject/blocked.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_NS      (30 * NS_PER_SECOND)
#define BETWEEN_LOOKS_NS (10 * NS_PER_US)

/* The letter of proc(5), or -errno. The thread's name may hold anything; its closing bracket is the
 * last one. */
static int read_state(int fd)
{
    char text[512];
    ssize_t length = pread(fd, text, sizeof text - 1, 0);
    if (length < 0)
        return -errno;
    text[length] = '\0';
    const char *name_end = strrchr(text, ')');
    return name_end && name_end[1] == ' ' ? name_end[2] : -EPROTO;
}

/* Sleeps between two looks. A thread that was preempted on its way by the one that looks could get
 * nowhere otherwise, and sched_yield(2) does not always let it pass. */
int blocked_await(pid_t thread)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", (int)thread);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int64_t deadline_ns = clock_now_ns() + PATIENCE_NS;
    int state = read_state(fd);
    while (state >= 0 && state != 'S') {
        if (clock_now_ns() > deadline_ns) {
            state = -ETIMEDOUT;
            break;
        }
        clock_sleep_until_ns(clock_now_ns() + BETWEEN_LOOKS_NS);
        state = read_state(fd);
    }
    close(fd);
    return state < 0 ? state : 0;
}
