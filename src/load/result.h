/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came of a load, and what its figures are worth. */
#ifndef WAITBENCH_LOAD_RESULT_H
#define WAITBENCH_LOAD_RESULT_H

#include "load/error_kind.h"
#include "load/figures/excursions.h"
#include "load/figures/histogram.h"
#include "load/figures/stalls.h"
#include "load/figures/trend.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The generator may have been the limit when its busiest thread spent this share of the window
 * otherwise than in polls that found nothing to do. In a closed system the bottleneck is the
 * station whose utilisation tends to 1 as customers are added (Denning and Buzen, "The Operational
 * Analysis of Queueing Network Models", 1978); a generator well below 1 cannot be it. */
#define LOAD_BOUND_BUSY 0.9

/* In an open loop it counts as loaded from half of that on: what waits for the generator itself,
 * at such a load, is no longer small beside what waits for the server (half of an M/D/1 queue's
 * requests find it busy). */
#define LOAD_LOADED_BUSY 0.5

/* A quantile is in doubt when the generator's lateness at that quantile exceeds this share of the
 * service time there, or its stalls this part of what lies beyond the quantile: both could have
 * made it. Not a share of the latency, which the stall itself has raised. */
#define LOAD_LATE_SHARE    0.1
#define LOAD_STALLED_SHARE 0.2

/* A generator thread that spins must have a CPU all the time. One that was away for this share of
 * the window may have been the limit, whatever the server did; one that was away for half of it or
 * more has measured who had its CPU. (Two runs on one CPU share it evenly, and come to that.) */
#define LOAD_AWAY_DOUBT 0.1
#define LOAD_AWAY_WRONG 0.5

/* The server is offered more than it can serve when its backlog grows: by more than a few requests,
 * by more than chance, and so far that at the window's end a request waits for longer than the
 * median one did; or when it stands at more than so many requests per active connection throughout,
 * left from before the window perhaps. */
#define LOAD_OVERLOAD_REQUESTS       8
#define LOAD_OVERLOAD_ERRORS         4
#define LOAD_OVERLOAD_PER_CONNECTION 2

/* A connection hangs when its request was given up after waiting for over so many times as long as
 * any that was answered. One whose turn had not come yet, with a slow server, has waited for about
 * as long as the last one that was served. */
#define LOAD_HUNG_TIMES 2

/* Where a protocol lets a connection be replaced that failed (may_close), an active one is given up
 * after so many failures with no reply in between: two seconds of trying, pauses included. */
#define LOAD_FAILURES_MAX 20

/* Below this one, quantiles are no tail: what is beyond them is always joined up. */
#define LOAD_TAIL_QUANTILE 0.99

/* The same of the requests beside slow ones, of which a tenth may be held up. */
#define LOAD_OTHERS_TAIL_QUANTILE 0.9

struct load_result {
    int64_t connected;   /* connections that were served; fewer than asked: nothing was measured */
    int64_t duration_ns; /* of the measured window; shorter than asked when interrupted */
    bool interrupted;
    /* Requests due within the window: offered = answered + lost + failed, always. Those that were
     * sent before it and open all through it are among them: of a closed loop all, of an open one
     * those that are lost. */
    int64_t offered;
    int64_t answered; /* correctly, at the latest while draining */
    int64_t lost;     /* still unanswered when draining ended; in the histograms with their age */
    int64_t failed;   /* ended by an error; in no histogram */
    int64_t replies;  /* that came within the window, whenever their request was due */
    int64_t punctual; /* of the answered ones: within the window */
    int64_t errors[LOAD_ERROR_KINDS]; /* at any time of the run, on any connection */
    char first_error[128];            /* in words, or "" */
    int64_t connect_ns;               /* from the first connect() to the last one's first reply */
    int64_t listen_dropped; /* load/connection/listen_queue.h: connections dropped meanwhile; -1:
                               not seen */
    int64_t hung;           /* active connections that hang (LOAD_HUNG_TIMES) */
    int64_t never_answered; /* of them, without any reply since the window began */
    int64_t longest_service_ns; /* of all requests that were answered, at any time */
    int64_t backlog_begin; /* open loop: requests due before the window and not answered by then */
    /* Closed loop: replies / duration. Open loop: punctual / duration, since replies to what was
     * due while warming up are no achievement of the window. */
    double achieved_per_second;
    struct histogram *latency;  /* from the intended send; NULL for the closed loop */
    struct histogram *service;  /* from the actual send */
    struct histogram *lateness; /* of the generator itself: from when a request was due until it was
                                   sent or queued; NULL for the closed loop */
    struct histogram *other;    /* latency (closed loop: service) of those that were not slow; NULL
                                   without slow_every */
    struct histogram *reply_delay;      /* how long a reply lay in the client's socket before it was
                                           read: from the kernel's time stamp on, on every eighth
                                           connection; empty where the kernel gives none */
    struct excursions excursions;       /* of the latency, from the window's begin on; empty for the
                                           closed loop */
    struct excursions other_excursions; /* of `other`, likewise */
    double client_cpu_seconds;          /* of the generator's threads, within the window */
    double client_work_seconds;         /* of that, without the empty polls of a spinning one */
    double client_busy;          /* share of the window that its busiest thread was not waiting */
    int64_t client_run_delay_ns; /* its threads were ready to run, and something else did; -1: not
                                    seen */
    int64_t away_ns;      /* of the window, its thread that was away longest should have run, and
                             did not: others had its CPU, it was stopped, or the machine was */
    bool client_bound;    /* client_busy reached LOAD_BOUND_BUSY (open loop: LOAD_LOADED_BUSY), or
                             away_ns LOAD_AWAY_DOUBT of the window */
    struct stalls stalls; /* of the generator, within the window */
    int64_t generators;   /* that were put together (load/merge.h); 0: it is one's own */
    int64_t silence_ns;   /* the longest time without a reply though requests were under way */
    int64_t reconnects;   /* connections opened again */
    int64_t repeated;     /* requests that were sent once more (generator/session.h) */
    int64_t given_up; /* active connections that could not be opened again or failed each time */
    struct trend backlog; /* due and not yet answered, over the window */
    bool overloaded;      /* the backlog grew; never for the closed loop */
    bool late;            /* p99 is in doubt */
};

/* The latency's quantile, or the service time's in a closed loop: -1 unless resolved, which takes
 * HISTOGRAM_SAMPLES_BEYOND samples and, from the 99th percentile of an open loop on, EXCURSIONS_MIN
 * separate excursions beyond it. Below, half of all requests are beyond and join up. */
int64_t load_result_quantile_ns(const struct load_result *result, double quantile);

/* The same of those requests that were not slow, for which excursions count from their 90th
 * percentile on; -1 without slow_every. */
int64_t load_result_other_ns(const struct load_result *result, double quantile);

/* Separate excursions beyond that quantile, from the 99th percentile on; -1 for a closed loop. */
int64_t load_result_excursions(const struct load_result *result, double quantile);

/* Frees what it holds. */
void load_result_finish(struct load_result *result);

/* Whether a generator thread was away for that share of the window or more. */
bool load_result_was_away(const struct load_result *result, double share);

int64_t load_result_error_count(const struct load_result *result);

/* Whether offered = answered + lost + failed; a result of which that is not so is worth nothing. */
bool load_result_adds_up(const struct load_result *result);

/* Whether any request was answered; in a closed loop: within the window. */
bool load_result_has_reply(const struct load_result *result);

/* Whether there is anything to judge a server by: it has a reply, and no connection hangs. */
bool load_result_is_answered(const struct load_result *result);

#endif
