/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A few of something that many threads want: who comes first gets one first. */
#ifndef WAITBENCH_BENCH_WEB_TURNS_H
#define WAITBENCH_BENCH_WEB_TURNS_H

#include <pthread.h>
#include <stddef.h>
#include <sys/queue.h>

/* A thread that waits, on its stack. Each has a condition variable of its own: with one for all,
 * whoever wakes first would be served first. */
struct turn {
    pthread_cond_t cond;
    void *one; /* NULL: not yet */
    TAILQ_ENTRY(turn) entry;
};

struct turns {
    pthread_mutex_t mutex;
    TAILQ_HEAD(, turn) waiting; /* the first to come first */
    void **idle; /* the last to be given back last: it is the one still in the caches */
    size_t idle_count;
};

/* With room for `capacity` of them, and none yet. Returns 0 or -ENOMEM. */
int turns_init(struct turns *turns, size_t capacity);

/* Nobody waits any more. */
void turns_finish(struct turns *turns);

/* Waits until it is this thread's turn, and takes one; for ever, if need be. */
void *turns_take(struct turns *turns);

/* Gives it back, or one more up to the capacity: to who has waited longest. */
void turns_give(struct turns *turns, void *one);

#endif
