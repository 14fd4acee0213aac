/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens on a worker's sessions: a request becomes due, is sent or queues, is answered, fails
 * or is lost; tally.h counts.
 *
 * A session outlives its connection where the protocol lets a server close (`may_close`). One that
 * ends between two requests is opened again by the next, which waits for the handshake. Where it
 * ends under a request, that request has failed, and those after it get a new connection: but a
 * request on a connection that was in use before, and of whose reply no byte has come, may have
 * crossed the server's close on its way. HTTP clients send such a one once more, if it may be sent
 * twice without harm, as a GET may (RFC 9110, 9.2.2; RFC 9112, 9.3.1), and so does this one: its
 * latency counts from when it was due, its service from when it was first sent, and the new
 * connection is among the reconnects. A session whose every try fails pauses before each next one
 * and is given up after LOAD_FAILURES_MAX. With any other protocol a connection that ends has
 * failed, its requests with it, and is not replaced: fewer connections would silently be another
 * load.
 *
 * For worker.c only. */
#ifndef WAITBENCH_LOAD_GENERATOR_SESSION_H
#define WAITBENCH_LOAD_GENERATOR_SESSION_H

#include "base/clock.h"
#include "load/generator/worker.h"

#include <sys/epoll.h>

#define SESSION_SCRATCH_BYTES ((size_t)256 << 10)

/* After a failure that follows another with no reply in between. */
#define SESSION_PAUSE_NS (100 * NS_PER_MS)

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

/* Ends the pauses that are over. */
void sessions_resume(struct worker *worker, int64_t now_ns);

/* Counts what is under way and what waits as lost. */
void sessions_lose_outstanding(struct worker *worker);

/* After that: how many of the sessions hang. Their request was given up when it had waited for over
 * LOAD_HUNG_TIMES as long as any that was answered, `longest_ns` over all workers: a slow server
 * that takes one after the other has no such session. In an open loop those that were answered
 * since the window began are left out, since what they lost is in the latencies. `never` counts
 * those without an answer since then. */
int64_t sessions_count_hung(const struct worker *worker, int64_t longest_ns, int64_t *never);

#endif
