/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The query for a row, and one that takes so much longer without using a processor.
 *
 * PostgreSQL's own pg_sleep() knows whole milliseconds, which is what it is used for; for the rest
 * there is a function in Perl, where the server has it. */
#ifndef WAITBENCH_STORE_POSTGRES_DELAY_H
#define WAITBENCH_STORE_POSTGRES_DELAY_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

#define POSTGRES_QUERY_SIZE 128

/* Writes the query that has the text of row $1, a bigint, as its only row and column, and no row
 * where there is no such id; in both cases it sleeps `delay_us` first. */
void postgres_query(int64_t delay_us, char query[POSTGRES_QUERY_SIZE]);

/* Whether PostgreSQL needs nothing but itself to sleep that long. */
bool postgres_delay_is_whole_ms(int64_t delay_us);

/* Makes the database able to sleep that long; without it, such a query is refused. Returns 0, or
 * -errno with `error` set: -ENOPKG when something must be installed first. */
int postgres_delay_prepare(const char *conninfo, int64_t delay_us, struct error *error);

#endif
