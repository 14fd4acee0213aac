/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/charts/load_selection.h"

#include "analysis/words/load_kind.h"
#include "base/alloc.h"
#include "report/charts/arm_rows.h"
#include "report/charts/run_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool numbers_differ(double a, double b)
{
    return a < b || a > b;
}

double row_number(const struct csv_table *trials, size_t row, const char *column)
{
    return strtod(run_cell(trials, row, column), NULL);
}

/* "0", "" and "0.0" are the same. */
static bool cells_differ(const char *a, const char *b)
{
    char *end_a;
    char *end_b;
    double x = strtod(a, &end_a);
    double y = strtod(b, &end_b);
    if (*end_a == '\0' && *end_b == '\0')
        return numbers_differ(x, y);
    return strcmp(a, b) != 0;
}

struct selection_count {
    const char *cell;
    size_t count;
};

static void count_cell(struct selection_count **tallies, size_t *count, size_t *capacity,
                       const char *cell)
{
    size_t i = 0;
    while (i < *count && cells_differ((*tallies)[i].cell, cell))
        i++;
    if (i == *count) {
        *tallies = alloc_grow(*tallies, *count, capacity, sizeof **tallies);
        (*tallies)[(*count)++] = (struct selection_count){cell, 0};
    }
    (*tallies)[i].count++;
}

void keep_commonest_of(const struct csv_table *trials, const char *column, const bool *special,
                       bool *kept)
{
    struct selection_count *tallies = NULL;
    size_t count = 0;
    size_t capacity = 0;
    for (size_t row = 0; row < csv_row_count(trials); row++)
        if (special[row])
            count_cell(&tallies, &count, &capacity, run_cell(trials, row, column));
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (tallies[i].count > tallies[best].count)
            best = i;
    for (size_t row = 0; count > 0 && row < csv_row_count(trials); row++)
        if (kept[row] && cells_differ(run_cell(trials, row, column), tallies[best].cell))
            kept[row] = false;
    free(tallies);
}

void keep_commonest(const struct csv_table *trials, const char *column, bool *kept)
{
    keep_commonest_of(trials, column, kept, kept);
}

void keep_zero(const struct csv_table *trials, const char *column, bool *kept)
{
    for (size_t row = 0; row < csv_row_count(trials); row++)
        if (kept[row] && row_number(trials, row, column) > 0)
            kept[row] = false;
}

void keep_alike(const struct csv_table *trials, bool *kept)
{
    keep_commonest(trials, "protocol", kept);
    keep_commonest(trials, "arrivals", kept);
    keep_commonest(trials, "idle_wait", kept);
    keep_commonest(trials, "store_connections", kept);
}

static bool is_equal_utilisation(const struct csv_table *trials, size_t row)
{
    return strcmp(run_cell(trials, row, "rate_basis"), "equal_utilisation") == 0;
}

/* All are offered the same there, too, but a share of another rate. */
static bool is_common_rate(const struct csv_table *trials, size_t row)
{
    return strcmp(run_cell(trials, row, "rate_basis"), "common_rate") == 0;
}

void keep_one_rate(const struct csv_table *trials, bool *kept)
{
    for (size_t row = 0; row < csv_row_count(trials); row++)
        if (kept[row] && is_equal_utilisation(trials, row))
            kept[row] = false;
}

void keep_equal_rate(const struct csv_table *trials, bool *kept)
{
    for (size_t row = 0; row < csv_row_count(trials); row++)
        if (kept[row] && (is_equal_utilisation(trials, row) || is_common_rate(trials, row)))
            kept[row] = false;
}

void keep_equal_utilisation(const struct csv_table *trials, bool *kept)
{
    for (size_t row = 0; row < csv_row_count(trials); row++)
        if (kept[row] && !is_equal_utilisation(trials, row))
            kept[row] = false;
}

/* Clears `kept` where the test fails; returns how many are left. */
static size_t keep_kinds(const struct csv_table *trials,
                         bool (*belongs)(const struct load_kind *kind), bool *kept)
{
    size_t left = 0;
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        struct load_kind kind;
        if (!kept[row])
            continue;
        load_kind_read(&kind, trials, row);
        kept[row] = belongs(&kind);
        left += kept[row];
    }
    return left;
}

