/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether there is a PostgreSQL to make a cluster with, without making one. */
#ifndef WAITBENCH_STORE_POSTGRES_CHECK_H
#define WAITBENCH_STORE_POSTGRES_CHECK_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* One whose queries can take so much longer (store/postgres_delay.h). Returns 0, or -ENOPKG with
 * `error` saying which packages are to be installed. What cannot be seen from outside is taken for
 * granted: making the cluster will tell. */
int postgres_check(int64_t delay_us, struct error *error);

/* In a line for people: the server's version, its folder, and whom a cluster would run as. Returns
 * 0, or -ENOPKG or -ENOENT with `error` saying what is missing. */
int postgres_describe(char *text, size_t size, struct error *error);

#endif
