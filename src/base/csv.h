/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV as RFC 4180 has it: one header line, no comments, `.` decimals, an empty cell = not measured.
 * Columns are addressed by name, so that columns can be added and old files still read. */
#ifndef WAITBENCH_BASE_CSV_H
#define WAITBENCH_BASE_CSV_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* ---- Writing (csv_write.c). A row is one write(2): a killed process leaves whole rows. ---- */

struct csv_writer;

/* Creates `path` (which must not exist) with the header line. `columns` is borrowed and must
 * outlive the writer. Returns 0 or -errno with `error` set and no file left. */
int csv_create(struct csv_writer **writer, const char *path, const char *const *columns,
               size_t column_count, struct error *error);

/* The same to an open descriptor, such as a copy of standard output, which the writer closes in the
 * end, also on failure; `name` stands for it in messages. */
int csv_create_on(struct csv_writer **writer, int fd, const char *name, const char *const *columns,
                  size_t column_count, struct error *error);

/* Set a cell of the row at hand; a cell never set stays empty. Naming a column that the header
 * lacks is a programming error and aborts. Text is copied and quoted where needed. A double that
 * is not finite leaves the cell empty; others are written with up to nine significant digits. */
void csv_set_text(struct csv_writer *writer, const char *column, const char *text);
void csv_set_int64(struct csv_writer *writer, const char *column, int64_t value);
void csv_set_double(struct csv_writer *writer, const char *column, double value);

/* Writes the row and starts an empty one. Returns 0 or -errno with `error` set: the disk is full,
 * say, or memory ended while a cell was set (-ENOMEM); no part of the row is in the file then. */
int csv_end_row(struct csv_writer *writer, struct error *error);

/* Closes and frees; NULL is accepted. */
void csv_destroy(struct csv_writer *writer);

/* ---- Reading (csv_read.c). The whole file is held in memory. ---- */

struct csv_table;

/* Reads a file. Refuses, with file and line number in `error`: a NUL byte, a line over 1 MiB, a row
 * with more or fewer cells than the header, a quote that never ends, a last line without a newline,
 * a column named twice, over 4096 columns, a file over 1 GiB. Returns 0 or -errno; -EBADMSG for
 * malformed content. */
int csv_read(struct csv_table **table, const char *path, struct error *error);

/* The same from memory; `name` stands for the file in messages. `text` is copied. */
int csv_parse(struct csv_table **table, const char *text, size_t length, const char *name,
              struct error *error);

size_t csv_row_count(const struct csv_table *table);
size_t csv_column_count(const struct csv_table *table);
const char *csv_column_name(const struct csv_table *table, size_t column);

/* The column of that name, or -1: a file of an older version lacks what came later. */
int csv_column(const struct csv_table *table, const char *name);

/* A cell's text, owned by the table; "" for a column of -1. */
const char *csv_cell(const struct csv_table *table, size_t row, int column);

/* A cell's number. Returns 1 with `value` set, 0 for an empty cell or a column of -1, or -EBADMSG
 * with file, line and column in `error` for text that is not a number. */
int csv_number(const struct csv_table *table, size_t row, int column, double *value,
               struct error *error);

/* For csv_join: no row. */
#define CSV_NO_ROW SIZE_MAX

/* A table of `rows` with the columns that it lacks and `others` has, of the row of `others` that
 * `matches` names for each row: empty for CSV_NO_ROW. Cells stay those of the two tables, which
 * must outlive it. Returns 0 or -ENOMEM with `error` set. */
int csv_join(struct csv_table **joined, const struct csv_table *rows,
             const struct csv_table *others, const size_t *matches, struct error *error);

/* The line of the file on which a row begins, counted from 1. */
size_t csv_line(const struct csv_table *table, size_t row);

/* Frees; NULL is accepted. */
void csv_table_destroy(struct csv_table *table);

#endif
