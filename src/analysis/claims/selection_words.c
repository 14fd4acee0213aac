/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tells the rows of a selection apart, in words. */
#include "analysis/claims/judge.h"
#include "analysis/words/arm.h"
#include "analysis/words/load_kind.h"
#include "analysis/words/wording.h"
#include "analysis/words/workload.h"

#include <stdio.h>
#include <string.h>

bool selection_tells_workload(const struct selection *selection)
{
    for (size_t i = 0; i < selection->count; i++) {
        const struct trial_group *trials = selection->rows[i]->a;
        struct workload workload = workload_of(trials->table, trials->first);
        if (workload_needs_name(&workload))
            return true;
    }
    return false;
}

static bool varies(const struct selection *selection, const char *column)
{
    for (size_t i = 1; i < selection->count; i++)
        if (!groups_agree(selection->rows[i]->a, selection->rows[0]->a, column))
            return true;
    return false;
}

/* Columns that change together, as the kinds of work per request do, are told once. Rows are
 * ordered by their conditions, so that neighbours show it. */
static bool change_together(const struct selection *selection, const char *a, const char *b)
{
    for (size_t i = 1; i < selection->count; i++) {
        const struct trial_group *before = selection->rows[i - 1]->a;
        const struct trial_group *after = selection->rows[i]->a;
        bool same_a = groups_agree(before, after, a);
        bool same_b = groups_agree(before, after, b);
        if (same_a != same_b)
            return false;
    }
    return true;
}

/* Connections are the active and the idle ones, so these say it better. */
static bool is_implied(const struct selection *selection, const char *column)
{
    return strcmp(column, "connections") == 0 &&
           (varies(selection, "active") || varies(selection, "idle"));
}

/* Columns of which all is said at once, when one of them differs. */
static const char *const load_columns[] = {
    "offered_per_second",
    "capacity_share",
    "rate_basis",
    NULL,
};

static bool is_among(const char *const *columns, const char *column)
{
    while (*columns && strcmp(*columns, column) != 0)
        columns++;
    return *columns;
}

/* "web with SQLite": said first. */
static const char *const workload_columns[] = {"scenario", "store", NULL};

static bool any_varies(const struct selection *selection, const char *const *columns)
{
    for (; *columns; columns++)
        if (varies(selection, *columns))
            return true;
    return false;
}

/* A text about one row in the making. */
struct row_text {
    const struct selection *selection;
    const struct trial_group *group;
    const char *x; /* the axis, which is not told */
    const char *also;
    const char *told; /* the last column that was; NULL before the first */
    bool told_work;
    bool told_load;
    FILE *out;
};

/* What says the kind of work. */
static bool is_of_work(const char *column)
{
    return is_among(load_kind_columns, column) || is_among(load_kind_option_columns, column);
}

/* Where it varies; and of another workload than the plain server's any that is not the lightest. */
static bool work_is_told(const struct row_text *text)
{
    struct load_kind kind;
    load_kind_read(&kind, text->group->table, text->group->first);
    return any_varies(text->selection, load_kind_columns) ||
           any_varies(text->selection, load_kind_option_columns) ||
           (!load_kind_is_light(&kind) && selection_tells_workload(text->selection));
}

static bool is_along(const struct row_text *text, const char *column)
{
    return (text->x && strcmp(column, text->x) == 0) ||
           (text->also && strcmp(column, text->also) == 0);
}

/* Says all that is said of the work at once, unless it is said, all alike, or along the axis. */
static void tell_work(struct row_text *text)
{
    if (text->told_work || !work_is_told(text) || (text->x && is_of_work(text->x)))
        return;
    fputs(text->told ? ", " : "", text->out);
    wording_write_work(text->group, text->out);
    text->told = load_kind_columns[0];
    text->told_work = true;
}

static void tell_load(struct row_text *text)
{
    if (text->told_load || !any_varies(text->selection, load_columns) ||
        (text->x && is_among(load_columns, text->x)))
        return;
    fputs(text->told ? ", at " : "", text->out);
    wording_write_load(text->group, text->out);
    text->told = load_columns[0];
    text->told_load = true;
}

static void tell_workload(struct row_text *text)
{
    if (text->selection->is_grouped || !selection_tells_workload(text->selection))
        return;
    wording_write_workload(text->group, text->out);
    text->told = workload_columns[0];
}

/* Of several ways the one that is shown: "the loop calling inline". */
static void tell_way(struct row_text *text, const struct summary_row *row)
{
    const struct selection *selection = text->selection;
    char way[ARM_WORDS_SIZE];
    size_t i = 0;
    while (i < selection->count && selection->rows[i] != row)
        i++;
    if (i == selection->count || selection_ways_of(selection, i) < 2)
        return;
    arm_way_in_words(row->b->table, row->b->first, way, sizeof way);
    fprintf(text->out, "%sthe %s %s", text->told ? ", " : "", group_text(row->b, "model"), way);
}

static void tell_column(struct row_text *text, const struct experiment *experiment,
                        const char *column)
{
    const char *cell = group_text(text->group, column);
    bool tells = experiment_is_condition(experiment, column) ||
                 strcmp(column, "stack_bytes") == 0 || strcmp(column, "allocator") == 0;
    if (!tells || is_among(workload_columns, column) || is_along(text, column) || cell[0] == '\0' ||
        !varies(text->selection, column) || is_implied(text->selection, column))
        return;
    if (text->told && change_together(text->selection, text->told, column))
        return;
    fputs(text->told ? ", " : "", text->out);
    wording_write(column, cell, text->out);
    text->told = column;
}

void selection_write_row(const struct selection *selection, const struct summary_row *row,
                         const char *x, const char *also, FILE *out)
{
    const struct csv_table *table = row->a->table;
    struct row_text text = {.selection = selection, .group = row->a, .x = x, .also = also};
    bool is_load = row->experiment == &experiment_list[EXPERIMENT_THROUGHPUT] ||
                   row->experiment == &experiment_list[EXPERIMENT_LATENCY];
    text.out = out;
    tell_workload(&text);
    for (size_t i = 0; i < csv_column_count(table); i++) {
        const char *column = csv_column_name(table, i);
        if (is_load && is_of_work(column))
            tell_work(&text);
        else if (is_load && is_among(load_columns, column))
            tell_load(&text);
        else
            tell_column(&text, row->experiment, column);
    }
    tell_way(&text, row);
}
