/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/csv.h"

#include "base/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct csv_writer {
    int fd;
    char *path;
    const char *const *columns;
    size_t column_count;
    char **cells; /* NULL where the cell is empty */
    int fault;    /* -errno of a cell of the row at hand that could not be set, or 0 */
};

static void write_cell(FILE *line, const char *text)
{
    if (!strpbrk(text, "\",\r\n")) {
        fputs(text, line);
        return;
    }
    fputc('"', line);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', line);
        fputc(*text, line);
    }
    fputc('"', line);
}

/* A row that did not fit on the disk is taken back, so that the file keeps whole rows only. What is
 * no file (a pipe, /dev/full) cannot take anything back, and why the row did not fit is the news.
 */
static int write_row(struct csv_writer *writer, const char *const *cells, struct error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *line = open_memstream(&bytes, &length);
    if (!line)
        return error_set(error, -ENOMEM, "out of memory for a row of %s", writer->path);
    for (size_t i = 0; i < writer->column_count; i++) {
        if (i > 0)
            fputc(',', line);
        if (cells[i])
            write_cell(line, cells[i]);
    }
    fputc('\n', line);
    bool whole = ferror(line) == 0;
    int result = fclose(line) == 0 && whole ? 0 : -ENOMEM;
    if (result == 0) {
        off_t before = lseek(writer->fd, 0, SEEK_END);
        result = write_whole(writer->fd, bytes, length);
        if (result < 0 && before >= 0)
            (void)!ftruncate(writer->fd, before);
    }
    free(bytes);
    if (result < 0)
        return error_set(error, result, "cannot write to %s: %s", writer->path, strerror(-result));
    return 0;
}

int csv_create_on(struct csv_writer **writer, int fd, const char *name, const char *const *columns,
                  size_t column_count, struct error *error)
{
    struct csv_writer *created = calloc(1, sizeof *created);
    if (!created) {
        close(fd);
        return error_set(error, -ENOMEM, "out of memory");
    }
    *created = (struct csv_writer){
        .fd = fd,
        .path = strdup(name),
        .columns = columns,
        .column_count = column_count,
        .cells = calloc(column_count, sizeof(char *)),
    };
    int result = 0;
    if (!created->path || !created->cells)
        result = error_set(error, -ENOMEM, "out of memory");
    else
        result = write_row(created, columns, error);
    if (result < 0) {
        csv_destroy(created);
        return result;
    }
    *writer = created;
    return 0;
}

int csv_create(struct csv_writer **writer, const char *path, const char *const *columns,
               size_t column_count, struct error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0)
        return error_set(error, -errno, "cannot create %s: %s", path, strerror(errno));
    int result = csv_create_on(writer, fd, path, columns, column_count, error);
    if (result < 0)
        unlink(path);
    return result;
}

static char **writer_cell(struct csv_writer *writer, const char *column)
{
    for (size_t i = 0; i < writer->column_count; i++)
        if (strcmp(writer->columns[i], column) == 0)
            return &writer->cells[i];
    fprintf(stderr, "waitbench: bug: %s has no column %s\n", writer->path, column);
    abort();
}

void csv_set_text(struct csv_writer *writer, const char *column, const char *text)
{
    char **cell = writer_cell(writer, column);
    free(*cell);
    *cell = text[0] == '\0' ? NULL : strdup(text);
    if (text[0] != '\0' && !*cell)
        writer->fault = -ENOMEM;
}

void csv_set_int64(struct csv_writer *writer, const char *column, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, value);
    csv_set_text(writer, column, text);
}

void csv_set_double(struct csv_writer *writer, const char *column, double value)
{
    char text[32] = "";
    if (isfinite(value))
        snprintf(text, sizeof text, "%.9g", value);
    csv_set_text(writer, column, text);
}

int csv_end_row(struct csv_writer *writer, struct error *error)
{
    /* An empty cell says that it was not measured; this one was. */
    int result = writer->fault;
    if (result < 0)
        error_set(error, result, "out of memory for a row of %s", writer->path);
    else
        result = write_row(writer, (const char *const *)writer->cells, error);
    writer->fault = 0;
    for (size_t i = 0; i < writer->column_count; i++) {
        free(writer->cells[i]);
        writer->cells[i] = NULL;
    }
    return result;
}

void csv_destroy(struct csv_writer *writer)
{
    if (!writer)
        return;
    if (writer->fd >= 0)
        close(writer->fd);
    for (size_t i = 0; writer->cells && i < writer->column_count; i++)
        free(writer->cells[i]);
    free(writer->cells);
    free(writer->path);
    free(writer);
}
