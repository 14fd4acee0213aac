/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One side resolves a future, the other waits for the result. What the halves share: what is handed
 * over, to whom it must arrive, and the figures. A half says what a future is, and who waits.
 *
 * In both halves the two sides are different threads, and so are the waiters of a crowd and whoever
 * resolves: what is timed is a hand-off between threads, with its wake-up. What a future costs
 * within one loop, where nobody has to be woken, is a price of its own. */
#ifndef WAITBENCH_BENCH_FUTURES_H
#define WAITBENCH_BENCH_FUTURES_H

#include "base/error.h"
#include "subject/metric.h"

#include <semaphore.h>
#include <stdint.h>
#include <sys/types.h>

/* Hand-offs before the measured ones: the first waits for the other side's thread to start. */
#define FUTURES_WARM_UP 2

/* How long a wait that times out lasts. */
#define FUTURES_TIMEOUT_MS 1

/* One result on its way from one side to the other. */
struct handoff {
    int64_t resolved_ns;
    int64_t received_ns;
    int64_t received_count;
};

struct futures {
    int64_t rounds;   /* hand-offs to and fro */
    int64_t count;    /* futures pending at once */
    int64_t waiters;  /* at each of them */
    int64_t timeouts; /* waits that time out */
    int64_t seed;

    struct handoff *handoffs;  /* FUTURES_WARM_UP + 2 * rounds */
    struct handoff *callbacks; /* as many, within one loop; NULL where there is none */
    int64_t *order;            /* in which the `count` futures are to be resolved */
    int64_t *completed;        /* in which they came out of a set that yields as they complete */
    int64_t *values;           /* what future i is resolved with: &values[i] */
    uint8_t *arrivals;         /* [waiter * count + i]: right results that arrived there */
    sem_t waiting;             /* posted by each waiter of the crowd just before it waits */
    pid_t *waiter_threads;     /* theirs */
    int64_t crowd_elapsed_ns;  /* from the first resolve to the last arrival */
    struct samples timeout_late;
    int64_t timeouts_resolved; /* of those, how many futures gave their result afterwards */
    int64_t tick_ns;      /* how far the half's timers may be early: their clock's resolution */
    int64_t future_bytes; /* a future and one waiter's record; the waiter's thread not counted */
    int64_t callback_future_bytes; /* the same of a future within one loop */
};

/* The result future i is resolved with: mostly a value, now and then an error. */
int futures_error_of(int64_t index);

/* To be called by waiter `waiter` with what it got from future `index`. */
void futures_note_arrival(struct futures *futures, int64_t waiter, int64_t index, int error,
                          const void *value);

/* How many hand-offs there are, those of the warm-up included. */
int64_t futures_handoff_count(const struct futures *futures);

/* The crowd's start barrier: a waiter tells that it is about to wait; whoever resolves goes on when
 * all sleep, 0 or -errno. A thread that waits for a lock of its future sleeps, too, for the moment
 * that another waiter takes to queue there: less than the wake-up that follows. */
void futures_note_waiting(struct futures *futures, int64_t waiter);
int futures_await_waiting(struct futures *futures);

/* To be called just before and just after a hand-off. */
void futures_note_resolved(struct handoff *handoff);
void futures_note_received(struct handoff *handoff);

/* Each half's own. Two sides resolve in turn, each waiting for the other: side i % 2 resolves
 * future i with &handoffs[i]. All of these return 0 or -errno. */
int futures_handoff(struct futures *futures, struct error *error);

/* What has no like in the other half, or nothing. */
int futures_own_prices(struct futures *futures, struct error *error);

/* `waiters` wait for each of `count` futures, which are then resolved in `order`. */
int futures_crowd(struct futures *futures, struct error *error);

/* `timeouts` times: a wait that times out, then the result comes and is waited for again. */
int futures_timeouts(struct futures *futures, struct error *error);

#endif
