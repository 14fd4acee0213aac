/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an experiment will run: its trials of one block. Every block runs all of them once, each
 * time in another order. */
#ifndef WAITBENCH_EXPERIMENT_PLAN_H
#define WAITBENCH_EXPERIMENT_PLAN_H

#include "base/error.h"
#include "experiment/arm.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a share of the capacity is a share of. */
enum rate_basis {
    RATE_EQUAL,        /* of what the slowest arm that counts sustains: all are offered the same */
    UTILISATION_EQUAL, /* of what the arm itself sustains: all are as busy */
    /* Of what the slowest of all sustains, where a foreign arm is too slow to set RATE_EQUAL's
     * rates: the one rate at which it can be set against the others. */
    RATE_COMMON,
};

/* The load of a throughput or latency trial. */
struct trial_load {
    int64_t connections;
    int64_t active;
    int64_t size_bytes;              /* of each request and answer */
    int64_t requests_per_connection; /* 0: connections are kept */
    enum rate_basis basis;
    double capacity_share;  /* open loop: of the basis; 0: closed loop */
    double rate_per_second; /* open loop: known once capacity has been measured */
    /* Open loop: the arm's own sustainable rate under these conditions; 0: not known, negative:
     * none was found. */
    double sustained_per_second;
    int64_t capacity_active; /* 0: the capacity is that of `active` connections */
    bool fits_tail;          /* the window is to be as long as the 99.9th percentile takes */
    int64_t warmup_ns;
    int64_t duration_ns;
};

struct trial {
    struct arm arm;         /* owned */
    int64_t waiters;        /* memory: N */
    bool warm;              /* memory: each waiter has served requests before it is measured */
    struct trial_load load; /* throughput, latency */
    const char *work;       /* the same: the kind of work, for the progress line (static) */
    double expected_seconds;
};

#define PLAN_LIMITS_MAX 8

struct plan {
    struct trial *trials;
    size_t count;
    size_t capacity;
    /* By limits_model: the fewest connections whose arms were left out, for want of a limit. */
    int64_t left_out[PLAN_LIMITS_MAX];
    struct error limit; /* the first one for which anything was left out; empty: nothing was */
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
