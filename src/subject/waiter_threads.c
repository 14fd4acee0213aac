/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject/waiter_threads.h"

#include <gnu/libc-version.h>
#include <stdio.h>

void waiter_threads_init(struct waiter_threads *threads, struct server *server)
{
    size_t stack_bytes = (size_t)server->options.stack_bytes;
    pthread_attr_init(&threads->attributes);
    pthread_attr_setdetachstate(&threads->attributes, PTHREAD_CREATE_DETACHED);
    if (stack_bytes > 0 && pthread_attr_setstacksize(&threads->attributes, stack_bytes) != 0)
        server_fail("set the stack size", "it is below what the C library needs");
    pthread_attr_getstacksize(&threads->attributes, &stack_bytes);
    snprintf(threads->runtime, sizeof threads->runtime, "pthreads of glibc %s",
             gnu_get_libc_version());
    server->control.model = "threads";
    server->control.runtime = threads->runtime;
    server->control.stack_bytes = (int64_t)stack_bytes;
}

int waiter_threads_start(const struct waiter_threads *threads, void *(*waiter_main)(void *),
                         void *argument)
{
    pthread_t thread;
    return -pthread_create(&thread, &threads->attributes, waiter_main, argument);
}
