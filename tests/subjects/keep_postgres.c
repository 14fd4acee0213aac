/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A PostgreSQL cluster for as long as standard input is open, for tests that look at it from
 * outside: prints `KEY VALUE` lines and `end` when it is there; answers `cpu` with its processor
 * time in nanoseconds, and `rows` with what its rows should be. Exits 3 where something must be
 * installed first, like every program here.
 *
 * usage: keep_postgres SEED ROWS CONNECTIONS DELAY-US [CPU] */
#include "base/interrupt.h"
#include "store/postgres_cluster.h"
#include "store/postgres_delay.h"
#include "store/row.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int bind_to(void *cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(*(int *)cpu, &set);
    return sched_setaffinity(0, sizeof set, &set) < 0 ? -errno : 0;
}

static int give_up(int result, const struct error *error)
{
    fprintf(stderr, "keep_postgres: %s\n", error->text);
    return result == -ENOPKG ? EXIT_MISSING : EXIT_MEASUREMENT_FAILED;
}

static void tell(const struct postgres_cluster *cluster, int64_t delay_us)
{
    char query[POSTGRES_QUERY_SIZE];
    postgres_query(delay_us, query);
    printf("conninfo %s\nfolder %s\npid %d\nkeeper %d\nversion %s\nquery %s\nend\n",
           cluster->conninfo, cluster->folder, cluster->pid, cluster->keeper.pid, cluster->version,
           query);
    fflush(stdout);
}

static void tell_cpu(const struct postgres_cluster *cluster)
{
    int64_t cpu_ns = -1;
    int result = postgres_cluster_cpu_ns(cluster, &cpu_ns);
    printf("cpu %" PRId64 "\n", result < 0 ? result : cpu_ns);
}

static void tell_rows(const struct postgres_cluster_options *options)
{
    char text[ROW_TEXT_LETTERS + 1];
    for (int64_t id = 1; id <= options->rows; id++) {
        row_text(options->seed, id, text);
        printf("%" PRId64 "\t%s\n", id, text);
    }
    printf("end\n");
}

static void serve(const struct postgres_cluster *cluster,
                  const struct postgres_cluster_options *options)
{
    char line[64];
    while (fgets(line, sizeof line, stdin)) {
        if (strcmp(line, "cpu\n") == 0)
            tell_cpu(cluster);
        else if (strcmp(line, "rows\n") == 0)
            tell_rows(options);
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    struct postgres_cluster cluster;
    struct error error = {""};
    if (argc < 5)
        return EXIT_USAGE;
    int cpu = argc > 5 ? atoi(argv[5]) : -1;
    struct postgres_cluster_options options = {
        .seed = strtoull(argv[1], NULL, 10),
        .rows = atoll(argv[2]),
        .connections = atoll(argv[3]),
        .place = cpu >= 0 ? bind_to : NULL,
        .place_argument = &cpu,
    };
    interrupt_catch();
    int result = postgres_cluster_start(&cluster, &options, &error);
    if (result < 0)
        return give_up(result, &error);
    result = postgres_delay_prepare(cluster.conninfo, atoll(argv[4]), &error);
    if (result == 0) {
        tell(&cluster, atoll(argv[4]));
        serve(&cluster, &options);
    }
    int stopped = postgres_cluster_stop(&cluster);
    if (stopped < 0)
        fprintf(stderr, "keep_postgres: cannot end it: %s\n", strerror(-stopped));
    if (result < 0)
        return give_up(result, &error);
    return stopped < 0 ? EXIT_MEASUREMENT_FAILED : EXIT_DONE;
}
