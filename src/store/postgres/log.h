/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log of a PostgreSQL that would not start. */
#ifndef WAITBENCH_STORE_POSTGRES_LOG_H
#define WAITBENCH_STORE_POSTGRES_LOG_H

#include <stddef.h>

/* Writes the line of the log's end that says what went wrong: the last that calls itself an error,
 * else the last there is; "" without any. */
void postgres_log_last(int fd, char *line, size_t size);

#endif
