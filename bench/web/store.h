/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a web server's rows come from: the seam between its waiting and its store. What is here
 * blocks until the answer is there, whoever calls it: a thread of a connection, one of a pool, a
 * loop that calls inline, or one of libuv's pool. Each store is an engine in a file of its own
 * (store_*.c); loop_store.h is the like for a loop that does not block. */
#ifndef WAITBENCH_BENCH_WEB_STORE_H
#define WAITBENCH_BENCH_WEB_STORE_H

#include "base/error.h"
#include "store/row.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

enum store_kind {
    STORE_MEMORY,
    STORE_SQLITE,
    STORE_POSTGRES,
};

/* Who waits for the store; STORE_CALL_INLINE is all that threads have. */
enum store_call {
    STORE_CALL_INLINE,   /* whoever serves the connection */
    STORE_CALL_POOL,     /* a thread of libuv's pool */
    STORE_CALL_ASYNC,    /* nobody: the loop polls the store's sockets */
    STORE_CALL_PIPELINE, /* the same, with more than one query under way on a socket */
};

struct store_options {
    int64_t kind;        /* enum store_kind: --store */
    int64_t call;        /* enum store_call: --store-call */
    const char *path;    /* --store-path, a file or a URI; NULL: a temporary one of its own */
    int64_t connections; /* --store-connections: of all threads and loops together, at least 1 */
    int64_t delay_us;    /* --store-delay-us: what each query takes more, without CPU */
    int64_t rows;        /* --rows: 1 to so many are its ids */
    uint64_t seed;       /* of the rows */
};

enum store_answer {
    STORE_FOUND,
    STORE_NOT_FOUND,
    STORE_FAILED, /* no answer to be had: 503; the next query tries again */
};

/* What the store says of itself in `stats`; anybody may write it. */
struct store_figures {
    atomic_int_fast64_t errors;           /* queries that failed */
    atomic_int_fast64_t connections;      /* of a database, in use right now */
    atomic_int_fast64_t connections_most; /* ... at once, so far; 0 where the store has none */
};

/* The one of the server. */
struct store {
    struct store_options options;
    struct store_figures figures;
    const struct store_engine *engine;
    void *state;               /* the engine's, what all threads share; NULL where it needs none */
    pthread_key_t own_session; /* of each thread that calls store_get_on_thread() */
};

/* What one thread asks through. Nobody else uses it, and it costs nothing before its first query.
 */
struct store_session {
    struct store *store;
    void *state; /* the engine's, its own; NULL: none yet, or gone with an error */
};

/* One kind of store. Calls get the store they are made for, with its options, before `open` too.
 * open and close may be NULL, and so may session_close where sessions have no state. */
struct store_engine {
    const char *name;
    /* Before anybody is served, on the main thread: makes what all threads share, and the temporary
     * store if there is no path. Returns 0, or -errno with `error` set and nothing left behind. */
    int (*open)(struct store *store, struct error *error);
    /* Undoes it, when the process ends: other threads may be in the midst of a query still, and
     * what they use must stay. Above all it removes the temporary store. */
    void (*close)(struct store *store);
    /* Writes 20 letters and a NUL if the row was found. Ids may be any number from 0 to ROW_ID_MAX.
     * After a failure it leaves the session such that the next call tries anew: it makes
     * session->state where that is NULL, and may set it to NULL again. The caller counts failures.
     */
    enum store_answer (*get)(struct store_session *session, int64_t id,
                             char text[ROW_TEXT_LETTERS + 1]);
    /* Ends a session, on any thread once its own is done with it. session->state is not NULL. */
    void (*session_close)(struct store_session *session);
};

extern const struct store_engine store_memory;
extern const struct store_engine store_postgres;
extern const struct store_engine store_sqlite;

/* Opens the store of these options, which are copied (`path` must live on). Returns 0, or -errno
 * with `error` set. */
int store_open(struct store *store, const struct store_options *options, struct error *error);

/* For the process's end: what other threads may use still is left to them. */
void store_close(struct store *store);

void store_session_init(struct store_session *session, struct store *store);
void store_session_finish(struct store_session *session);

/* Blocks until the answer is there. Counts failures. */
enum store_answer store_get(struct store_session *session, int64_t id,
                            char text[ROW_TEXT_LETTERS + 1]);

/* The same through a session that belongs to the calling thread, from its first call to its end. */
enum store_answer store_get_on_thread(struct store *store, int64_t id,
                                      char text[ROW_TEXT_LETTERS + 1]);

/* For engines: a connection of a database is used from now on, or (`change` -1) no longer is. */
void store_count_connections(struct store *store, int change);

#endif
