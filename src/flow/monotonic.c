/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flow/monotonic.h"

#include "base/clock.h"

#include <errno.h>
#include <time.h>

void monotonic_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &attributes);
    pthread_condattr_destroy(&attributes);
}

int monotonic_cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t deadline_ns)
{
    if (deadline_ns == FLOW_NEVER)
        return -pthread_cond_wait(cond, mutex);
    if (deadline_ns < 0)
        return -ETIMEDOUT;
    struct timespec deadline = {
        .tv_sec = deadline_ns / NS_PER_SECOND,
        .tv_nsec = deadline_ns % NS_PER_SECOND,
    };
    return -pthread_cond_timedwait(cond, mutex, &deadline);
}
