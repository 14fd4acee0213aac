/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/words/arm.h"

#include "run/experiment.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* What is said of a cell in other words than its own. A column that is not here is told all the
 * same: a word as it is, a number behind its column's name. */
static const struct way {
    const char *column;
    const char *cell; /* NULL: any */
    const char *brief;
    const char *whole;
    bool has_no_like;
} ways[] = {
    {"store_call", "inline", "inline", "calling inline", false},
    {"store_call", "pool", "pool", "calling through a pool", false},
    {"store_call", "async", "async", "calling without blocking", false},
    {"store_call", "pipeline", "pipeline", "calling in pipeline mode", true},
    {"block_call", "inline", "inline", "calling inline", false},
    {"block_call", "pool", "pool", "calling through a pool", false},
    {0},
};

/* A pool's size is told together with what the pool is for; by itself it is the model's. */
#define SIZE_COLUMN "pool_size"

/* What tells programs apart, which is told otherwise: "threads · 64 KiB stack". */
static bool is_of_program(const char *column)
{
    return strcmp(column, "stack_bytes") == 0 || strcmp(column, "loops") == 0;
}

static const char *cell_of(const struct csv_table *trials, size_t row, const char *column)
{
    return csv_cell(trials, row, csv_column(trials, column));
}

static const struct way *find_way(const char *column, const char *cell)
{
    for (const struct way *way = ways; way->column; way++)
        if (strcmp(way->column, column) == 0 && strcmp(way->cell, cell) == 0)
            return way;
    return NULL;
}

static bool is_number(const char *cell)
{
    return isdigit((unsigned char)*cell);
}

static void write_column(const char *column, const char *cell, bool whole, FILE *out)
{
    const struct way *way = find_way(column, cell);
    fputs(ftell(out) > 0 ? ", " : "", out);
    if (way)
        fputs(whole ? way->whole : way->brief, out);
    else if (!is_number(cell))
        fputs(cell, out);
    else
        fprintf(out, "%s %s", column, cell);
}

static void write_size(const char *size, bool whole, FILE *out)
{
    if (ftell(out) > 0)
        fprintf(out, whole ? " of %s" : " %s", size);
    else
        fprintf(out, whole ? "of %s threads" : "%s threads", size);
}

static void write_way(const struct csv_table *trials, size_t row, bool whole, FILE *out)
{
    for (const char *const *column = experiment_variant_columns(); *column; column++) {
        const char *cell = cell_of(trials, row, *column);
        if (*cell && !is_of_program(*column) && strcmp(*column, SIZE_COLUMN) != 0)
            write_column(*column, cell, whole, out);
    }
    const char *size = cell_of(trials, row, SIZE_COLUMN);
    if (*size)
        write_size(size, whole, out);
}

static void make_way(const struct csv_table *trials, size_t row, bool whole, char *words,
                     size_t size)
{
    FILE *out = fmemopen(words, size, "w");
    words[0] = '\0';
    if (!out)
        return;
    write_way(trials, row, whole, out);
    fclose(out);
    words[size - 1] = '\0';
}

void arm_way(const struct csv_table *trials, size_t row, char *words, size_t size)
{
    make_way(trials, row, false, words, size);
}

void arm_way_in_words(const struct csv_table *trials, size_t row, char *words, size_t size)
{
    make_way(trials, row, true, words, size);
}

/* A name has no blanks: in a list of conditions they stand between these. */
static void replace(char *text, char from, char to)
{
    for (; *text; text++)
        if (*text == from)
            *text = to;
}

void arm_name(const struct csv_table *trials, size_t row, char *name, size_t size)
{
    char way[ARM_WORDS_SIZE];
    arm_way(trials, row, way, sizeof way);
    replace(way, ' ', '-');
    snprintf(name, size, "%s%s%s", cell_of(trials, row, "subject"), *way ? ":" : "", way);
}

bool arm_is_called(const struct csv_table *trials, size_t row, const char *name)
{
    char own[ARM_NAME_SIZE];
    arm_name(trials, row, own, sizeof own);
    return strcmp(cell_of(trials, row, "subject"), name) == 0 || strcmp(own, name) == 0;
}

void arm_way_of_name(const char *name, char *words, size_t size)
{
    const char *colon = strchr(name, ':');
    snprintf(words, size, "%s", colon ? colon + 1 : "");
    replace(words, '-', ' ');
}

bool arm_tells_way(const char *column)
{
    for (const char *const *way = experiment_variant_columns(); *way; way++)
        if (strcmp(*way, column) == 0)
            return !is_of_program(column);
    return false;
}

/* Numbers by size, all else as text, empty before both. */
static int compare_cells(const char *a, const char *b)
{
    char *end_a;
    char *end_b;
    double x = strtod(a, &end_a);
    double y = strtod(b, &end_b);
    if (end_a == a || *end_a || end_b == b || *end_b)
        return strcmp(a, b);
    return (x > y) - (x < y);
}

int arm_compare_ways(const struct csv_table *trials_a, size_t a, const struct csv_table *trials_b,
                     size_t b)
{
    int order = 0;
    for (const char *const *column = experiment_variant_columns(); order == 0 && *column; column++)
        if (!is_of_program(*column))
            order = compare_cells(cell_of(trials_a, a, *column), cell_of(trials_b, b, *column));
    return order;
}

bool arm_has_no_like(const struct csv_table *trials, size_t row)
{
    for (const struct way *way = ways; way->column; way++)
        if (way->has_no_like && strcmp(cell_of(trials, row, way->column), way->cell) == 0)
            return true;
    return false;
}