/* The same, or rows of the commonest kind where none is left. */
static void keep_kinds_or_commonest(const struct csv_table *trials,
                                    bool (*belongs)(const struct load_kind *kind), bool *kept)
{
    size_t rows = csv_row_count(trials);
    bool *before = alloc_array(rows, sizeof *before);
    memcpy(before, kept, rows * sizeof *before);
    if (keep_kinds(trials, belongs, kept) == 0) {
        memcpy(kept, before, rows * sizeof *before);
        for (const char *const *column = load_kind_columns; *column; column++)
            keep_commonest(trials, *column, kept);
        for (const char *const *column = load_kind_option_columns; *column; column++)
            keep_commonest(trials, *column, kept);
    }
    free(before);
}

void keep_light(const struct csv_table *trials, bool *kept)
{
    keep_kinds_or_commonest(trials, load_kind_is_light, kept);
}

void keep_plain(const struct csv_table *trials, bool *kept)
{
    keep_kinds_or_commonest(trials, load_kind_is_plain, kept);
}

bool has_plain(const struct csv_table *trials, const bool *kept)
{
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        struct load_kind kind;
        load_kind_read(&kind, trials, row);
        if (kept[row] && load_kind_is_plain(&kind))
            return true;
    }
    return false;
}

bool has_many(const struct csv_table *trials, const char *column, const bool *kept)
{
    const char *first = NULL;
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        const char *cell = run_cell(trials, row, column);
        if (kept[row] && first && cells_differ(first, cell))
            return true;
        first = kept[row] && !first ? cell : first;
    }
    return false;
}

static bool is_undelayed(const struct load_kind *kind)
{
    return !load_kind_is_delayed(kind);
}

void keep_undelayed(const struct csv_table *trials, bool *kept)
{
    keep_kinds(trials, is_undelayed, kept);
}

void keep_blocking(const struct csv_table *trials, bool *kept)
{
    keep_kinds(trials, load_kind_is_blocking, kept);
}

static bool is_light_but_for_delay(const struct load_kind *kind)
{
    struct load_kind undelayed = load_kind_undelayed(kind);
    return load_kind_is_light(&undelayed);
}

void keep_by_delay(const struct csv_table *trials, bool *kept)
{
    size_t rows = csv_row_count(trials);
    bool *delayed = alloc_array(rows, sizeof *delayed);
    keep_zero(trials, "idle", kept);
    keep_alike(trials, kept);
    keep_kinds(trials, is_light_but_for_delay, kept);
    memcpy(delayed, kept, rows * sizeof *delayed);
    if (keep_kinds(trials, load_kind_is_delayed, delayed) == 0)
        memset(kept, 0, rows * sizeof *kept);
    keep_commonest_of(trials, "active", delayed, kept);
    free(delayed);
    need_kinds(trials, kept);
}

void need_kinds(const struct csv_table *trials, bool *kept)
{
    struct load_kind first;
    struct load_kind kind;
    bool any = false;
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        if (!kept[row])
            continue;
        load_kind_read(any ? &kind : &first, trials, row);
        if (any && load_kind_compare(&first, &kind) != 0)
            return;
        any = true;
    }
    memset(kept, 0, csv_row_count(trials) * sizeof *kept);
}

void keep_awake(const struct csv_table *trials, bool *kept)
{
    keep_zero(trials, "idle", kept);
    keep_commonest(trials, "active", kept);
    keep_alike(trials, kept);
}

void name_work(const struct csv_table *trials, size_t row, char *label)
{
    struct load_kind kind;
    char words[LOAD_KIND_LABEL_BYTES];
    load_kind_read(&kind, trials, row);
    load_kind_label(&kind, words);
    snprintf(label, ARM_LABEL_BYTES, "%s", words);
    /* gnuplot ends a cell at a comma, quoted or not. */
    char *end = label;
    for (const char *at = label; *at; at++)
        if (*at != ',')
            *end++ = *at;
        else if (at[1] == ' ')
            *end++ = ';';
    *end = '\0';
}
