/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/own_stack.h"

#include <errno.h>
#include <pthread.h>
#include <sys/resource.h>

static struct rlimit given = {RLIM_INFINITY, RLIM_INFINITY};

/* glibc has read the limit before main, as what a thread gets that asks for nothing else. */
static void raise_default_of_threads(void)
{
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0)
        return;
    if (pthread_attr_setstacksize(&attributes, OWN_STACK_BYTES) == 0)
        pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
}

int own_stack_ensure(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) < 0 || limit.rlim_cur >= OWN_STACK_BYTES)
        return 0;
    struct rlimit before = limit;
    limit.rlim_cur = OWN_STACK_BYTES;
    if (limit.rlim_max < OWN_STACK_BYTES)
        limit.rlim_max = OWN_STACK_BYTES;
    if (setrlimit(RLIMIT_STACK, &limit) < 0)
        return -errno;
    given = before;
    raise_default_of_threads();
    return 0;
}

int64_t own_stack_given_bytes(void)
{
    return given.rlim_cur == RLIM_INFINITY ? -1 : (int64_t)given.rlim_cur;
}

void own_stack_give_back(void)
{
    if (given.rlim_cur != RLIM_INFINITY)
        setrlimit(RLIMIT_STACK, &given);
}
