/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the halves of the sleep pair share: N waiters that wait for what never comes, and no network
 * at all. The talk's own programs, of threads that wait for an event and of tasks that sleep, are
 * of this kind, and its 10 KB and 2 KB are theirs. There is nobody to connect to: the program makes
 * its waiters by itself (--waiters), and says `waiting N` when they all wait. */
#ifndef WAITBENCH_BENCH_SLEEP_H
#define WAITBENCH_BENCH_SLEEP_H

#include "subject/server.h"

#include <stdbool.h>
#include <stdint.h>

struct sleeping {
    struct server server; /* of which only the stack's size and the control channel are used */
    int64_t waiters;
};

/* Reads the options of the program; only threads have stacks of a size to choose. Exits 2 on wrong
 * usage. */
void sleep_init(struct sleeping *sleeping, bool has_stacks, int argc, char **argv);

#endif
