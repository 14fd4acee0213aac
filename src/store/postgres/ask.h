/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a connection of libpq's is asked before anybody measures it. */
#ifndef WAITBENCH_STORE_POSTGRES_ASK_H
#define WAITBENCH_STORE_POSTGRES_ASK_H

#include "base/error.h"

#include <libpq-fe.h>

/* Connects. Returns 0 with the caller's `connection` to PQfinish, or -ECONNREFUSED, whatever the
 * reason, with `error` set. */
int postgres_connect(PGconn **connection, const char *conninfo, struct error *error);

/* Runs commands that return no rows. Returns 0, or -EIO with "cannot WHAT: REASON" in `error`. */
int postgres_command(PGconn *connection, const char *commands, const char *what,
                     struct error *error);

/* Sets `error` to "cannot WHAT: REASON" with the first line of libpq's. Returns -EIO. */
int postgres_fail(PGconn *connection, const char *what, struct error *error);

#endif
