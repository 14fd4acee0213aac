/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom PostgreSQL runs as: it refuses to be root. */
#ifndef WAITBENCH_STORE_POSTGRES_USER_H
#define WAITBENCH_STORE_POSTGRES_USER_H

#include "base/error.h"

#include <stdbool.h>
#include <sys/types.h>

struct postgres_user {
    char name[64];
    uid_t uid;
    gid_t gid;
    bool is_other; /* we are root, and become that user */
};

/* This user; where that is root, the user postgres if there is one, else nobody. Returns 0, or
 * -ENOENT with `error` set. */
int postgres_user_find(struct postgres_user *user, struct error *error);

/* Makes this process that user's for good, without any of root's groups. Returns 0 or -errno. */
int postgres_user_become(const struct postgres_user *user);

#endif
