/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a store, after Cal Paterson's python-web-perf: a number and 20 letters. They follow
 * from a seed, so that whoever knows it can tell whether a reply is right: servers, whatever their
 * store, what fills a store, and the load generator. */
#ifndef WAITBENCH_STORE_ROW_H
#define WAITBENCH_STORE_ROW_H

#include <stddef.h>
#include <stdint.h>

/* Ids of a store's rows go from 1 to their number. */
#define ROW_ID_MAX       INT64_C(9999999999) /* ten digits */
#define ROWS_DEFAULT     100000
#define ROWS_MAX         10000000
#define ROW_TEXT_LETTERS 20
#define ROW_JSON_LENGTH  48

/* The letters of row `id`, a to z, and a NUL. */
void row_text(uint64_t seed, int64_t id, char text[ROW_TEXT_LETTERS + 1]);

/* Writes {"a": "0000000042", "b": "..."}, ROW_JSON_LENGTH characters and a NUL, of an id from 0 to
 * ROW_ID_MAX and 20 letters. */
void row_json(int64_t id, const char *text, char json[ROW_JSON_LENGTH + 1]);

#endif
