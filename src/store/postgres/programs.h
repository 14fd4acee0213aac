/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where PostgreSQL's server is installed. */
#ifndef WAITBENCH_STORE_POSTGRES_PROGRAMS_H
#define WAITBENCH_STORE_POSTGRES_PROGRAMS_H

#include "base/error.h"

#include <limits.h>

/* Writes the folder that has both initdb and postgres: that of pg_config, else the newest version's
 * where distributions put them, else the first of PATH. Returns 0, or -ENOPKG with `error` set. */
int postgres_programs_find(char folder[PATH_MAX], struct error *error);

#endif
