/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/ask.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

/* The first line; what follows are hints and details. */
static int first_line_length(const char *message)
{
    return (int)strcspn(message, "\n");
}

int postgres_fail(PGconn *connection, const char *what, struct error *error)
{
    const char *message = PQerrorMessage(connection);
    return error_set(error, -EIO, "cannot %s: %.*s", what, first_line_length(message), message);
}

/* What the server has to say beside, such as that something is there already, is no news. */
static void ignore_notice(void *argument, const PGresult *notice)
{
    (void)argument;
    (void)notice;
}

int postgres_connect(PGconn **connection, const char *conninfo, struct error *error)
{
    PGconn *made = PQconnectdb(conninfo);
    if (!made)
        return error_set(error, -ENOMEM, "out of memory");
    if (PQstatus(made) != CONNECTION_OK) {
        postgres_fail(made, "connect to PostgreSQL", error);
        PQfinish(made);
        return -ECONNREFUSED;
    }
    PQsetNoticeReceiver(made, ignore_notice, NULL);
    *connection = made;
    return 0;
}

int postgres_command(PGconn *connection, const char *commands, const char *what,
                     struct error *error)
{
    PGresult *result = PQexec(connection, commands);
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    return status == PGRES_COMMAND_OK ? 0 : postgres_fail(connection, what, error);
}
