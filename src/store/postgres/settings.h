/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How our PostgreSQL is set for a benchmark that reads, the same for every arm of it. */
#ifndef WAITBENCH_STORE_POSTGRES_SETTINGS_H
#define WAITBENCH_STORE_POSTGRES_SETTINGS_H

#include "store/postgres/words.h"

#include <stdint.h>

/* Adds what postgres is started with, for a cluster whose data are in `folder`/data, with its
 * socket in `folder`. */
void postgres_settings_add(struct postgres_words *words, const char *folder, int64_t rows,
                           int64_t connections);

#endif
