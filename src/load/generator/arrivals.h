/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When requests should be sent, and on which connection: the open loop's schedule. It is worked out
 * ahead of the clock and never learns of replies, so it cannot wait for them. Several threads share
 * one schedule: thread t of T serves the active connections c with c % T == t. The same seed and
 * the same number of threads give the same schedule. */
#ifndef WAITBENCH_LOAD_GENERATOR_ARRIVALS_H
#define WAITBENCH_LOAD_GENERATOR_ARRIVALS_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stdint.h>

struct arrivals {
    bool constant;
    double rate_per_second; /* over all threads */
    uint32_t thread;
    uint32_t threads;
    uint32_t connections; /* active ones over all threads, at least `threads` */
    uint64_t next;        /* constant: how many arrivals this thread has had */
    double at_ns;         /* Poisson: the last arrival */
    gsl_rng *rng;
};

struct arrival {
    int64_t at_ns;       /* after the schedule's start */
    uint32_t connection; /* the thread's own, from 0 */
};

/* How many of the connections are this thread's. */
uint32_t arrivals_own_connections(uint32_t connections, uint32_t thread, uint32_t threads);

/* Poisson: each thread draws a stream of its own, with its connections' share of the rate, and a
 * connection at random for each arrival; such streams sum up to one Poisson stream of the whole
 * rate. Constant: arrival i of all comes at i / rate on connection i % connections.
 * The fields up to `connections` are set by the caller. Returns 0 or -ENOMEM. */
int arrivals_init(struct arrivals *arrivals, uint64_t seed);
void arrivals_finish(struct arrivals *arrivals);

/* The next arrival of this thread. Times never decrease. */
void arrivals_next(struct arrivals *arrivals, struct arrival *arrival);

#endif
