/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads that wait for an event, which never comes. */
#include "sleep.h"

#include "subject/waiter_threads.h"

#include <pthread.h>
#include <string.h>

struct program {
    struct sleeping sleeping;
    struct waiter_threads threads;
    pthread_mutex_t mutex;
    pthread_cond_t event;
    bool is_set;             /* never */
    pthread_cond_t all_wait; /* but for those who are about to let the mutex go by waiting */
};

static void *waiter_main(void *argument)
{
    struct program *program = argument;
    struct server *server = &program->sleeping.server;
    struct server_connection waiter = {.server = server};
    pthread_mutex_lock(&program->mutex);
    server_connection_waits(&waiter, 1);
    if (server->control.waiters == program->sleeping.waiters)
        pthread_cond_signal(&program->all_wait);
    while (!program->is_set)
        pthread_cond_wait(&program->event, &program->mutex);
    pthread_mutex_unlock(&program->mutex);
    return NULL;
}

/* Who has the mutex after the last one has counted itself knows that all wait. */
static void start_waiters(struct program *program)
{
    const struct sleeping *sleeping = &program->sleeping;
    for (int64_t i = 0; i < sleeping->waiters; i++) {
        int result = waiter_threads_start(&program->threads, waiter_main, program);
        if (result < 0)
            server_fail("create a thread", strerror(-result));
    }
    pthread_mutex_lock(&program->mutex);
    while (sleeping->server.control.waiters < sleeping->waiters)
        pthread_cond_wait(&program->all_wait, &program->mutex);
    pthread_mutex_unlock(&program->mutex);
}

int main(int argc, char **argv)
{
    struct program program = {
        .mutex = PTHREAD_MUTEX_INITIALIZER,
        .event = PTHREAD_COND_INITIALIZER,
        .all_wait = PTHREAD_COND_INITIALIZER,
    };
    sleep_init(&program.sleeping, true, argc, argv);
    waiter_threads_init(&program.threads, &program.sleeping.server);
    start_waiters(&program);
    control_serve_waiting(&program.sleeping.server.control);
}
