/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The threads of a server that has one for each connection: all with the stack of --stack-size, and
 * on their own from their start. */
#ifndef WAITBENCH_SUBJECT_WAITER_THREADS_H
#define WAITBENCH_SUBJECT_WAITER_THREADS_H

#include "subject/server.h"

#include <pthread.h>

struct waiter_threads {
    pthread_attr_t attributes;
    char runtime[64];
};

/* Prepares them and tells `server` what they are: model, runtime, stack. `threads` lives as long as
 * the process. Exits where the stack's size is not possible. */
void waiter_threads_init(struct waiter_threads *threads, struct server *server);

/* Starts one; returns 0 or -errno. */
int waiter_threads_start(const struct waiter_threads *threads, void *(*waiter_main)(void *),
                         void *argument);

#endif
