/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens on a worker's sessions: a request becomes due, is sent or queues, is answered, fails
 * or is lost; each is counted where it happens, so that the sums always come out. For
 * worker.c only. */
#ifndef WAITBENCH_LOAD_GENERATOR_SESSION_H
#define WAITBENCH_LOAD_GENERATOR_SESSION_H

#include "base/clock.h"
#include "load/generator/worker.h"

#include <sys/epoll.h>

#define SESSION_SCRATCH_BYTES ((size_t)256 << 10)

static inline int64_t window_end_ns(const struct window *window)
{
    return atomic_load_explicit(&window->end_ns, memory_order_relaxed);
}

/* Asks the clock, and notes a stall since the last time. */
static inline int64_t worker_look(struct worker *worker)
{
    int64_t now_ns = clock_now_ns();
    stalls_look(&worker->looks, now_ns);
    return now_ns;
}

/* Gives the worker its sessions and has its epoll instance watch them. Returns 0 or -errno. */
int sessions_init(struct worker *worker);

/* A request is due: it is sent, or waits for its turn; either way the schedule goes on. */
void session_arrive(struct worker *worker, struct session *session, struct request request,
                    int64_t now_ns);

/* The closed loop's next request, due now; none after the window's end. */
void session_send_again(struct worker *worker, struct session *session, int64_t now_ns);

/* The socket can take or bring bytes, or is broken. Returns the time it was when that was done, or
 * `now_ns` if nobody asked the clock. */
int64_t session_handle_event(struct worker *worker, const struct epoll_event *event,
                             int64_t now_ns);

/* Counts what is under way and what waits as lost. */
void sessions_lose_outstanding(struct worker *worker);

/* After that: how many of the sessions hang. Their request was given up when it had waited for over
 * LOAD_HUNG_TIMES as long as any that was answered, `longest_ns` over all workers: a slow server
 * that takes one after the other has no such session. In an open loop those that were answered
 * since the window began are left out, since what they lost is in the latencies. `never` counts
 * those without an answer since then. */
int64_t sessions_count_hung(const struct worker *worker, int64_t longest_ns, int64_t *never);

#endif
