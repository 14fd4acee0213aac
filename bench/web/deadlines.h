/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connections that have a deadline, for the halves where nobody waits for one alone. Those are
 * few: a request that comes whole has none. */
#ifndef WAITBENCH_BENCH_WEB_DEADLINES_H
#define WAITBENCH_BENCH_WEB_DEADLINES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

/* Part of what has the deadline; zeroed before its first use. */
struct deadline {
    int64_t at_ns; /* 0: not in the list */
    TAILQ_ENTRY(deadline) entry;
};

/* The earliest first. */
TAILQ_HEAD(deadlines, deadline);

/* Puts it into the list, moves it, or takes it out (`at_ns` 0). Returns whether it is the first in
 * the list now, and was not so before at that time: then whoever watches has to look earlier than
 * it meant to. Later than all others it takes no time, else by the number of those after it. */
bool deadline_set(struct deadlines *deadlines, struct deadline *deadline, int64_t at_ns);

/* Takes the first out of the list if its time has come, and returns it, or NULL. */
struct deadline *deadlines_take(struct deadlines *deadlines, int64_t now_ns);

#endif
