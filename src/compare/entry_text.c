/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/entry_text.h"

#include "analysis/words/arm.h"
#include "base/alloc.h"
#include "compare/guard.h"
#include "compare/subjects.h"
#include "run/scenario.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_rate(const char *column)
{
    return strcmp(column, "offered_per_second") == 0;
}

/* A text in the making. */
struct writing {
    char *text;
    size_t length;
    FILE *out;
};

static void writing_begin(struct writing *writing)
{
    *writing = (struct writing){0};
    writing->out = alloc_checked(open_memstream(&writing->text, &writing->length));
}

static char *writing_end(struct writing *writing)
{
    fclose(writing->out);
    return alloc_checked(writing->text);
}

/* Whether the two were measured under the same conditions but for the rate. */
static bool same_but_rate(int experiment, const struct trial_group *a, const struct trial_group *b)
{
    for (size_t i = 0; i < csv_column_count(a->table); i++) {
        const char *column = csv_column_name(a->table, i);
        if (subjects_is_condition(experiment, column) && !is_rate(column) &&
            strcmp(group_text(a, column), group_text(b, column)) != 0)
            return false;
    }
    return true;
}

static int compare_numbers(const void *a, const void *b)
{
    double number_a = *(const double *)a;
    double number_b = *(const double *)b;
    return (number_a > number_b) - (number_a < number_b);
}

/* "load=2/3": the second of three different rates. */
static void write_rank(int experiment, const struct trial_groups *groups,
                       const struct trial_group *group, FILE *out)
{
    double own = strtod(group_text(group, "offered_per_second"), NULL);
    double *rates = alloc_array(groups->count, sizeof *rates);
    size_t count = 0;
    for (size_t i = 0; i < groups->count; i++)
        if (same_but_rate(experiment, group, &groups->groups[i]))
            rates[count++] = strtod(group_text(&groups->groups[i], "offered_per_second"), NULL);
    qsort(rates, count, sizeof *rates, compare_numbers);
    size_t different = 0;
    size_t below = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_new = i == 0 || rates[i] > rates[i - 1];
        different += is_new;
        below += is_new && rates[i] <= own;
    }
    free(rates);
    fprintf(out, "load=%zu/%zu", below, different);
}

bool entry_load_is_named(const struct trial_group *group)
{
    return csv_column(group->table, "capacity_share") >= 0 &&
           group_text(group, "capacity_share")[0] == '\0' &&
           group_text(group, "offered_per_second")[0] != '\0';
}

static void write_load(int experiment, const struct trial_groups *groups,
                       const struct trial_group *group, FILE *out)
{
    if (entry_load_is_named(group))
        fprintf(out, "load=%.9g/s", strtod(group_text(group, "offered_per_second"), NULL));
    else if (groups)
        write_rank(experiment, groups, group, out);
    else
        fprintf(out, "load=%.3g%%", 100 * strtod(group_text(group, "capacity_share"), NULL));
}

/* What rows of older versions are, which do not say it. */
static bool is_default(const char *column, const char *cell)
{
    return (strcmp(column, "rate_basis") == 0 && strcmp(cell, "equal_rate") == 0) ||
           (strcmp(column, "shards") == 0 && strcmp(cell, "1") == 0) ||
           (strcmp(column, "protocol") == 0 &&
            strcmp(cell, scenario_plain_server()->protocol) == 0);
}

static void write_option(const struct trial_group *group, const char *column, FILE *out)
{
    const char *cell = group_text(group, column);
    if (cell[0] != '\0')
        fprintf(out, "%s%s=%s", ftell(out) > 0 ? " " : "", column, cell);
}

char *entry_parameters(int experiment, const struct trial_groups *groups,
                       const struct trial_group *group, const struct trial_group *against)
{
    struct writing writing;
    writing_begin(&writing);
    for (size_t i = 0; i < csv_column_count(group->table); i++) {
        const char *column = csv_column_name(group->table, i);
        const char *cell = group_text(group, column);
        if (cell[0] == '\0' || !subjects_is_condition(experiment, column) ||
            is_default(column, cell) || strcmp(column, "scenario") == 0 ||
            strcmp(column, "metric") == 0 || strcmp(column, "unit") == 0)
            continue;
        if (ftell(writing.out) > 0)
            fputc(' ', writing.out);
        if (is_rate(column))
            write_load(experiment, groups, group, writing.out);
        else
            fprintf(writing.out, "%s=%s", column, cell);
    }
    write_option(group, "stack_bytes", writing.out);
    write_option(against ? against : group, "loops", writing.out);
    return writing_end(&writing);
}

static void write_arm_key(const struct trial_group *group, FILE *out)
{
    /* How many loops `loops` has is the machine's doing, and no other arm. */
    static const char *const columns[] = {"model", "allocator", "stack_bytes", NULL};
    char name[ARM_NAME_SIZE];
    arm_name(group->table, group->first, name, sizeof name);
    fprintf(out, "%s\x1f", name);
    for (const char *const *column = columns; *column; column++)
        fprintf(out, "%s\x1f", group_text(group, *column));
}

/* A file of an older version lacks columns whose default was 0 then: both leave zeros out. */
static void write_conditions(const char *parameters, FILE *out)
{
    while (*parameters) {
        size_t length = strcspn(parameters, " ");
        bool is_silent = (length > 2 && strncmp(parameters + length - 2, "=0", 2) == 0) ||
                         strncmp(parameters, "loops=", 6) == 0;
        if (!is_silent)
            fprintf(out, "%.*s ", (int)length, parameters);
        parameters += length;
        parameters += strspn(parameters, " ");
    }
}

char *entry_key(const struct entry *entry, const struct trial_group *a, const struct trial_group *b)
{
    struct writing writing;
    writing_begin(&writing);
    fprintf(writing.out, "%d\x1f%s\x1f%s\x1f%s\x1f", entry->experiment, entry->scenario,
            entry->metric, entry->unit);
    write_conditions(entry->parameters, writing.out);
    write_arm_key(a, writing.out);
    if (b)
        write_arm_key(b, writing.out);
    return writing_end(&writing);
}
