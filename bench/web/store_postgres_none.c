/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a build without libpq has instead of store_postgres.c. */
#include "store.h"

#include "store/postgres_cluster.h"

#include <stddef.h>

static int open_store(struct store *store, struct error *error)
{
    (void)store;
    /* Which says what is missing. */
    return postgres_cluster_start(NULL, NULL, error);
}

const struct store_engine store_postgres = {
    .name = "postgres",
    .open = open_store,
};
