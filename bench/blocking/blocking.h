/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the halves of the blocking pair share: echo, in which some requests call something that
 * blocks for a while and uses no processor meanwhile, as name resolution does, a file on a slow
 * disk, or a driver that knows no other way. Requests are answered in order: those before one that
 * blocks at once, that one after its call, and those behind it after that. What differs between the
 * halves is who waits for the call.
 *
 * Seed and number of a request decide whether it blocks, as they do whether it is slow
 * (--work-slow-every): with the same E the same requests are both, and where one E is a multiple of
 * the other, all requests of the rarer kind are of the other kind, too. */
#ifndef WAITBENCH_BENCH_BLOCKING_H
#define WAITBENCH_BENCH_BLOCKING_H

#include "subject/server.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BLOCKING_US_MAX INT64_C(60000000)

/* Who makes the call: --block-call. Threads always make it themselves. */
enum blocking_call {
    BLOCKING_CALL_INLINE, /* whoever has read the request */
    BLOCKING_CALL_POOL,   /* a thread of libuv's pool */
};

struct blocking {
    struct server server; /* first: a connection knows its server */
    int64_t block_us;     /* how long a call blocks */
    int64_t block_every;  /* one request in so many blocks; 0: none */
    int64_t block_call;   /* an enum blocking_call */
    int64_t pool_size;    /* threads of the pool, where that makes the call */
};

/* One connection's share of the protocol, whoever waits for it. */
struct blocking_connection {
    struct server_connection base;
    struct subject_request request; /* the one that is coming in */
};

/* What is to be done next with bytes that came in. */
struct blocking_step {
    size_t ready_bytes;   /* first to be sent back: nothing of them blocks */
    size_t blocked_bytes; /* behind them, to be sent back after a call; 0: no call */
};

/* Reads the options of the program, whose `features` are a sum of subject_feature: see server_init.
 */
void blocking_init(struct blocking *blocking, unsigned features, int argc, char **argv);

/* Does the work of each request that `bytes` complete, up to the first one that blocks. What lies
 * behind the step's bytes is given to the next step. */
struct blocking_step blocking_step(struct blocking_connection *connection, const char *bytes,
                                   size_t length);

/* The call that blocks: --block-us from now on. */
void blocking_call(const struct blocking *blocking);

static inline const struct blocking *blocking_of(const struct blocking_connection *connection)
{
    return (const struct blocking *)connection->base.server;
}

#endif
