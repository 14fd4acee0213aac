/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "postgres.h"

#include "base/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define STATEMENT "row"

static int start_cluster(struct postgres *postgres, const struct store_options *options,
                         struct error *error)
{
    struct postgres_cluster_options wanted = {
        .seed = options->seed,
        .rows = options->rows,
        .connections = options->connections,
    };
    int result = postgres_cluster_start(&postgres->cluster, &wanted, error);
    if (result == 0)
        postgres->conninfo = postgres->cluster.conninfo;
    return result;
}

int postgres_open(struct postgres *postgres, const struct store_options *options,
                  struct error *error)
{
    int64_t patience_ns = POSTGRES_PATIENCE_SECONDS * NS_PER_SECOND;
    *postgres = (struct postgres){
        .conninfo = options->path,
        .patience_ns = patience_ns + options->delay_us * NS_PER_US,
    };
    postgres_query(options->delay_us, postgres->query);
    int result = options->path ? 0 : start_cluster(postgres, options, error);
    if (result < 0)
        return result;
    result = postgres_delay_prepare(postgres->conninfo, options->delay_us, error);
    if (result < 0)
        postgres_close(postgres);
    return result;
}

void postgres_close(struct postgres *postgres)
{
    postgres_cluster_stop(&postgres->cluster);
}

/* In PostgreSQL's view of its connections (pg_stat_activity) ours have the program's name. What
 * --store-path says goes before what is said here. */
#define PARAMETERS_MAX 4
struct parameters {
    const char *keywords[PARAMETERS_MAX];
    const char *values[PARAMETERS_MAX];
    char seconds[16];
};

static void parameters_init(struct parameters *parameters, const struct postgres *postgres)
{
    *parameters = (struct parameters){
        .keywords = {"connect_timeout", "fallback_application_name", "dbname"},
        .values = {parameters->seconds, program_invocation_short_name, postgres->conninfo},
    };
    snprintf(parameters->seconds, sizeof parameters->seconds, "%d", POSTGRES_PATIENCE_SECONDS);
}

/* A database that ends says so on each connection, which is no news for people. */
static void ignore_notice(void *argument, const PGresult *notice)
{
    (void)argument;
    (void)notice;
}

PGconn *postgres_connect_begin(const struct postgres *postgres)
{
    struct parameters parameters;
    parameters_init(&parameters, postgres);
    PGconn *connection = PQconnectStartParams(parameters.keywords, parameters.values, 1);
    if (connection)
        PQsetNoticeReceiver(connection, ignore_notice, NULL);
    return connection;
}

bool postgres_send_prepare(const struct postgres *postgres, PGconn *connection)
{
    return PQsendPrepare(connection, STATEMENT, postgres->query, 1, NULL) == 1;
}

bool postgres_send_query(PGconn *connection, int64_t id)
{
    char text[POSTGRES_ID_SIZE];
    const char *const values[] = {text};
    snprintf(text, sizeof text, "%" PRId64, id);
    return PQsendQueryPrepared(connection, STATEMENT, 1, values, NULL, NULL, 0) == 1;
}

static bool wait_for_input(PGconn *connection, int64_t deadline_ns)
{
    struct pollfd readable = {.fd = PQsocket(connection), .events = POLLIN};
    int ready;
    while ((ready = poll(&readable, 1, clock_poll_timeout_ms(deadline_ns))) < 0 && errno == EINTR)
        ;
    return ready > 0;
}

/* The calls that PQexec() makes, too, but for the deadline. */
bool postgres_receive(PGconn *connection, int64_t deadline_ns, PGresult **result)
{
    while (PQisBusy(connection))
        if (!wait_for_input(connection, deadline_ns) || !PQconsumeInput(connection))
            return false;
    *result = PQgetResult(connection);
    return true;
}

enum store_answer postgres_answer(const PGresult *result, char text[ROW_TEXT_LETTERS + 1])
{
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        return STORE_FAILED;
    if (PQntuples(result) == 0)
        return STORE_NOT_FOUND;
    if (PQgetlength(result, 0, 0) != ROW_TEXT_LETTERS)
        return STORE_FAILED;
    memcpy(text, PQgetvalue(result, 0, 0), ROW_TEXT_LETTERS + 1);
    return STORE_FOUND;
}

/* The server closes the connection behind what it says; a server before 9.6 does not tell. */
static bool is_last_word(const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    return severity && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0);
}

bool postgres_is_stale(const PGresult *result)
{
    /* invalid_sql_statement_name: somebody has discarded it; feature_not_supported: the table's
     * columns are of other types now. */
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    bool unprepared = state && (strcmp(state, "26000") == 0 || strcmp(state, "0A000") == 0);
    return unprepared || is_last_word(result);
}

/* Takes all results of what was sent. Returns whether the connection prepared the query. */
static bool was_prepared(PGconn *connection, int64_t deadline_ns)
{
    PGresult *result;
    bool prepared = false;
    while (postgres_receive(connection, deadline_ns, &result)) {
        if (!result)
            return prepared;
        prepared = PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
    }
    return false;
}

static int refuse(PGconn *connection, const char *what, struct error *error)
{
    const char *message = PQerrorMessage(connection);
    return error_set(error, -EIO, "PostgreSQL %s: %.*s", what, (int)strcspn(message, "\n"),
                     *message ? message : "no answer");
}

int postgres_session_open(const struct postgres *postgres, PGconn **connection, struct error *error)
{
    struct parameters parameters;
    int64_t deadline_ns = clock_now_ns() + POSTGRES_PATIENCE_SECONDS * NS_PER_SECOND;
    int result = 0;
    parameters_init(&parameters, postgres);
    PGconn *made = PQconnectdbParams(parameters.keywords, parameters.values, 1);
    if (!made)
        return error_set(error, -ENOMEM, "out of memory");
    PQsetNoticeReceiver(made, ignore_notice, NULL);
    if (PQstatus(made) != CONNECTION_OK)
        result = refuse(made, "takes no connection", error);
    else if (!postgres_send_prepare(postgres, made) || !was_prepared(made, deadline_ns))
        result = refuse(made, "does not prepare the query for a row", error);
    if (result < 0) {
        PQfinish(made);
        return result;
    }
    *connection = made;
    return 0;
}
