/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/entry_text.h"

#include "analysis/alloc.h"
#include "compare/guard.h"
#include "compare/subjects.h"

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

/* "2/3": the second of three different rates. */
static void write_load(int experiment, const struct trial_groups *groups,
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

char *entry_parameters(int experiment, const struct trial_groups *groups,
                       const struct trial_group *group)
{
    struct writing writing;
    writing_begin(&writing);
    for (size_t i = 0; i < csv_column_count(group->table); i++) {
        const char *column = csv_column_name(group->table, i);
        const char *cell = group_text(group, column);
        if (cell[0] == '\0' || !subjects_is_condition(experiment, column) ||
            strcmp(column, "scenario") == 0 || strcmp(column, "metric") == 0 ||
            strcmp(column, "unit") == 0)
            continue;
        if (ftell(writing.out) > 0)
            fputc(' ', writing.out);
        if (is_rate(column))
            write_load(experiment, groups, group, writing.out);
        else
            fprintf(writing.out, "%s=%s", column, cell);
    }
    for (const char *const *option = (const char *const[]){"stack_bytes", "loops", NULL}; *option;
         option++) {
        const char *cell = group_text(group, *option);
        if (cell[0] != '\0')
            fprintf(writing.out, "%s%s=%s", ftell(writing.out) > 0 ? " " : "", *option, cell);
    }
    return writing_end(&writing);
}

static void write_arm_key(const struct trial_group *group, FILE *out)
{
    /* How many loops `loops` has is the machine's doing, and no other arm. */
    static const char *const columns[] = {"subject", "model", "allocator", "stack_bytes", NULL};
    for (const char *const *column = columns; *column; column++)
        fprintf(out, "%s\x1f", group_text(group, *column));
}

/* A file of an older version lacks columns whose default was 0 then: both leave zeros out. */
static void write_conditions(const char *parameters, FILE *out)
{
    while (*parameters) {
        size_t length = strcspn(parameters, " ");
        bool is_default = (length > 2 && strncmp(parameters + length - 2, "=0", 2) == 0) ||
                          strncmp(parameters, "loops=", 6) == 0;
        if (!is_default)
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

static void write_bytes_option(const struct trial_group *group, const char *column,
                               const char *name, FILE *out)
{
    double bytes = strtod(group_text(group, column), NULL);
    if (bytes >= 1024)
        fprintf(out, " %.4g KiB%s", bytes / 1024, name);
    else if (bytes > 0)
        fprintf(out, " %.4g B%s", bytes, name);
}

static void write_count_option(const struct trial_group *group, const char *column,
                               const char *name, FILE *out)
{
    double count = strtod(group_text(group, column), NULL);
    if (count >= 1000)
        fprintf(out, " %.4gk %s", count / 1000, name);
    else if (count > 0)
        fprintf(out, " %.4g %s", count, name);
}

/* "work" stands for all that a request does: CPU, stack and heap go together. */
static void write_work(const struct trial_group *group, FILE *out)
{
    static const char *const columns[] = {"work_cpu_us", "work_stack_bytes", "work_heap_bytes",
                                          NULL};
    for (const char *const *column = columns; *column; column++)
        if (strtod(group_text(group, *column), NULL) > 0) {
            fputs(" work", out);
            return;
        }
}

static void write_load_label(const struct entry *entry, const struct trial_group *group, FILE *out)
{
    const char *load = strstr(entry->parameters, "load=");
    write_count_option(group, "active", "active", out);
    write_count_option(group, "idle", "idle", out);
    write_work(group, out);
    if (load && strncmp(load, "load=1/1", 8) != 0)
        fprintf(out, " load %.*s", (int)strcspn(load + 5, " "), load + 5);
}

/* Whatever a scenario's flow rows have for conditions: "workers=4". */
static void write_flow_label(const struct entry *entry, FILE *out)
{
    if (entry->parameters[0] != '\0')
        fprintf(out, " %s", entry->parameters);
}

static void write_memory_label(const struct trial_group *group, FILE *out)
{
    const char *warm = group_text(group, "warm");
    write_bytes_option(group, "stack_bytes", "", out);
    if (warm[0] != '\0')
        fputs(strcmp(warm, "1") == 0 ? " warm" : " cold", out);
    write_work(group, out);
    write_bytes_option(group, "hold_bytes", " held", out);
}

static void write_arm(const struct trial_group *group, FILE *out)
{
    const char *subject = group_text(group, "subject");
    bool many = strcmp(group_text(group, "model"), "loops") == 0;
    fprintf(out, "%s%s", subject, many && !strstr(subject, "loops") ? "(s)" : "");
}

static void write_pair(const struct trial_group *a, const struct trial_group *b, FILE *out)
{
    fprintf(out, "%s/%s", group_text(a, "model"), group_text(b, "model"));
    if (strcmp(group_text(a, "allocator"), "libc") == 0)
        fputs(" libc", out);
}

void entry_label(struct entry *entry, const struct trial_group *a, const struct trial_group *b)
{
    struct writing writing;
    writing_begin(&writing);
    if (b)
        write_pair(a, b, writing.out);
    else
        write_arm(a, writing.out);
    if (entry->experiment == EXPERIMENT_MEMORY)
        write_memory_label(a, writing.out);
    else if (entry->experiment == EXPERIMENT_FLOW)
        write_flow_label(entry, writing.out);
    else
        write_load_label(entry, a, writing.out);
    char *text = writing_end(&writing);
    guard_printable(entry->label, sizeof entry->label, text);
    free(text);
}
