/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/csv.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES_MAX ((size_t)1 << 30)
#define LINE_BYTES_MAX ((size_t)1 << 20)
#define COLUMNS_MAX    ((size_t)1 << 12)

struct csv_table {
    char *name;
    char *text;   /* the file, its cells ended by NULs in place */
    char **cells; /* header first, row after row; pointers into text */
    size_t cell_count;
    size_t cell_capacity;
    size_t *lines; /* of each row, header first */
    size_t line_count;
    size_t line_capacity;
    size_t column_count;
    int *slots; /* columns by the hash of their names, -1 for none; a power of two of them */
    size_t slot_count;
};

static int push_cell(struct csv_table *table, char *cell)
{
    if (table->cell_count == table->cell_capacity) {
        size_t capacity = table->cell_capacity ? table->cell_capacity * 2 : 256;
        char **grown = reallocarray(table->cells, capacity, sizeof *grown);
        if (!grown)
            return -ENOMEM;
        table->cells = grown;
        table->cell_capacity = capacity;
    }
    table->cells[table->cell_count++] = cell;
    return 0;
}

static int push_line(struct csv_table *table, size_t line)
{
    if (table->line_count == table->line_capacity) {
        size_t capacity = table->line_capacity ? table->line_capacity * 2 : 64;
        size_t *grown = reallocarray(table->lines, capacity, sizeof *grown);
        if (!grown)
            return -ENOMEM;
        table->lines = grown;
        table->line_capacity = capacity;
    }
    table->lines[table->line_count++] = line;
    return 0;
}

/* Where the parser stands. Cells are unquoted in place: what is written never overtakes what is
 * read. */
struct cursor {
    char *at;
    char *end;
    size_t line;
    const char *name;
};

static int malformed(const struct cursor *cursor, struct error *error, const char *what)
{
    return error_set(error, -EBADMSG, "%s:%zu: %s", cursor->name, cursor->line, what);
}

/* Reads one quoted cell; leaves the cursor behind the closing quote. */
static int parse_quoted(struct cursor *cursor, char **cell, struct error *error)
{
    char *out = ++cursor->at;
    *cell = out;
    while (cursor->at < cursor->end) {
        if (*cursor->at == '"') {
            if (cursor->at + 1 < cursor->end && cursor->at[1] == '"') {
                cursor->at++;
            } else {
                cursor->at++;
                /* The byte at `out` is the closing quote or one before it: free to overwrite. */
                *out = '\0';
                return 0;
            }
        } else if (*cursor->at == '\n') {
            cursor->line++;
        }
        *out++ = *cursor->at++;
    }
    return malformed(cursor, error, "a quoted cell never ends");
}

/* Reads one row; `line` is where it began. */
static int parse_row(struct csv_table *table, struct cursor *cursor, struct error *error)
{
    size_t first_line = cursor->line;
    char *row_start = cursor->at;
    for (;;) {
        char *cell = cursor->at;
        if (cursor->at < cursor->end && *cursor->at == '"') {
            int result = parse_quoted(cursor, &cell, error);
            if (result < 0)
                return result;
        } else {
            while (cursor->at < cursor->end && !strchr(",\n\r\"", *cursor->at))
                cursor->at++;
            if (cursor->at < cursor->end && *cursor->at == '"')
                return malformed(cursor, error, "a quote inside a cell that is not quoted");
        }
        if ((size_t)(cursor->at - row_start) > LINE_BYTES_MAX) {
            cursor->line = first_line;
            return malformed(cursor, error, "a line of over 1 MiB");
        }
        if (cursor->at == cursor->end)
            return malformed(cursor, error, "the last line is cut short (no newline)");
        if (push_cell(table, cell) < 0)
            return error_set(error, -ENOMEM, "out of memory reading %s", cursor->name);
        char delimiter = *cursor->at;
        *cursor->at++ = '\0';
        if (delimiter == ',')
            continue;
        if (delimiter == '\r') {
            if (cursor->at == cursor->end || *cursor->at != '\n')
                return malformed(cursor, error, "a carriage return without a newline");
            cursor->at++;
        } else if (delimiter != '\n') {
            return malformed(cursor, error, "text behind a closing quote");
        }
        cursor->line++;
        if (push_line(table, first_line) < 0)
            return error_set(error, -ENOMEM, "out of memory reading %s", cursor->name);
        return 0;
    }
}

