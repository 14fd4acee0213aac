/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows in a PostgreSQL, asked through libpq by threads that block: --store-connections of them are
 * made at the start, and a thread takes one for each query, after those that came before it. One
 * that is lost is made anew by the next thread that gets it. */
#include "postgres.h"
#include "turns.h"

#include "base/clock.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

struct connection {
    PGconn *pg; /* NULL: lost */
};

struct shared {
    struct postgres postgres; /* first: a loop's half knows nothing else of it (polled.h) */
    struct connection *connections;
    struct turns turns;
    atomic_int_fast64_t retry_at_ns; /* 0: the last try to connect went well */
};

/* While there is no database one of all threads tries at a time, and not more often than the pause
 * says. */
static bool may_try(struct shared *shared)
{
    int_fast64_t now_ns = clock_now_ns();
    int_fast64_t at_ns = atomic_load(&shared->retry_at_ns);
    if (at_ns == 0)
        return true;
    return now_ns >= at_ns &&
           atomic_compare_exchange_strong(&shared->retry_at_ns, &at_ns,
                                          now_ns + POSTGRES_PAUSE_MS * NS_PER_MS);
}

static bool reconnect(struct shared *shared, struct connection *connection)
{
    if (!may_try(shared))
        return false;
    int result = postgres_session_open(&shared->postgres, &connection->pg, NULL);
    atomic_store(&shared->retry_at_ns,
                 result < 0 ? clock_now_ns() + POSTGRES_PAUSE_MS * NS_PER_MS : 0);
    return result == 0;
}

/* Takes all results of a query, of which there is one. Returns whether they came. */
static bool take_results(PGconn *pg, int64_t deadline_ns, enum store_answer *answer, bool *stale,
                         char text[ROW_TEXT_LETTERS + 1])
{
    PGresult *result;
    while (postgres_receive(pg, deadline_ns, &result)) {
        if (!result)
            return true;
        *answer = postgres_answer(result, text);
        *stale = postgres_is_stale(result);
        PQclear(result);
    }
    return false;
}

static enum store_answer ask(struct shared *shared, struct connection *connection, int64_t id,
                             char text[ROW_TEXT_LETTERS + 1])
{
    enum store_answer answer = STORE_FAILED;
    bool stale = false;
    if (!connection->pg && !reconnect(shared, connection))
        return STORE_FAILED;
    int64_t deadline_ns = clock_now_ns() + shared->postgres.patience_ns;
    if (postgres_send_query(connection->pg, id) &&
        take_results(connection->pg, deadline_ns, &answer, &stale, text) && !stale &&
        PQstatus(connection->pg) == CONNECTION_OK)
        return answer;
    PQfinish(connection->pg);
    connection->pg = NULL;
    return STORE_FAILED;
}

static enum store_answer get_row(struct store_session *session, int64_t id,
                                 char text[ROW_TEXT_LETTERS + 1])
{
    struct shared *shared = session->store->state;
    struct connection *connection = turns_take(&shared->turns);
    store_count_connections(session->store, 1);
    enum store_answer answer = ask(shared, connection, id, text);
    store_count_connections(session->store, -1);
    turns_give(&shared->turns, connection);
    return answer;
}

/* Makes all connections, so that what is wrong with the database is told at the start, and nobody
 * measures how long it takes to connect. */
static int open_connections(struct shared *shared, size_t count, struct error *error)
{
    shared->connections = calloc(count, sizeof *shared->connections);
    if (!shared->connections || turns_init(&shared->turns, count) < 0)
        return error_set(error, -ENOMEM, "no memory for %zu connections", count);
    for (size_t i = 0; i < count; i++) {
        struct connection *connection = &shared->connections[i];
        int result = postgres_session_open(&shared->postgres, &connection->pg, error);
        if (result < 0)
            return result;
        turns_give(&shared->turns, connection);
    }
    return 0;
}

static void close_store(struct store *store)
{
    struct shared *shared = store->state;
    postgres_close(&shared->postgres);
}

static int open_store(struct store *store, struct error *error)
{
    struct shared *shared = calloc(1, sizeof *shared);
    bool blocks = store->options.call == STORE_CALL_INLINE;
    if (!shared)
        return error_set(error, -ENOMEM, "no memory for a database");
    int result = postgres_open(&shared->postgres, &store->options, error);
    if (result < 0) {
        free(shared);
        return result;
    }
    if (blocks)
        result = open_connections(shared, (size_t)store->options.connections, error);
    /* The process ends then, and what it has of memory and connections with it. */
    if (result < 0)
        postgres_close(&shared->postgres);
    store->state = shared;
    return result;
}

const struct store_engine store_postgres = {
    .name = "postgres",
    .open = open_store,
    .close = close_store,
    .get = get_row,
};
