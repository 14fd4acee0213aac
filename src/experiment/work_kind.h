/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of work that a request can be, since work is not all alike: what one kind says of threads
 * and loops, another denies. */
#ifndef WAITBENCH_EXPERIMENT_WORK_KIND_H
#define WAITBENCH_EXPERIMENT_WORK_KIND_H

#include "experiment/plan.h"

#include <stdbool.h>

enum work_kind {
    WORK_LIGHT,         /* 64 bytes, and nothing to do for them */
    WORK_REALISTIC,     /* a parsed request, a filled page: 20 us, some stack and heap */
    WORK_SLOW_RARELY,   /* 5 us, and 1 in 1,000 takes 20 ms more: a report among the clicks */
    WORK_SLOW_OFTEN,    /* 5 us, and 1 in 100 takes 2 ms more */
    WORK_CACHE,         /* 256 KiB of the connection's own memory touched: more than an L2 holds of
                           a hundred */
    WORK_PAYLOAD,       /* 1 KiB there and back */
    WORK_LARGE_PAYLOAD, /* 16 KiB */
    WORK_SHORT,         /* a new connection for each request */
    WORK_KINDS,
};

/* ", with work": for a line that says what is measured now. Empty for light work. */
const char *work_kind_text(enum work_kind kind);

/* Sets what the kind asks of the arm and of the load. */
void work_kind_apply(enum work_kind kind, struct arm_parameters *parameters,
                     struct trial_load *load);

/* Whether the server needs options of ours for it, which a foreign one does not take. */
bool work_kind_needs_options(enum work_kind kind);

#endif
