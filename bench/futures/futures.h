/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One side resolves a future, the other waits for the result. What the halves share: what is handed
 * over, to whom it must arrive, and the figures. A half says what a future is, and who waits. */
#ifndef WAITBENCH_BENCH_FUTURES_H
#define WAITBENCH_BENCH_FUTURES_H

#include "base/error.h"
#include "subject/metric.h"

#include <stdint.h>

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

    struct handoff *handoffs; /* 2 * rounds */
    int64_t *order;           /* in which the `count` futures are to be resolved */
    int64_t *completed;       /* in which they came out of a set that yields as they complete */
    int64_t *values;          /* what future i is resolved with: &values[i] */
    uint8_t *arrivals;        /* [waiter * count + i]: right results that arrived there */
    int64_t crowd_elapsed_ns; /* from the first resolve to the last arrival */
    struct samples timeout_late;
    int64_t timeouts_resolved; /* of those, how many futures gave their result afterwards */
    int64_t tick_ns;      /* how far the half's timers may be early: their clock's resolution */
    int64_t future_bytes; /* a future and one waiter's record; the waiter's thread not counted */
};

/* The result future i is resolved with: mostly a value, now and then an error. */
int futures_error_of(int64_t index);

/* To be called by waiter `waiter` with what it got from future `index`. */
void futures_note_arrival(struct futures *futures, int64_t waiter, int64_t index, int error,
                          const void *value);

/* To be called just before and just after a hand-off. */
void futures_note_resolved(struct handoff *handoff);
void futures_note_received(struct handoff *handoff);

/* Each half's own. Two sides resolve in turn, each waiting for the other: side i % 2 resolves
 * future i with &handoffs[i]. All of these return 0 or -errno. */
int futures_handoff(struct futures *futures, struct error *error);

/* `waiters` wait for each of `count` futures, which are then resolved in `order`. */
int futures_crowd(struct futures *futures, struct error *error);

/* `timeouts` times: a wait that times out, then the result comes and is waited for again. */
int futures_timeouts(struct futures *futures, struct error *error);

#endif
