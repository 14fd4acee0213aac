/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an experiment will run: its trials of one block. Every block runs all of them once, each
 * time in another order. */
#ifndef WAITBENCH_EXPERIMENT_PLAN_H
#define WAITBENCH_EXPERIMENT_PLAN_H

#include "experiment/arm.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The load of a throughput or latency trial. */
struct trial_load {
    int64_t connections;
    int64_t active;
    int64_t size_bytes;              /* of each request and answer */
    int64_t requests_per_connection; /* 0: connections are kept */
    double capacity_share;           /* open loop: of what the slower arm can do; 0: closed loop */
    double rate_per_second;          /* open loop: known once capacity has been measured */
    int64_t warmup_ns;
    int64_t duration_ns;
};

struct trial {
    struct arm arm;         /* owned */
    int64_t waiters;        /* memory: N */
    bool warm;              /* memory: each waiter has served requests before it is measured */
    struct trial_load load; /* throughput, latency */
    double expected_seconds;
};

struct plan {
    struct trial *trials;
    size_t count;
    size_t capacity;
};

/* Adds a trial; its arm is copied. Returns 0 or -ENOMEM. */
int plan_add(struct plan *plan, const struct trial *trial);

/* The sum of the trials' expected seconds: one block's. */
double plan_expected_seconds(const struct plan *plan);

/* The seed of a block, derived from the run's (splitmix64), below 2^63 so that CSV readers hold
 * it as an integer. All arms of a block share it, so that
 * both sides of a pair see the same schedule and payload. */
uint64_t plan_block_seed(uint64_t run_seed, size_t block);

/* The order of the trials in that block: a permutation of 0..count-1, the same for the same seed.
 * `order` has plan->count elements. Returns 0 or -ENOMEM. */
int plan_order(const struct plan *plan, uint64_t block_seed, size_t *order);

/* Frees what was added; fine on a zeroed plan. */
void plan_finish(struct plan *plan);

#endif
