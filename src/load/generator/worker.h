/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One generator thread: its share of the active connections, its share of the schedule, its own
 * histograms. Nothing is shared while it runs but the end of the window, which an interruption may
 * bring forward. */
#ifndef WAITBENCH_LOAD_GENERATOR_WORKER_H
#define WAITBENCH_LOAD_GENERATOR_WORKER_H

#include "load/connection/endpoint.h"
#include "load/figures/excursions.h"
#include "load/figures/histogram.h"
#include "load/figures/stalls.h"
#include "load/figures/trend.h"
#include "load/generator/arrivals.h"
#include "load/generator/backlog.h"
#include "load/options.h"

#include <pthread.h>
#include <stdatomic.h>

/* Times of one run, on the monotonic clock. */
struct window {
    int64_t start_ns; /* of the schedule: warm-up begins */
    int64_t begin_ns; /* of what is measured */
    _Atomic int64_t end_ns;
    _Atomic int64_t stop_ns; /* whatever is under way then is given up; an interruption sets it */
};

static inline int64_t window_end_ns(const struct window *window)
{
    return atomic_load_explicit(&window->end_ns, memory_order_relaxed);
}

/* What an active connection does: the request under way on it and those that wait for their turn.
 * It outlives its connection where that is closed and opened again. */
struct session {
    struct connection *connection;
    struct request request;
    int64_t sent_ns;
    bool busy;
    bool connecting; /* the handshake is under way, the request still to be sent */
    bool parked;     /* closed after its last reply, to be opened again by the next request */
    bool stamped;    /* the kernel is to tell when replies came */
    bool wants_write;
    bool answered;      /* since the window began */
    bool repeated;      /* the request under way was sent before, on the connection before */
    bool paused;        /* after failures, until resume_ns */
    int failures;       /* since the last reply */
    uint64_t opened_in; /* worker->polls when the connection was opened */
    int64_t resume_ns;
    struct session *paused_next;
    struct backlog_queue waiting;
};

enum worker_part { WORKER_WARMING_UP, WORKER_MEASURING, WORKER_DRAINING };

struct edge {
    int64_t at_ns;
    int64_t cpu_ns;       /* of the thread */
    int64_t run_delay_ns; /* the same; -1: not seen */
};

struct worker {
    /* Given by the caller. */
    const struct load_options *options;
    const struct endpoint *endpoint;
    struct window *window;
    struct connection *connections; /* of the whole run; the first `active` ones are active */
    uint32_t thread;
    uint32_t threads;
    int wake; /* an eventfd that is told when the thread is done */

    /* Outcome, to be read after the thread was joined. */
    int64_t offered;
    int64_t answered;
    int64_t lost;
    int64_t failed;
    int64_t replies;    /* that came within the window */
    int64_t punctual;   /* of the answered ones: that did */
    int64_t reconnects; /* connections opened again */
    int64_t repeated;   /* requests sent once more, since they may have crossed a close */
    int64_t given_up;   /* sessions that failed LOAD_FAILURES_MAX times in a row */
    int64_t
        left_over; /* due before the window began, and not answered by then; 0 in a closed loop */
    int64_t longest_service_ns; /* of all that was answered, at any time */
    int64_t errors[LOAD_ERROR_KINDS];
    char first_error[128];     /* in words, or "" */
    struct histogram *latency; /* NULL for the closed loop, as is lateness */
    struct histogram *service;
    struct histogram *lateness;
    struct histogram *other; /* NULL unless some are slow */
    struct histogram *reply_delay;
    struct excursions excursions; /* empty for the closed loop */
    struct excursions other_excursions;
    double cpu_seconds;   /* within the window, as what follows */
    double work_seconds;  /* of that, not in empty polls */
    double busy;          /* share of the window not spent waiting */
    int64_t run_delay_ns; /* ready to run, and not running; -1: not seen */
    int64_t away_ns;      /* of the window: it should have run, and did not */
    struct stalls stalls;
    int64_t silence_ns; /* the longest without a reply though requests were under way */
    struct trend trend; /* outstanding requests at moments of the window */

    /* May be read while it runs. */
    _Atomic int64_t answered_so_far;
    atomic_bool finished;

    /* Its own. */
    struct messages messages;
    pthread_t pthread;
    struct session *sessions;
    uint32_t session_count;
    uint32_t sessions_alive;
    uint64_t polls;               /* of the epoll instance, so far */
    struct session *paused_first; /* the one to go on first */
    struct session *paused_last;
    int64_t ended_ns;    /* when what was still under way was given up */
    int64_t outstanding; /* requests under way or waiting */
    struct arrivals arrivals;
    struct arrival next; /* the arrival that is due next, at a time after window->start_ns */
    struct backlog backlog;
    int epoll;
    int schedstat;           /* of this thread; -1 where there is none */
    int64_t delay_before_ns; /* its run delay before the schedule began; -1: not seen */
    void *scratch;
    int64_t quiet_since_ns; /* the last reply, or the first request since all were answered */
    enum worker_part part;
    struct edge edge;    /* where the window began */
    int64_t waiting_ns;  /* spent since then in polls that found nothing at once */
    struct stalls looks; /* within the window as planned */
};

/* Takes the fields given by the caller and gets all that can fail: memory, descriptors. Returns 0
 * or -errno; worker_finish is due in both cases. */
int worker_init(struct worker *worker);
void worker_finish(struct worker *worker);

/* Starts the thread, pinned to `cpu` unless that is negative. Returns 0 or -errno. */
int worker_start(struct worker *worker, int cpu);

/* Waits until all its requests are answered or the drain time is over. */
void worker_join(struct worker *worker);

#endif
