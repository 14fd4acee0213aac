/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What both halves have of a PostgreSQL, whoever waits for its answers: which one, the query, and
 * what a result means. Connections are libpq's: store_postgres.c blocks in them, polled.h polls
 * them. */
#ifndef WAITBENCH_BENCH_WEB_POSTGRES_H
#define WAITBENCH_BENCH_WEB_POSTGRES_H

#include "store.h"

#include "store/postgres_cluster.h"
#include "store/postgres_delay.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

/* How long a query that was sent may take, or a connection to be made, beyond --store-delay-us.
 * Then the connection is closed, and its query has failed. */
#define POSTGRES_PATIENCE_SECONDS 5

/* After a try to connect that failed the next is made so much later, by one connection alone.
 * Whoever has a query meanwhile is told that there is no answer. */
#define POSTGRES_PAUSE_MS 200

/* An id as its text, which is how libpq's users hand over parameters. */
#define POSTGRES_ID_SIZE 24

struct postgres {
    struct postgres_cluster cluster; /* our own, where there is no --store-path */
    const char *conninfo;            /* a URI, or KEY=VALUE words */
    char query[POSTGRES_QUERY_SIZE];
    int64_t patience_ns;
};

/* Makes the cluster if there is no path, and has it able to sleep. Returns 0, or -errno with
 * `error` set. `postgres` stays where it is. */
int postgres_open(struct postgres *postgres, const struct store_options *options,
                  struct error *error);

void postgres_close(struct postgres *postgres);

/* Connects and prepares the query, blocking. Returns 0 with the caller's `connection` to PQfinish,
 * or -errno with `error` set. */
int postgres_session_open(const struct postgres *postgres, PGconn **connection,
                          struct error *error);

/* The same in steps: begins to connect; NULL when out of memory. When it is connected,
 * postgres_send_prepare() has it prepare the query. */
PGconn *postgres_connect_begin(const struct postgres *postgres);

/* Both send, as far as that goes without blocking where the connection is not to block. They return
 * whether that went well. */
bool postgres_send_prepare(const struct postgres *postgres, PGconn *connection);
bool postgres_send_query(PGconn *connection, int64_t id);

/* What the query's result (NULL: none came) means; the row's text is taken from it. */
enum store_answer postgres_answer(const PGresult *result, char text[ROW_TEXT_LETTERS + 1]);

/* Whether this failure will be that of each further query of the connection: what it has prepared
 * is of no use any more, or the server closes it. */
bool postgres_is_stale(const PGresult *result);

/* Waits until the connection has a result, or the end of results (NULL), and takes it; not longer
 * than to the deadline. Returns whether it came. */
bool postgres_receive(PGconn *connection, int64_t deadline_ns, PGresult **result);

#endif
