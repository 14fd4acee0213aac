/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres_delay.h"

#include "store/postgres/ask.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

static const char make_function[] =
    "CREATE EXTENSION IF NOT EXISTS plperlu;"
    "CREATE OR REPLACE FUNCTION item_sleep_us(bigint) RETURNS boolean LANGUAGE plperlu VOLATILE AS "
    "'use Time::HiRes; Time::HiRes::usleep($_[0]); return 1;'";

static int make(PGconn *connection, int64_t delay_us, struct error *error)
{
    PGresult *result = PQexec(connection, make_function);
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    bool made = PQresultStatus(result) == PGRES_COMMAND_OK;
    /* feature_not_supported (the extension is not there), undefined_file */
    bool missing = state && (strcmp(state, "0A000") == 0 || strcmp(state, "58P01") == 0);
    PQclear(result);
    if (made)
        return 0;
    if (!missing)
        return postgres_fail(connection, "make PostgreSQL's function that sleeps", error);
    int version = PQserverVersion(connection) / 10000;
    return error_set(error, -ENOPKG,
                     "a store delay of %" PRId64 " us is not one of whole milliseconds, for which "
                     "PostgreSQL needs PL/Perl: install the package postgresql-plperl-%d, or ask "
                     "for whole milliseconds",
                     delay_us, version);
}

int postgres_delay_prepare(const char *conninfo, int64_t delay_us, struct error *error)
{
    PGconn *connection;
    if (postgres_delay_is_whole_ms(delay_us))
        return 0;
    int result = postgres_connect(&connection, conninfo, error);
    if (result < 0)
        return result;
    result = make(connection, delay_us, error);
    PQfinish(connection);
    return result;
}
