/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody outside asks workers to stop: one that computes and looks up now and then, one that
 * waits for a socket; one at a time, and many at once. What the halves share: the work, the random
 * moments, the check that nothing is left, and the figures. */
#ifndef WAITBENCH_BENCH_CANCEL_H
#define WAITBENCH_BENCH_CANCEL_H

#include "base/error.h"
#include "subject/metric.h"

#include <gsl/gsl_rng.h>
#include <stdint.h>

enum cancel_kind {
    CANCEL_COMPUTE, /* slice after slice of work, a look at the request between them */
    CANCEL_SOCKET,  /* waits to read from a peer that never writes */
};

struct cancel {
    int64_t cancellations; /* of each kind, one worker at a time */
    int64_t crowds;        /* cancelled all at once */
    int64_t waiters;       /* of a crowd */
    int64_t slice;         /* rounds of mixing between two looks at the request */
    int64_t delay_us;      /* the request comes at a random moment below this after the start */
    int64_t checks;        /* for the cost of one */
    int64_t seed;

    gsl_rng *rng;
    struct samples compute;
    struct samples socket;
    struct samples crowd;
    int64_t checks_ns; /* elapsed, for all `checks` */
};

struct cancel_worker {
    enum cancel_kind kind;
    int fds[2]; /* the worker's end and its peer's; -1 when closed or none */
    uint64_t value;
    int64_t stopped_ns;
    int64_t stopped_count;
};

/* Returns 0 or -errno. */
int cancel_worker_open(struct cancel_worker *worker, enum cancel_kind kind);
void cancel_worker_close(struct cancel_worker *worker);

/* One slice of work. */
void cancel_worker_compute(struct cancel_worker *worker, int64_t slice);

/* The worker's last act. */
void cancel_worker_note_stopped(struct cancel_worker *worker);

/* Spins for a random time below `delay_us`. */
void cancel_delay(struct cancel *cancel);

/* Adds the time from the request to the last stop. Returns 0, or -EPROTO when a worker did not stop
 * exactly once, after the request. */
int cancel_note_round(struct samples *samples, int64_t requested_ns,
                      const struct cancel_worker *workers, int64_t count, struct error *error);

/* Each half's own; both return 0 or -errno. `rounds` times: `count` workers are started, a thread
 * that is none of them asks all to stop after cancel_delay(), and all are waited for. */
int cancel_rounds(struct cancel *cancel, enum cancel_kind kind, int64_t count, int64_t rounds,
                  struct samples *samples, struct error *error);

/* `checks` times what a worker does to notice a request: a thread reads its token; a task lets the
 * loop go round once, for the request can only come in there. */
int cancel_checks(struct cancel *cancel, struct error *error);

#endif
