/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What --store-delay-us really takes in PostgreSQL, one query after the other: how much longer than
 * without it, and what it costs the database of a processor. And how long it takes to make a
 * cluster and to end it. */
#include "base/clock.h"
#include "store/postgres_cluster.h"
#include "store/postgres_delay.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#define SECONDS_EACH 2
#define QUERIES_MAX  100000

static void fail(const char *why)
{
    fprintf(stderr, "store_delay: %s\n", why);
    exit(1);
}

static int compare(const void *one, const void *other)
{
    int64_t a = *(const int64_t *)one;
    int64_t b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

/* The median time of a query, and the mean of the processor time. */
struct cost {
    int64_t median_ns;
    int64_t cpu_ns;
};

static int64_t ask_ns(PGconn *connection)
{
    const char *const id = "42";
    int64_t start_ns = clock_now_ns();
    PGresult *result = PQexecPrepared(connection, "row", 1, &id, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1)
        fail(PQerrorMessage(connection));
    PQclear(result);
    return clock_now_ns() - start_ns;
}

static struct cost measure(const struct postgres_cluster *cluster, PGconn *connection)
{
    int64_t *times_ns = calloc(QUERIES_MAX, sizeof *times_ns);
    int64_t before_ns = 0;
    int64_t after_ns = 0;
    int count = 0;
    if (!times_ns)
        fail("out of memory");
    for (int i = 0; i < 10; i++)
        ask_ns(connection);
    postgres_cluster_cpu_ns(cluster, &before_ns);
    int64_t end_ns = clock_now_ns() + SECONDS_EACH * NS_PER_SECOND;
    while (count < QUERIES_MAX && clock_now_ns() < end_ns)
        times_ns[count++] = ask_ns(connection);
    postgres_cluster_cpu_ns(cluster, &after_ns);
    qsort(times_ns, (size_t)count, sizeof *times_ns, compare);
    struct cost cost = {times_ns[count / 2], (after_ns - before_ns) / count};
    free(times_ns);
    return cost;
}

static struct cost measure_delay(const struct postgres_cluster *cluster, int64_t delay_us)
{
    char query[POSTGRES_QUERY_SIZE];
    struct error error;
    postgres_query(delay_us, query);
    if (postgres_delay_prepare(cluster->conninfo, delay_us, &error) < 0)
        fail(error.text);
    PGconn *connection = PQconnectdb(cluster->conninfo);
    PQclear(PQprepare(connection, "row", query, 1, NULL));
    struct cost cost = measure(cluster, connection);
    PQfinish(connection);
    return cost;
}

int main(void)
{
    static const int64_t delays_us[] = {0, 100, 1000, 1001, 10000, 10001};
    struct postgres_cluster_options options = {.seed = 1, .rows = 100000, .connections = 1};
    struct postgres_cluster cluster;
    struct cost least = {0, 0};
    struct error error;
    int64_t start_ns = clock_now_ns();
    if (postgres_cluster_start(&cluster, &options, &error) < 0)
        fail(error.text);
    printf("made within %.2f s\n", (double)(clock_now_ns() - start_ns) / 1e9);
    for (size_t i = 0; i < sizeof delays_us / sizeof *delays_us; i++) {
        struct cost cost = measure_delay(&cluster, delays_us[i]);
        if (i == 0)
            least = cost;
        printf("delay %5" PRId64 " us: %7.0f us longer, %5.0f us of processor time more\n",
               delays_us[i], (double)(cost.median_ns - least.median_ns) / 1e3,
               (double)(cost.cpu_ns - least.cpu_ns) / 1e3);
        if (i == 0)
            printf("        without it %5.0f us, %5.0f us\n", (double)cost.median_ns / 1e3,
                   (double)cost.cpu_ns / 1e3);
    }
    start_ns = clock_now_ns();
    if (postgres_cluster_stop(&cluster) < 0)
        fail("cannot end it");
    printf("ended within %.2f s\n", (double)(clock_now_ns() - start_ns) / 1e9);
    return 0;
}
