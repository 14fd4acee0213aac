/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The search with threads: one for each address that is asked. */
#ifndef WAITBENCH_BENCH_FINDSELF_THREADS_SEARCH_H
#define WAITBENCH_BENCH_FINDSELF_THREADS_SEARCH_H

#include "findself.h"
#include "flow/future.h"
#include "flow/scope.h"

struct search {
    struct findself *self;
    struct future *found; /* to be resolved with this server's own address */
};

/* A scope's child; `argument` is the search. Ends when the server has found itself (0), every
 * address is somebody else's (0), or the token is cancelled. */
int search_run(struct token *token, void *argument);

#endif
