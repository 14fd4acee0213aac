/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the halves of the web scenario share: its options and its store. The rest is around one
 * noun each: a connection between reads, a turn (the requests of one read), routes, replies. What
 * differs between the halves is only who waits. */
#ifndef WAITBENCH_BENCH_WEB_H
#define WAITBENCH_BENCH_WEB_H

#include "store.h"
#include "subject/server.h"

#define WEB_POOL_DEFAULT 32

struct web {
    struct server server; /* first: a connection knows its server */
    struct store_options store_options;
    struct store store;
    int64_t pool_size;          /* threads of the pool, where there is one */
    int64_t request_timeout_ms; /* from a request's first byte to its last */
};

/* What a program is, which decides on the options it takes. */
enum web_half {
    WEB_THREADS,
    WEB_LOOP,
    WEB_POOL,
};

/* Reads the options and opens the store. Exits, with a line that says why, where it cannot. */
void web_init(struct web *web, enum web_half half, int argc, char **argv);

#endif
