/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stores of a run: what keeps the rows of its web servers. Each is made once, before the first
 * trial that needs it, in a temporary folder, and is the same for every arm; it ends with the run,
 * whatever ends that (src/store/ sees to it). */
#ifndef WAITBENCH_EXPERIMENT_STORES_H
#define WAITBENCH_EXPERIMENT_STORES_H

#include "base/error.h"
#include "store/kept_folder.h"
#include "store/postgres_cluster.h"

#include <hwloc.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

struct stores {
    /* For the caller to set before the first is made. */
    uint64_t seed;             /* of the rows */
    int64_t connections;       /* the most that a server opens */
    hwloc_const_bitmap_t cpus; /* of a database; borrowed */
    /* What is there. */
    struct kept_folder folder; /* of files */
    char file[PATH_MAX];       /* "" until it is made */
    struct postgres_cluster cluster;
    bool has_cluster;
    /* What there was. */
    bool had_file;
    char postgres_version[32]; /* "" if there was none */
};

/* Whether a store of that name can be had here, with queries that take so much longer. Returns 0;
 * -ENOENT with `error` saying what to install; or -errno. */
int stores_check(const char *name, int64_t delay_us, struct error *error);

/* Whether there is a place for what such a store keeps in a temporary folder. Returns 0; -ENOENT
 * with `error` set where TMPDIR names none, or -EINVAL where it will not do. */
int stores_check_place(const char *name, struct error *error);

/* Makes the store of that name where it is not there: the first time, or because it died or was
 * removed meanwhile. `path` is what servers are told as --store-path, which belongs to `stores`;
 * NULL where a server keeps its rows itself. Returns 0 or -errno with `error` set. */
int stores_need(struct stores *stores, const char *name, int64_t delay_us, const char **path,
                struct error *error);

/* Whether the store has processes of its own, with CPUs to run on. */
bool stores_has_processes(const char *name);

/* CPU time that the processes of all stores have used, -1 where it cannot be read: a database has
 * died. It takes a millisecond: never within a measured window. */
int64_t stores_cpu_ns(const struct stores *stores);

/* The versions of what was used, for as long as `stores` lives; NULL: it was not. */
const char *stores_sqlite_version(const struct stores *stores);
const char *stores_postgres_version(const struct stores *stores);

/* Ends and removes them. Fine on one that is zeroed. */
void stores_finish(struct stores *stores);

#endif
