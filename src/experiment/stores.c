/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/stores.h"

#include "measure/placement/placement.h"
#include "store/postgres_check.h"
#include "store/postgres_delay.h"
#include "store/row.h"
#include "store/sqlite_file.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Beside the server's: ours, and those that the database keeps for its own people. */
#define CONNECTIONS_SPARE 8

/* ---- SQLite: a file ---- */

static int make_file(struct stores *stores, struct error *error)
{
    int result = stores->folder.path[0] ? 0 : kept_folder_make(&stores->folder, error);
    if (result < 0)
        return result;
    snprintf(stores->file, sizeof stores->file, "%s/rows.sqlite", stores->folder.path);
    result = sqlite_file_make(stores->file, stores->seed, ROWS_DEFAULT, error);
    if (result < 0)
        stores->file[0] = '\0';
    stores->had_file |= result == 0;
    return result;
}

static int need_sqlite(struct stores *stores, int64_t delay_us, const char **path,
                       struct error *error)
{
    (void)delay_us;
    int result = stores->file[0] && access(stores->file, R_OK) == 0 ? 0 : make_file(stores, error);
    if (result == 0)
        *path = stores->file;
    return result;
}

/* ---- PostgreSQL: a cluster ---- */

static int place_cb(void *cpus)
{
    return placement_bind(cpus);
}

static int start_cluster(struct stores *stores, struct error *error)
{
    const struct postgres_cluster_options options = {
        .seed = stores->seed,
        .rows = ROWS_DEFAULT,
        .connections = stores->connections + CONNECTIONS_SPARE,
        .place = place_cb,
        .place_argument = (void *)(uintptr_t)stores->cpus,
    };
    int result = postgres_cluster_start(&stores->cluster, &options, error);
    if (result < 0)
        return result;
    stores->has_cluster = true;
    snprintf(stores->postgres_version, sizeof stores->postgres_version, "%s",
             stores->cluster.version);
    return 0;
}

/* One that died is taken away whole, and another made. */
static int need_postgres(struct stores *stores, int64_t delay_us, const char **path,
                         struct error *error)
{
    int64_t unused;
    int result = 0;
    if (stores->has_cluster && postgres_cluster_cpu_ns(&stores->cluster, &unused) < 0) {
        postgres_cluster_stop(&stores->cluster);
        stores->has_cluster = false;
    }
    if (!stores->has_cluster)
        result = start_cluster(stores, error);
    if (result == 0)
        result = postgres_delay_prepare(stores->cluster.conninfo, delay_us, error);
    if (result == 0)
        *path = stores->cluster.conninfo;
    return result;
}

/* ---- All ---- */

static const struct kind {
    const char *name;
    bool has_processes;
    int (*check)(int64_t delay_us, struct error *error);
    int (*need)(struct stores *stores, int64_t delay_us, const char **path, struct error *error);
} kinds[] = {
    {"sqlite", false, NULL, need_sqlite},
    {"postgres", true, postgres_check, need_postgres},
};

/* NULL of one that a server keeps itself. */
static const struct kind *find(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

int stores_check(const char *name, int64_t delay_us, struct error *error)
{
    const struct kind *kind = find(name);
    int result = kind && kind->check ? kind->check(delay_us, error) : 0;
    return result == -ENOPKG ? -ENOENT : result;
}

int stores_check_place(const char *name, struct error *error)
{
    int result = find(name) ? temporary_folder_check(error) : 0;
    return result < 0 && result != -ENOENT ? -EINVAL : result;
}

int stores_need(struct stores *stores, const char *name, int64_t delay_us, const char **path,
                struct error *error)
{
    const struct kind *kind = find(name);
    *path = NULL;
    return kind ? kind->need(stores, delay_us, path, error) : 0;
}

bool stores_has_processes(const char *name)
{
    const struct kind *kind = find(name);
    return kind && kind->has_processes;
}

int64_t stores_cpu_ns(const struct stores *stores)
{
    int64_t cpu_ns = 0;
    if (stores->has_cluster && postgres_cluster_cpu_ns(&stores->cluster, &cpu_ns) < 0)
        return -1;
    return cpu_ns;
}

const char *stores_sqlite_version(const struct stores *stores)
{
    return stores->had_file ? sqlite3_libversion() : NULL;
}

const char *stores_postgres_version(const struct stores *stores)
{
    return stores->postgres_version[0] ? stores->postgres_version : NULL;
}

void stores_finish(struct stores *stores)
{
    if (stores->has_cluster)
        postgres_cluster_stop(&stores->cluster);
    stores->has_cluster = false;
    stores->file[0] = '\0';
    kept_folder_remove(&stores->folder);
}
