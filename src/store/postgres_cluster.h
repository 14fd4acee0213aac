/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A PostgreSQL of our own for a benchmark that reads: a cluster in a temporary folder with the rows
 * of a seed (table `item` of `a integer primary key, b text`), which listens on a Unix socket in
 * that folder and nowhere else, and ends and goes when its maker stops it, or ends, however that
 * comes. It takes about two seconds to make, most of it initdb's. */
#ifndef WAITBENCH_STORE_POSTGRES_CLUSTER_H
#define WAITBENCH_STORE_POSTGRES_CLUSTER_H

#include "base/error.h"
#include "store/keeper.h"
#include "store/temporary_folder.h"

#include <stdint.h>
#include <sys/types.h>

struct postgres_cluster_options {
    uint64_t seed;       /* of the rows */
    int64_t rows;        /* 1 to so many */
    int64_t connections; /* how many its clients may have at once */
    /* NULL, or what puts all of the cluster's processes in their place: binds to CPUs, enters a
     * cgroup. It runs in the first of them, before anything else, with our rights (root's, if we
     * are root) and a copy of our memory, but none of our descriptors. Returns 0 or -errno. */
    int (*place)(void *argument);
    void *place_argument;
};

struct postgres_cluster {
    struct keeper keeper;
    pid_t pid; /* of the postmaster; its other processes are its children */
    char folder[TEMPORARY_FOLDER_SIZE]; /* below it `data` and `log` */
    char conninfo[256];                 /* for libpq, psql and --store-path */
    char version[32];                   /* "15.8" */
};

/* Makes and fills it. Who is root has it run as the user postgres, or nobody, since PostgreSQL
 * refuses to run as root. Call it before threads start, like keeper_start. Returns 0, or -errno
 * with `error` set and nothing left behind: -ENOPKG when something must be installed first, -EINTR
 * when an interrupt came (base/interrupt.h). */
int postgres_cluster_start(struct postgres_cluster *cluster,
                           const struct postgres_cluster_options *options, struct error *error);

/* Ends it at once, whatever it does, and removes it. Returns 0 or -errno. Fine to call twice, and
 * on one that is zeroed. */
int postgres_cluster_stop(struct postgres_cluster *cluster);

/* The processor time that all its processes have used since it was made. Takes about a millisecond:
 * not for the midst of a measured window. Returns 0, or -errno: -ESRCH when the postmaster is gone.
 */
int postgres_cluster_cpu_ns(const struct postgres_cluster *cluster, int64_t *cpu_ns);

#endif
