/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keeper's side of a cluster (store/keeper.h): makes it, starts it, and ends and removes it
 * when its maker is gone. It speaks no SQL. */
#ifndef WAITBENCH_STORE_POSTGRES_SERVER_H
#define WAITBENCH_STORE_POSTGRES_SERVER_H

#include "base/error.h"
#include "store/postgres/user.h"
#include "store/temporary_folder.h"

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

/* The role that initdb makes, which may do all, and where it connects to. */
#define POSTGRES_SERVER_ROLE     "waitbench"
#define POSTGRES_SERVER_DATABASE "postgres"

struct postgres_server_plan {
    char programs[PATH_MAX]; /* the folder of initdb and postgres */
    struct postgres_user user;
    int64_t rows;
    int64_t connections;
    int (*place)(void *argument); /* store/postgres_cluster.h */
    void *place_argument;
};

/* What the keeper tells when the server takes connections, or cannot be started. */
struct postgres_server_report {
    int code; /* 0 or -errno with `error` set */
    pid_t pid;
    char folder[TEMPORARY_FOLDER_SIZE];
    struct error error;
};

/* A keeper_main, with a struct postgres_server_plan. */
int postgres_server_keep(int fd, void *plan);

#endif
