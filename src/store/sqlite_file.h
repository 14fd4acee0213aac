/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SQLite database with the rows of a seed: table `item` of `a integer primary key, b text`. */
#ifndef WAITBENCH_STORE_SQLITE_FILE_H
#define WAITBENCH_STORE_SQLITE_FILE_H

#include "base/error.h"

#include <stdint.h>

/* The text of row ?1. */
#define SQLITE_FILE_SELECT "SELECT b FROM item WHERE a = ?1"

/* Makes the database at `path`, where nothing is yet: rows 1 to `rows`, in WAL mode, closed again,
 * with no -wal or -shm beside it. 100,000 rows take about 70 ms and 2.9 MB. It makes SQLite
 * initialise itself: what sqlite3_config() shall say in this process is to be said before. Returns
 * 0 or -errno with `error` set and nothing left at `path`; -EEXIST when something was there. */
int sqlite_file_make(const char *path, uint64_t seed, int64_t rows, struct error *error);

/* Removes the database and what SQLite keeps beside it; what is not there is no error. Returns 0 or
 * -errno of the first that would not go. */
int sqlite_file_remove(const char *path);

#endif
