/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/postgres_cluster.h"

#include "store/postgres/ask.h"
#include "store/postgres/end.h"
#include "store/postgres/programs.h"
#include "store/postgres/rows.h"
#include "store/postgres/server.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What else libpq would take from the environment and might spoil it is spelt out; over a Unix
 * socket there is nothing to encrypt. */
#define CONNINFO                                                                         \
    "host='%s' port=5432 user=" POSTGRES_SERVER_ROLE " dbname=" POSTGRES_SERVER_DATABASE \
    " options='' sslmode=disable gssencmode=disable"

static int plan_server(struct postgres_server_plan *plan,
                       const struct postgres_cluster_options *options, struct error *error)
{
    *plan = (struct postgres_server_plan){
        .rows = options->rows,
        .connections = options->connections,
        .place = options->place,
        .place_argument = options->place_argument,
    };
    int result = postgres_programs_find(plan->programs, error);
    return result < 0 ? result : postgres_user_find(&plan->user, error);
}

/* Has a keeper start the server. */
static int start_server(struct postgres_cluster *cluster, struct postgres_server_plan *plan,
                        struct error *error)
{
    struct postgres_server_report report;
    int result = keeper_start(&cluster->keeper, postgres_server_keep, plan, error);
    if (result < 0)
        return result;
    result = keeper_hear(&cluster->keeper, &report, sizeof report, error);
    if (result == 0 && report.code < 0)
        return error_set(error, report.code, "%s", report.error.text);
    if (result < 0)
        return result;
    cluster->pid = report.pid;
    memcpy(cluster->folder, report.folder, sizeof report.folder);
    snprintf(cluster->conninfo, sizeof cluster->conninfo, CONNINFO, cluster->folder);
    return 0;
}

/* "15.8 (Debian 15.8-0+deb12u1)" tells the number only. */
static void keep_version(struct postgres_cluster *cluster, PGconn *connection)
{
    const char *version = PQparameterStatus(connection, "server_version");
    size_t length = version ? strcspn(version, " ") : 0;
    snprintf(cluster->version, sizeof cluster->version, "%.*s", (int)length,
             version ? version : "");
}

static int fill(struct postgres_cluster *cluster, const struct postgres_cluster_options *options,
                struct error *error)
{
    PGconn *connection;
    int result = postgres_connect(&connection, cluster->conninfo, error);
    if (result < 0)
        return result;
    keep_version(cluster, connection);
    result = postgres_rows_make(connection, options->seed, options->rows, error);
    PQfinish(connection);
    return result;
}

int postgres_cluster_start(struct postgres_cluster *cluster,
                           const struct postgres_cluster_options *options, struct error *error)
{
    struct postgres_cluster made = {.pid = 0};
    struct postgres_server_plan plan;
    int result = plan_server(&plan, options, error);
    if (result < 0)
        return result;
    result = start_server(&made, &plan, error);
    if (result == 0)
        result = fill(&made, options, error);
    if (result < 0) {
        postgres_cluster_stop(&made);
        return result;
    }
    *cluster = made;
    return 0;
}

int postgres_cluster_stop(struct postgres_cluster *cluster)
{
    int result = keeper_stop(&cluster->keeper);
    /* Its keeper may have been killed, of all processes. */
    if (cluster->folder[0] && result < 0) {
        postgres_end(cluster->folder, 0);
        result = temporary_folder_remove(cluster->folder);
    }
    *cluster = (struct postgres_cluster){.pid = 0};
    return result;
}
