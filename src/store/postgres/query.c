/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of store/postgres_delay.h is only words. */
#include "store/postgres_delay.h"

#include <inttypes.h>
#include <stdio.h>

#define US_PER_MS INT64_C(1000)

/* A subquery that depends on nothing is worked out once, before the first row is looked for. */
#define LOOK_UP  "SELECT b FROM item WHERE a = $1::bigint"
#define SLEEP_MS LOOK_UP " AND (SELECT pg_sleep(%.4f)) IS NOT NULL"
#define SLEEP_US LOOK_UP " AND (SELECT item_sleep_us(%" PRId64 "))"

bool postgres_delay_is_whole_ms(int64_t delay_us)
{
    return delay_us % US_PER_MS == 0;
}

void postgres_query(int64_t delay_us, char query[POSTGRES_QUERY_SIZE])
{
    /* pg_sleep() rounds up what is left to whole milliseconds, and a sum of floating-point numbers
     * before it: with 0.001 it often sleeps 2 ms, with half a millisecond less never. */
    if (delay_us == 0)
        snprintf(query, POSTGRES_QUERY_SIZE, LOOK_UP);
    else if (postgres_delay_is_whole_ms(delay_us))
        snprintf(query, POSTGRES_QUERY_SIZE, SLEEP_MS, (double)(delay_us - US_PER_MS / 2) / 1e6);
    else
        snprintf(query, POSTGRES_QUERY_SIZE, SLEEP_US, delay_us);
}