/* The slot of that name, or the free one where it belongs (FNV-1a). Cells are asked for by column
 * names, a hundred thousand times for a page. */
static int *slot_of(const struct csv_table *table, const char *name)
{
    uint32_t hash = 2166136261u;
    for (const char *at = name; *at; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619u;
    size_t slot = hash & (table->slot_count - 1);
    while (table->slots[slot] >= 0 && strcmp(table->cells[table->slots[slot]], name) != 0)
        slot = (slot + 1) & (table->slot_count - 1);
    return &table->slots[slot];
}

static int read_header(struct csv_table *table, const struct cursor *cursor, struct error *error)
{
    if (table->column_count > COLUMNS_MAX)
        return error_set(error, -EBADMSG, "%s:1: over %zu columns", cursor->name, COLUMNS_MAX);
    for (table->slot_count = 1; table->slot_count < 2 * table->column_count;)
        table->slot_count *= 2;
    table->slots = malloc(table->slot_count * sizeof *table->slots);
    if (!table->slots)
        return error_set(error, -ENOMEM, "out of memory reading %s", cursor->name);
    for (size_t i = 0; i < table->slot_count; i++)
        table->slots[i] = -1;
    for (size_t i = 0; i < table->column_count; i++) {
        int *slot = slot_of(table, table->cells[i]);
        if (*slot >= 0)
            return error_set(error, -EBADMSG, "%s:1: the column %.64s is named twice", cursor->name,
                             table->cells[i]);
        *slot = (int)i;
    }
    return 0;
}

static int parse_rows(struct csv_table *table, size_t length, struct error *error)
{
    struct cursor cursor = {table->text, table->text + length, 1, table->name};
    char *nul = memchr(table->text, '\0', length);
    if (nul) {
        for (char *at = table->text; at < nul; at++)
            cursor.line += *at == '\n';
        return malformed(&cursor, error, "a NUL byte");
    }
    if (length == 0)
        return malformed(&cursor, error, "the file is empty, not even a header line");
    while (cursor.at < cursor.end) {
        size_t before = table->cell_count;
        size_t line = cursor.line;
        int result = parse_row(table, &cursor, error);
        if (result < 0)
            return result;
        size_t cells = table->cell_count - before;
        if (before == 0) {
            table->column_count = cells;
            result = read_header(table, &cursor, error);
            if (result < 0)
                return result;
        } else if (cells != table->column_count) {
            return error_set(error, -EBADMSG, "%s:%zu: %zu cells where the header has %zu",
                             table->name, line, cells, table->column_count);
        }
    }
    return 0;
}

/* Takes `text`, which has `length` bytes and room for nothing more. */
static int table_from_text(struct csv_table **table, char *text, size_t length, const char *name,
                           struct error *error)
{
    struct csv_table *parsed = calloc(1, sizeof *parsed);
    if (!parsed) {
        free(text);
        return error_set(error, -ENOMEM, "out of memory reading %s", name);
    }
    parsed->text = text;
    parsed->name = strdup(name);
    int result = parsed->name ? parse_rows(parsed, length, error)
                              : error_set(error, -ENOMEM, "out of memory reading %s", name);
    if (result < 0) {
        csv_table_destroy(parsed);
        return result;
    }
    *table = parsed;
    return 0;
}

int csv_parse(struct csv_table **table, const char *text, size_t length, const char *name,
              struct error *error)
{
    char *copy = malloc(length + 1);
    if (!copy)
        return error_set(error, -ENOMEM, "out of memory reading %s", name);
    memcpy(copy, text, length);
    return table_from_text(table, copy, length, name, error);
}

int csv_read(struct csv_table **table, const char *path, struct error *error)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set(error, -errno, "cannot open %s: %s", path, strerror(errno));
    char *text = NULL;
    size_t length = 0;
    size_t capacity = 0;
    int result = 0;
    for (;;) {
        if (length == capacity) {
            capacity = capacity ? capacity * 2 : 65536;
            char *grown = capacity > FILE_BYTES_MAX ? NULL : realloc(text, capacity);
            if (!grown) {
                result = error_set(error, -EFBIG, "%s is too large to read (over %zu MiB)", path,
                                   length >> 20);
                break;
            }
            text = grown;
        }
        size_t got = fread(text + length, 1, capacity - length, file);
        if (got == 0) {
            if (ferror(file))
                result = error_set(error, -errno, "cannot read %s: %s", path, strerror(errno));
            break;
        }
        length += got;
    }
    fclose(file);
    if (result < 0) {
        free(text);
        return result;
    }
    return table_from_text(table, text, length, path, error);
}

