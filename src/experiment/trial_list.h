/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an experiment will run: the trials of its blocks. Every block runs all of them once, each
 * time in another order; those of settings with fewer blocks stay out of the last ones. */
#ifndef WAITBENCH_EXPERIMENT_TRIAL_LIST_H
#define WAITBENCH_EXPERIMENT_TRIAL_LIST_H

#include "base/error.h"
#include "experiment/arm.h"
#include "run/plan/plan.h"

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
    RATE_GIVEN, /* of nothing: the plan names what all are offered */
};

/* The load of a throughput or latency trial. */
struct trial_load {
    int64_t connections;
    int64_t active;
    int64_t clients;                 /* generators behind prefixes that share them; 0: our own */
    int64_t size_bytes;              /* of each request and answer */
    int64_t requests_per_connection; /* 0: connections are kept */
    enum rate_basis basis;
    double capacity_share;  /* open loop: of the basis; 0 where it is given, and of a closed loop */
    double rate_per_second; /* open loop: given, or known once capacity has been measured */
    /* Open loop: the arm's own sustainable rate under these conditions; 0: not known, negative:
     * none was found. */
    double sustained_per_second;
    int64_t capacity_active; /* the capacity is that of so many active connections */
    enum plan_fit fit;       /* what the window is to be long enough for, and how long at most */
    double longest_seconds;
    int64_t steady_longest_ns; /* before all that it is warmed up until steady, for so long at most
                                  (warm_up.h); 0: it is not */
    int64_t warmup_ns;
    int64_t duration_ns;
};

/* Whether requests are due whatever the server does. */
bool trial_is_open(const struct trial_load *load);

struct trial {
    struct arm arm;         /* owned */
    int64_t waiters;        /* memory: N */
    bool warm;              /* memory: each waiter has served requests before it is measured */
    struct trial_load load; /* throughput, latency */
    char work[PLAN_NAME_MAX + 2]; /* the same: the kind of work, for the progress line: ", 1 KiB" */
    int64_t blocks;               /* it takes part in so many, from the first on... */
    int64_t blocks_done;          /* ...of which so many are over */
    const struct setting *setting; /* of the plan, which it is of; borrowed */
    double expected_seconds;
};

struct trial_list {
    struct trial *trials;
    size_t count;
    size_t capacity;
    /* By model: the fewest connections whose arms were left out, for want of a limit. */
    int64_t left_out[MODEL_COUNT];
    struct error limit; /* the first one for which anything was left out; empty: nothing was */
};

/* Adds a trial; its arm is copied. Returns 0 or -ENOMEM. */
int trial_list_add(struct trial_list *list, const struct trial *trial);

/* The same, but for a trial that measures what another one does already: settings may overlap, and
 * the one with more blocks decides. Returns -EEXIST where the two have other windows, whose figures
 * must not be taken for each other's. */
int trial_list_add_once(struct trial_list *list, const struct trial *trial);

/* How many trials there are in all blocks, and the seconds that they take, about. */
size_t trial_list_total(const struct trial_list *list);
double trial_list_expected_seconds(const struct trial_list *list);

/* The most blocks that a trial takes part in. */
int64_t trial_list_blocks(const struct trial_list *list);

/* The seed of a block, derived from the run's (splitmix64), below 2^63 so that CSV readers hold
 * it as an integer. All arms of a block share it, so that
 * both sides of a pair see the same schedule and payload. */
uint64_t trial_list_block_seed(uint64_t run_seed, size_t block);

/* The order of the trials in that block: a permutation of 0..count-1, the same for the same seed.
 * `order` has list->count elements. Returns 0 or -ENOMEM. */
int trial_list_order(const struct trial_list *list, uint64_t block_seed, size_t *order);

/* Frees what was added; fine on a zeroed list. */
void trial_list_finish(struct trial_list *list);

#endif
