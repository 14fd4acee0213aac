/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "turns.h"

#include <errno.h>
#include <stdlib.h>

int turns_init(struct turns *turns, size_t capacity)
{
    void **idle = calloc(capacity, sizeof *idle);
    if (!idle)
        return -ENOMEM;
    *turns = (struct turns){.idle = idle};
    pthread_mutex_init(&turns->mutex, NULL);
    TAILQ_INIT(&turns->waiting);
    return 0;
}

void turns_finish(struct turns *turns)
{
    pthread_mutex_destroy(&turns->mutex);
    free(turns->idle);
}

static void *wait_for_turn(struct turns *turns)
{
    struct turn turn = {.one = NULL};
    pthread_cond_init(&turn.cond, NULL);
    TAILQ_INSERT_TAIL(&turns->waiting, &turn, entry);
    while (!turn.one)
        pthread_cond_wait(&turn.cond, &turns->mutex);
    pthread_cond_destroy(&turn.cond);
    return turn.one;
}

void *turns_take(struct turns *turns)
{
    pthread_mutex_lock(&turns->mutex);
    void *one = turns->idle_count > 0 ? turns->idle[--turns->idle_count] : wait_for_turn(turns);
    pthread_mutex_unlock(&turns->mutex);
    return one;
}

/* What is idle while somebody waits goes to who waits, so newcomers never overtake. */
void turns_give(struct turns *turns, void *one)
{
    pthread_mutex_lock(&turns->mutex);
    struct turn *first = TAILQ_FIRST(&turns->waiting);
    if (first) {
        TAILQ_REMOVE(&turns->waiting, first, entry);
        first->one = one;
        pthread_cond_signal(&first->cond);
    } else {
        turns->idle[turns->idle_count++] = one;
    }
    pthread_mutex_unlock(&turns->mutex);
}
