/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom children ask: a thread that is part of neither half, with a socket for each child. It sends
 * back what it gets, so that a child that asks waits for something real and is woken by it. */
#ifndef WAITBENCH_BENCH_NURSERY_PEER_H
#define WAITBENCH_BENCH_NURSERY_PEER_H

#include <pthread.h>
#include <stdbool.h>

#define PEER_CHILDREN_MAX 64

struct peer {
    pthread_t thread;
    int count;
    int fds[PEER_CHILDREN_MAX];  /* the children's ends */
    int ends[PEER_CHILDREN_MAX]; /* the peer's own */
};

/* Opens `count` sockets and starts the thread. Returns 0 or -errno; nothing is left behind then. */
int peer_start(struct peer *peer, int count);

/* Ends the thread and closes its sockets. */
void peer_stop(struct peer *peer);

/* Asks for child `number`, whose end then becomes readable. */
void peer_ask(struct peer *peer, int number);

/* Takes the answer. Returns whether it is the child's own. */
bool peer_take_answer(struct peer *peer, int number);

#endif
