/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres/rows.h"

#include "base/interrupt.h"
#include "store/postgres/ask.h"
#include "store/row.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

/* A table that is filled in the transaction that makes it needs no record of each row, and its rows
 * can be written as if they had always been there: otherwise who reads one first would write. */
#define BEGIN "BEGIN; CREATE TABLE item (a integer NOT NULL, b text NOT NULL)"
#define COPY  "COPY item (a, b) FROM STDIN (FREEZE)"
#define END   "ALTER TABLE item ADD PRIMARY KEY (a); COMMIT"

#define WHAT "fill PostgreSQL"

/* How much is handed over at once. */
#define ROWS_PER_COPY 1000
#define LINE_BYTES    (10 + 1 + ROW_TEXT_LETTERS + 1)

static int put_rows(PGconn *connection, uint64_t seed, int64_t first, int64_t last)
{
    char lines[ROWS_PER_COPY * LINE_BYTES + 1];
    char text[ROW_TEXT_LETTERS + 1];
    int length = 0;
    for (int64_t id = first; id <= last; id++) {
        row_text(seed, id, text);
        length +=
            snprintf(lines + length, sizeof lines - (size_t)length, "%" PRId64 "\t%s\n", id, text);
    }
    return PQputCopyData(connection, lines, length);
}

static int copy_rows(PGconn *connection, uint64_t seed, int64_t rows, struct error *error)
{
    PGresult *result = PQexec(connection, COPY);
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    if (status != PGRES_COPY_IN)
        return postgres_fail(connection, WHAT, error);
    for (int64_t first = 1; first <= rows; first += ROWS_PER_COPY) {
        int64_t last = first + ROWS_PER_COPY - 1;
        if (interrupt_signal())
            return error_set(error, -EINTR, "interrupted");
        if (put_rows(connection, seed, first, last < rows ? last : rows) != 1)
            return postgres_fail(connection, WHAT, error);
    }
    return PQputCopyEnd(connection, NULL) == 1 ? 0 : postgres_fail(connection, WHAT, error);
}

/* Whether all rows were taken. */
static int end_copy(PGconn *connection, struct error *error)
{
    int failure = 0;
    for (PGresult *result; (result = PQgetResult(connection));) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK && failure == 0)
            failure = postgres_fail(connection, WHAT, error);
        PQclear(result);
    }
    return failure;
}

int postgres_rows_make(PGconn *connection, uint64_t seed, int64_t rows, struct error *error)
{
    int result = postgres_command(connection, BEGIN, WHAT, error);
    if (result == 0)
        result = copy_rows(connection, seed, rows, error);
    if (result == 0)
        result = end_copy(connection, error);
    if (result == 0)
        result = postgres_command(connection, END, WHAT, error);
    if (result == 0)
        result = postgres_command(connection, "ANALYZE item", WHAT, error);
    if (result == 0)
        result = postgres_command(connection, "CHECKPOINT", WHAT, error);
    return result;
}
