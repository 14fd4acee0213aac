/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenarios: the pieces of work that are written once per model (bench/SCENARIO/MODEL.c). This
 * is the one table of them, which plans, limits, tables, charts and judges ask; nothing else in
 * src/ names a scenario. */
#ifndef WAITBENCH_RUN_SCENARIO_H
#define WAITBENCH_RUN_SCENARIO_H

#include "run/model.h"
#include "run/option.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum scenario_kind {
    SCENARIO_SERVER,  /* it is measured from outside: memory, throughput, latency, or the first only
                       */
    SCENARIO_PROGRAM, /* it measures itself, prints its figures and ends: flow */
};

/* What the scenario decides among the claims (analysis/claims/). */
enum scenario_claim {
    CLAIM_OF_NONE,
    CLAIM_OF_WAITING, /* what it costs to wait, with nothing to do besides: memory, speed, tails */
    CLAIM_OF_REAL_WORK,    /* the same where each request has real work to do: speed, tails */
    CLAIM_OF_RACES,        /* lost updates, and what avoiding them costs */
    CLAIM_OF_CONTROL_FLOW, /* whether both models express it, and at what cost */
    CLAIM_OF_CANCELLATION, /* the same, and time from request to stopped */
    CLAIM_OF_BLOCKING,     /* whether libraries that block work as they are */
};

struct scenario {
    const char *name;
    enum scenario_kind kind;
    unsigned models; /* 1 << MODEL_THREADS | ... */
    /* Of a server: what is spoken with it (load/protocol/), and what is asked for, where that has
     * paths; {id} stands for the number of a row. One without a protocol serves nobody: it makes
     * its waiters by itself (--waiters), and only their memory is measured. */
    const char *protocol;
    const char *path;
    /* What a plan may set of it, beside the work that all servers take (experiment/arm.h); ends
     * with a NULL name. NULL: nothing. */
    const struct scenario_option *options;
    bool takes_seed; /* of a program: --seed makes each block another sample */
    /* Of a program: descriptors, and threads of the threads' half, that it takes with its own
     * defaults and with the plans' options, with some to spare. 0: no more than any program.
     * tests/limits.bats holds them against the programs. */
    int64_t files;
    int64_t threads;
    enum scenario_claim claim;
    const char *measures; /* for people: what a figure of it says */
};

/* In the order in which people read of them; ends with a NULL name. */
extern const struct scenario scenarios[];

/* The scenario of that name, or NULL. */
const struct scenario *scenario_find(const char *name);

/* What trials of the scenario of that name decide. CLAIM_OF_NONE for a name that is none. */
enum scenario_claim scenario_claim_of(const char *name);

/* Whether it is written in that model. */
bool scenario_has(const struct scenario *scenario, enum model model);

/* The server that only echoes: foreign subjects speak its protocol, and what every waiter costs is
 * measured with it. */
const struct scenario *scenario_plain_server(void);

/* Whether some server has a store of that name. */
bool scenario_store_is_known(const char *name);

/* The columns of all programs' options of the first `editions` (INT_MAX: of all), each once, in
 * flow.csv's order: writes at most `size` of them to `columns` and returns how many there are.
 * Static strings. */
size_t scenario_option_columns(int editions, const char **columns, size_t size);

#endif
