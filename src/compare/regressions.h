/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether runs became worse than the first one by more than a check allows.
 *
 * A figure is worse when two things say so. Its ratio's 95 % interval lies beyond what is allowed.
 * And it is still so in view of all the figures that were watched: as with the settings of a claim,
 * they share one level of error (shift_control, Hommel's adjustment), so that of fifty checks of
 * equal programs at most one cries wolf, however many figures each looks at. */
#ifndef WAITBENCH_COMPARE_REGRESSIONS_H
#define WAITBENCH_COMPARE_REGRESSIONS_H

#include "compare/compare.h"
#include "compare/fail_on.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum watched_state {
    WATCHED_HOLDS, /* not shown to be worse than is allowed */
    WATCHED_WORSE,
    /* No verdict: */
    WATCHED_TOO_FEW,     /* blocks, of one of the two */
    WATCHED_NO_INTERVAL, /* although there are blocks enough: it may not be positive */
    WATCHED_FAILED,      /* over a quarter of the trials of one of the two */
    WATCHED_BROKEN,     /* likewise of the run, or all of them, and none of the first one's: what is
                           worse than any figure */
    WATCHED_OVERLOADED, /* the percentile of a backlog that grew, of one of the two */
    WATCHED_BEHIND,     /* likewise, in most trials of the run, and in none of the first one's at
                           the same rate: what is worse than any percentile */
    WATCHED_WITHHELD,   /* a percentile that too many trials lack, of one of the two */
    WATCHED_BOUND,      /* the load generator was the limit, not the server */
    WATCHED_OTHER_LOAD, /* what is called one load was not the same for the two */
    WATCHED_GONE,       /* the run does not have it */
    WATCHED_NEW,        /* the first one does not have it */
    WATCHED_STATES,
};

/* One figure of one run. */
struct watched {
    enum watch watch;
    size_t machine;           /* its number in the comparison */
    const struct entry *base; /* the first run's, or NULL */
    const struct entry *now;  /* or NULL */
    struct estimate ratio;    /* now / base; NAN where one of them is missing */
    double chance;            /* of figures so far apart, were it not worse than allowed: 0 to 1 */
    enum watched_state state;
};

struct regressions {
    struct watched *list; /* by run, then in the comparison's order */
    size_t count;
    size_t states[WATCHED_STATES]; /* how many are in each */
};

/* Whether each run may be held against the first by the kinds that are watched. Returns 0, or
 * -EINVAL with `error` set, one line that says what keeps the first such run from it: it is the
 * first run itself, or the guard takes absolute figures. With `anyway` only the former. */
int regressions_refuse(const struct comparison_of_runs *comparison, const struct fail_on *fail_on,
                       bool anyway, struct error *error);

/* Looks at every watched figure of each run but the first. The comparison must outlive it. To be
 * finished. */
void regressions_read(struct regressions *regressions, const struct comparison_of_runs *comparison,
                      const struct fail_on *fail_on);

/* A watched kind of which no figure of a run has a verdict; WATCH_NONE where each kind has one in
 * each run, whose number is written to `machine` otherwise. */
enum watch regressions_unjudged(const struct regressions *regressions,
                                const struct comparison_of_runs *comparison,
                                const struct fail_on *fail_on, size_t *machine);

/* The first figure in that state, or NULL. */
const struct watched *regressions_first(const struct regressions *regressions,
                                        enum watched_state state);

void regressions_finish(struct regressions *regressions);

/* Prints a line for each figure that is worse: "larger: mine, all bytes per waiter: 53.1 KiB then
 * 63.2 KiB, x 1.19 (1.18 to 1.20), allowed x 1.05". With several runs the run's name ends it. */
void regressions_print(const struct regressions *regressions,
                       const struct comparison_of_runs *comparison, const struct fail_on *fail_on,
                       FILE *out);

/* Prints how many were watched, how many are worse, and for each reason to have no verdict how many
 * and what the first such figure is. */
void regressions_print_sum(const struct regressions *regressions,
                           const struct comparison_of_runs *comparison,
                           const struct fail_on *fail_on, FILE *out);

#endif
