/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scope starts children and is left only when all have ended; one that fails cancels its
 * siblings, and every error comes out at the scope's end. What the halves share: whom children ask,
 * who fails and how, what must hold when a scope is left, and the figures.
 *
 * The clock covers the same in both halves: children that each ask a peer outside and wait for its
 * answer on a socket; and, from the failure of one to the end of the scope, siblings that all wait
 * on sockets by then. Children that do nothing are no such pair (a thread that is started and
 * joined is not a timer that is started and closed), so each half gives their price a name of its
 * own.
 *
 * What rounds call is in verify.c, which a test takes by itself. */
#ifndef WAITBENCH_BENCH_NURSERY_H
#define WAITBENCH_BENCH_NURSERY_H

#include "base/error.h"
#include "peer.h"
#include "subject/metric.h"

#include <stdatomic.h>
#include <stdint.h>

/* Errors are kept as bits of a word. */
#define NURSERY_CHILDREN_MAX PEER_CHILDREN_MAX

/* How long a leaf of a tree lives: long enough to be caught outliving a scope that does not wait.
 */
#define NURSERY_LEAF_MS 1

struct nursery {
    int64_t children; /* of each scope */
    int64_t failing;  /* of them: child 0 by itself, the others when it has them cancelled */
    int64_t rounds;   /* of failing */
    int64_t scopes;   /* whose children ask; then, whose children do nothing */
    int64_t trees;    /* of scopes in scopes */
    int64_t depth;    /* of a tree */

    struct peer peer;
    int64_t asking_ns;            /* elapsed, for all `scopes` whose children ask */
    int64_t idle_ns;              /* elapsed, for all `scopes` whose children do nothing */
    atomic_int_fast64_t answers;  /* right ones that children had */
    atomic_int_fast64_t idle;     /* children that did nothing and ended */
    atomic_int_fast64_t outlived; /* scopes that were left before their leaves had ended */
    int64_t leaves;               /* that had ended when their tree was left */
    struct samples quiet;         /* from failure to the scope's end */
};

/* One scope in which a child fails. */
struct nursery_round {
    struct nursery *nursery;
    atomic_int alive;    /* children that have begun and not ended */
    atomic_int waiting;  /* those that went to wait for their socket, child 0 not counted */
    int64_t failed_ns;   /* when child 0 failed */
    int waiting_then;    /* how many waited by then */
    uint64_t error_bits; /* by child: whose error came out */
    int64_t error_count;
};

/* What a child fails with: the child's number can be told from it. */
static inline int nursery_error_of(int64_t child)
{
    return -(int)(1000 + child);
}

/* To be called by child 0 when it fails. */
void nursery_note_failure(struct nursery_round *round);

/* To be called for every error that comes out of a scope, before nursery_note_quiet. */
void nursery_note_error(struct nursery_round *round, int error);

/* To be called when the scope has been left. Returns 0, or -EPROTO when a child is still alive, an
 * error is missing, or child 0 failed before all others waited. */
int nursery_note_quiet(struct nursery_round *round, struct error *error);

/* How many leaves a tree of that depth has: `children` to that power. */
int64_t nursery_leaf_count(const struct nursery *nursery, int64_t depth);

/* What the half's price of a child that does nothing is called: the figure's key. */
extern const char nursery_idle_key[];

/* Each half's own; all return 0 or -errno. `scopes` scopes, one after the other, whose children
 * each ask the peer and wait for the answer. */
int nursery_asking_scopes(struct nursery *nursery, struct error *error);

/* `scopes` scopes, one after the other, whose children do nothing. */
int nursery_idle_scopes(struct nursery *nursery, struct error *error);

/* `trees` trees of scopes, one after the other, whose leaves live for NURSERY_LEAF_MS. */
int nursery_trees(struct nursery *nursery, struct error *error);

/* `rounds` scopes in which child 0 fails, when it has its answer, while the others wait for one
 * that never comes. */
int nursery_failures(struct nursery *nursery, struct error *error);

#endif
