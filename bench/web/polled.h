/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection to PostgreSQL that a loop polls: libpq's calls that do not block, and a uv_poll_t
 * that says when there is something to do. It connects, prepares the query, and is ready then for
 * as many queries at a time as it is told; their answers come in their order.
 *
 * Polling is level-triggered. What can be read is handed to libpq (PQconsumeInput) and parsed until
 * it lacks something (PQisBusy); what it could not send (PQflush returns 1) makes it poll for room,
 * too. It goes on polling while it is idle, and so finds out at once when it is cut.
 *
 * A lookup of a host's name, if --store-path has one, blocks: libpq has no other. */
#ifndef WAITBENCH_BENCH_WEB_POLLED_H
#define WAITBENCH_BENCH_WEB_POLLED_H

#include "loop_store.h"
#include "postgres.h"

TAILQ_HEAD(loop_queries, loop_query);

enum polled_state {
    POLLED_DOWN,
    POLLED_CONNECTING,
    POLLED_PREPARING,
    POLLED_READY,
};

struct polled;

/* Whom it serves. Calls come from the loop. */
struct polled_owner {
    const struct postgres *postgres;
    uv_loop_t *uv;
    bool pipeline; /* libpq's pipeline mode */
    /* It is ready, or down: it could not connect (`was_ready` false), or was lost. */
    void (*ready)(struct polled *polled);
    void (*lost)(struct polled *polled, bool was_ready);
    /* That query is answered, and no longer under way. It may send others. */
    void (*answered)(struct polled *polled, struct loop_query *query, enum store_answer answer);
};

struct polled {
    struct polled_owner *owner;
    enum polled_state state;
    PGconn *pg;
    uv_poll_t *poll;
    int events;
    uint64_t heard_ms; /* uv_now() when it last began, sent to an idle server, or heard */
    struct loop_queries under_way; /* sent, the first to be answered first */
    size_t count;                  /* of them */
    enum store_answer answer;      /* of the first, once its row has come */
    bool stale;                    /* it takes no more queries, and is to be made anew */
    bool unsynced;                 /* sent since the last polled_sync() */
    bool prepared;
};

/* Takes a connection that postgres_session_open() has made. Returns 0 or -errno; then `pg` is the
 * caller's still. */
int polled_open(struct polled *polled, struct polled_owner *owner, PGconn *pg);

/* Begins to connect one that is down. */
void polled_connect(struct polled *polled);

/* Sends a query on one that is ready. In pipeline mode it may wait for polled_sync(). */
void polled_send(struct polled *polled, struct loop_query *query);

/* In pipeline mode: ends what was sent since the last time, so that the server answers it. */
void polled_sync(struct polled *polled);

/* Gives it up: it is down, and owner->lost is called. What was under way stays in `under_way`, for
 * the owner. */
void polled_lose(struct polled *polled);

#endif
