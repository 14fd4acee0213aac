/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much worse a run's figures may be than those of the run it is held against, before a check
 * fails: "larger:5%,slower:10%,later:20%". */
#ifndef WAITBENCH_COMPARE_FAIL_ON_H
#define WAITBENCH_COMPARE_FAIL_ON_H

#include "base/error.h"
#include "compare/entries.h"

#include <stdbool.h>

/* The kinds of figures that may be watched. Each takes one figure of each arm and setting, so that
 * none is counted twice: memory as a whole and not its parts. */
enum watch {
    WATCH_LARGER, /* memory: all bytes per waiter; flow's sizes in bytes */
    WATCH_SLOWER, /* throughput: requests per second; flow's times and rates */
    WATCH_LATER,  /* latency: its median, 99th and 99.9th percentile */
    WATCH_COUNT,
    WATCH_NONE = WATCH_COUNT,
};

/* What each kind allows: 1.05 for "by 5 %"; 0 where it is not watched. */
struct fail_on {
    double allowed[WATCH_COUNT];
};

/* Adds what `text` says, a list of KIND:P% with a P from 0 to 1000. Returns 0, or -EINVAL with
 * `error` set and `fail_on` as it was: a kind that there is not, or one that was there already; a
 * share that is none. */
int fail_on_add(struct fail_on *fail_on, const char *text, struct error *error);

/* Whether anything is watched. */
bool fail_on_is_set(const struct fail_on *fail_on);

/* "larger". */
const char *watch_name(enum watch watch);

/* The kind that a figure belongs to; WATCH_NONE for a pair's ratio, and what is not watched. */
enum watch watch_of(const struct entry *entry);

/* Whether the figure is the better the higher it is. */
bool watch_is_rate(const struct entry *entry);

#endif
