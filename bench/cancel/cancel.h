/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody outside asks workers to stop: one that computes and looks up now and then, one that
 * waits for a socket; one at a time, and many at once. What the halves share: the work, the start
 * barrier, the random moments, the check that nothing is left, and the figures.
 *
 * The clock covers the same in both halves: from the request, made by a thread that is no worker,
 * to the end of the last worker, its socket closed. No request is made before every worker
 * computes, or the thread that waits for its socket is blocked; a round in which one was is
 * refused, so that the start of a worker, which costs a thread far more than a task, is in no
 * figure.
 *
 * What workers and rounds call is in worker.c, which a test takes by itself. */
#ifndef WAITBENCH_BENCH_CANCEL_H
#define WAITBENCH_BENCH_CANCEL_H

#include "base/error.h"
#include "subject/metric.h"

#include <gsl/gsl_rng.h>
#include <semaphore.h>
#include <stdint.h>
#include <sys/types.h>

enum cancel_kind {
    CANCEL_COMPUTE, /* slice after slice of work, a look at the request between them */
    CANCEL_SOCKET,  /* waits to read from a peer that never writes */
};

struct cancel {
    int64_t cancellations; /* of each kind, one worker at a time */
    int64_t crowds;        /* cancelled all at once */
    int64_t waiters;       /* of a crowd */
    int64_t slice;         /* rounds of mixing between two looks at the request */
    int64_t delay_us;      /* the request comes at a random moment below this after all run */
    int64_t checks;        /* for the cost of one */
    int64_t seed;

    gsl_rng *rng;
    sem_t running; /* posted by each worker once it runs */
    struct samples compute;
    struct samples socket;
    struct samples crowd;
    int64_t checks_ns; /* elapsed, for all `checks` */
    int64_t turns_ns;  /* elapsed, for as many turns of a loop; 0 where there is none */
};

struct cancel_worker {
    enum cancel_kind kind;
    int fds[2]; /* the worker's end and its peer's; -1 when closed or none */
    uint64_t value;
    pid_t thread;       /* the one it runs on */
    int64_t running_ns; /* 0: not yet */
    int64_t stopped_ns;
    int64_t stopped_count;
};

/* Returns 0 or -errno. */
int cancel_worker_open(struct cancel_worker *worker, enum cancel_kind kind);
void cancel_worker_close(struct cancel_worker *worker);

/* One slice of work. The first makes the worker a running one. */
void cancel_worker_compute(struct cancel *cancel, struct cancel_worker *worker);

/* To be called by a worker that waits for its socket: the last thing before it does, with no lock
 * to be taken in between. */
void cancel_worker_note_running(struct cancel *cancel, struct cancel_worker *worker);

/* The start barrier: returns 0 when each of `count` workers has begun to compute, or is blocked, or
 * -errno. */
int cancel_await_running(struct cancel *cancel, const struct cancel_worker *workers, int64_t count);

/* The worker's last act. */
void cancel_worker_note_stopped(struct cancel_worker *worker);

/* Spins for a random time below `delay_us`. */
void cancel_delay(struct cancel *cancel);

/* Adds the time from the request to the last stop. Returns 0, or -EPROTO when a worker did not run
 * before the request and stop exactly once, after it. */
int cancel_note_round(struct samples *samples, int64_t requested_ns,
                      const struct cancel_worker *workers, int64_t count, struct error *error);

/* Each half's own; both return 0 or -errno. `rounds` times: `count` workers are started; when all
 * run, a thread that is none of them asks them to stop after cancel_delay(), and all are waited
 * for. */
int cancel_rounds(struct cancel *cancel, enum cancel_kind kind, int64_t count, int64_t rounds,
                  struct samples *samples, struct error *error);

/* `checks` times what a worker in the middle of its work does to notice a request: it reads a flag
 * that another thread sets. A task may also let the loop go round, for the request can come in
 * there; that is a price of its own, and its name is its own, too. */
int cancel_checks(struct cancel *cancel, struct error *error);

#endif
