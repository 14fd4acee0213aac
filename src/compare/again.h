/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs of one machine at several times: which they are, what was changed in between, and what
 * moved. */
#ifndef WAITBENCH_COMPARE_AGAIN_H
#define WAITBENCH_COMPARE_AGAIN_H

#include "compare/compare.h"
#include "compare/differences.h"

#include <stdbool.h>
#include <stddef.h>

#define NO_MACHINE  ((size_t)-1)
#define AGAIN_SHOWN 3

/* A figure of a run against the one before it. */
struct moved {
    const struct entry *entry;
    struct estimate ratio; /* to the run before; its interval lies beyond 1 */
};

/* A run and the one before it on the same machine. */
struct again {
    size_t before; /* numbers of comparison->machines */
    size_t after;
    struct differences differences;
    struct differences disturbances; /* of one of the two runs alone */
    size_t alone; /* figures that one of the two has alone: of other programs or conditions */
    bool lone_is_later;
    const struct entry *lone; /* one of them, the first of the later run if it has one; or NULL */
    size_t figures;           /* how many both have with an interval */
    size_t moved;             /* those of them that moved by more than it */
    struct moved furthest[AGAIN_SHOWN]; /* as many of them as there are */
};

/* Whether both say the same host name, CPU, number of CPUs and size of memory. Nothing that a run
 * does not say is the same as another's. */
bool again_same_machine(const struct compared_machine *a, const struct compared_machine *b);

/* The last run that began before this one on the same machine, copies left out; or NO_MACHINE. */
size_t again_before(const struct machines *machines, size_t number);

/* Sets the run of number `after` against the one of number `before`. It is large. The figures are
 * those that tables show, each at the same load, for which the guard takes nothing: what differs is
 * the question here. Times of two versions of the measurement are left out: they mean something
 * else. */
void again_read(struct again *again, const struct comparison_of_runs *comparison, size_t before,
                size_t after);

#endif
