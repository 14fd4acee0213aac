/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same seam for a loop: a query is handed in, and called back when its answer is there. Whether
 * a thread of libuv's pool waits meanwhile or a socket is polled is the engine's business
 * (loop_store_*.c). --store-call inline is not among them: such a loop calls store_get().
 *
 * There is no way to take a query back. Neither half reads from a connection to learn whether it is
 * still there while its store is asked, and so both put the same load on a store: a connection that
 * is gone is found to be when it is answered. */
#ifndef WAITBENCH_BENCH_WEB_LOOP_STORE_H
#define WAITBENCH_BENCH_WEB_LOOP_STORE_H

#include "store.h"

#include <stdbool.h>
#include <sys/queue.h>
#include <uv.h>

struct loop_query;
typedef void (*loop_query_cb)(struct loop_query *query);

/* One query, in memory of the caller's that stays where it is until the callback. */
struct loop_query {
    int64_t id;
    loop_query_cb answered_cb;
    /* For the callback: */
    enum store_answer answer;
    char text[ROW_TEXT_LETTERS + 1]; /* of the row, if it was found */
    /* The engine's, from submit to callback: */
    struct loop_store *store;
    union {
        uv_work_t work;
        TAILQ_ENTRY(loop_query) entry;
    };
};

/* A loop's share of the server's store. */
struct loop_store {
    struct store *store;
    uv_loop_t *uv;
    size_t loops; /* that share the store: this one gets 1/loops of its connections, at least one */
    const struct loop_store_engine *engine;
    void *state; /* the engine's */
};

struct loop_store_engine {
    /* Before the loop runs, on the main thread. Returns 0, or -errno with `error` set. */
    int (*open)(struct loop_store *loop_store, struct error *error);
    /* On the loop's thread. Calls query->answered_cb exactly once, later, never before it returns:
     * with STORE_FAILED where there is no answer to be had within reasonable time. */
    void (*submit)(struct loop_store *loop_store, struct loop_query *query);
};

extern const struct loop_store_engine loop_store_pool;
extern const struct loop_store_engine loop_store_postgres;

/* To be called for each loop once the store is open and before the loop runs. Returns 0, or -errno
 * with `error` set. */
int loop_store_open(struct loop_store *loop_store, struct store *store, uv_loop_t *uv, size_t loops,
                    struct error *error);

/* Whether store_get() is to be called instead of loop_store_submit(). */
bool loop_store_is_inline(const struct loop_store *loop_store);

void loop_store_submit(struct loop_store *loop_store, struct loop_query *query, int64_t id,
                       loop_query_cb answered_cb);

/* For engines: the answer is there. Calls back. Failures are counted by who asks the store, which
 * store_get() does itself. */
void loop_query_answer(struct loop_query *query, enum store_answer answer);

#endif