size_t csv_row_count(const struct csv_table *table)
{
    return table->line_count - 1;
}

size_t csv_column_count(const struct csv_table *table)
{
    return table->column_count;
}

const char *csv_column_name(const struct csv_table *table, size_t column)
{
    return table->cells[column];
}

int csv_column(const struct csv_table *table, const char *name)
{
    return *slot_of(table, name);
}

const char *csv_cell(const struct csv_table *table, size_t row, int column)
{
    return column < 0 ? "" : table->cells[(row + 1) * table->column_count + (size_t)column];
}

int csv_number(const struct csv_table *table, size_t row, int column, double *value,
               struct error *error)
{
    const char *cell = csv_cell(table, row, column);
    if (cell[0] == '\0')
        return 0;
    if (text_parse_double(cell, value) < 0)
        return error_set(error, -EBADMSG, "%s:%zu: column %s: '%.40s' is not a number", table->name,
                         csv_line(table, row), csv_column_name(table, (size_t)column), cell);
    return 1;
}

/* Pushes a line: the cells of `rows` at `line`, which is 0 for the header, then those of `others`
 * in the columns that `rows` lacks; empty where `other` is NULL. */
static int push_joined(struct csv_table *joined, const struct csv_table *rows, size_t line,
                       const struct csv_table *others, char *const *other)
{
    int result = push_line(joined, rows->lines[line]);
    for (size_t i = 0; result == 0 && i < rows->column_count; i++)
        result = push_cell(joined, rows->cells[line * rows->column_count + i]);
    for (size_t i = 0; result == 0 && i < others->column_count; i++)
        if (csv_column(rows, others->cells[i]) < 0)
            result = push_cell(joined, other ? other[i] : (char *)"");
    return result;
}

int csv_join(struct csv_table **joined, const struct csv_table *rows,
             const struct csv_table *others, const size_t *matches, struct error *error)
{
    struct csv_table *made = calloc(1, sizeof *made);
    if (!made)
        return error_set(error, -ENOMEM, "out of memory joining %s", rows->name);
    made->name = strdup(rows->name);
    int result = made->name ? push_joined(made, rows, 0, others, others->cells) : -ENOMEM;
    made->column_count = made->cell_count;
    for (size_t row = 0; result == 0 && row < csv_row_count(rows); row++)
        result = push_joined(made, rows, row + 1, others,
                             matches[row] == CSV_NO_ROW
                                 ? NULL
                                 : others->cells + (matches[row] + 1) * others->column_count);
    const struct cursor cursor = {.name = rows->name};
    result = result < 0 ? error_set(error, result, "out of memory joining %s", rows->name)
                        : read_header(made, &cursor, error);
    if (result < 0) {
        csv_table_destroy(made);
        return result;
    }
    *joined = made;
    return 0;
}

size_t csv_line(const struct csv_table *table, size_t row)
{
    return table->lines[row + 1];
}

void csv_table_destroy(struct csv_table *table)
{
    if (!table)
        return;
    free(table->name);
    free(table->text);
    free(table->cells);
    free(table->lines);
    free(table->slots);
    free(table);
}
