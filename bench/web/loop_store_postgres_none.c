/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a build without libpq has instead of loop_store_postgres.c, which is never asked:
 * the store itself cannot be opened. */
#include "loop_store.h"

#include <errno.h>

static int open_engine(struct loop_store *loop_store, struct error *error)
{
    (void)loop_store;
    return error_set(error, -ENOPKG, "this build has no PostgreSQL");
}

const struct loop_store_engine loop_store_postgres = {
    .open = open_engine,
};
