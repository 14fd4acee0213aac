/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures as people read of them. */
#include "compare/entry_text.h"

#include "analysis/words/arm.h"
#include "analysis/words/units.h"
#include "base/alloc.h"
#include "base/utf8.h"
#include "compare/subjects.h"
#include "run/model.h"
#include "run/pair.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a request that is as short as most; longer ones are named. */
#define USUAL_PAYLOAD_BYTES 64

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

static double number(const struct trial_group *group, const char *column)
{
    return strtod(group_text(group, column), NULL);
}

/* "slow 1/1k": one request in a thousand takes longer. It stands for the work of the others. */
static bool write_slow(const struct trial_group *group, FILE *out)
{
    double every = number(group, "work_slow_every");
    if (!(every > 0) || !(number(group, "work_slow_us") > 0))
        return false;
    if (every >= 1000)
        fprintf(out, " slow 1/%.4gk", every / 1000);
    else
        fprintf(out, " slow 1/%.4g", every);
    return true;
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

static void write_us(double us, FILE *out)
{
    if (us >= 1000)
        fprintf(out, "%.4gms", us / 1000);
    else
        fprintf(out, "%.4gus", us);
}

/* " +1ms" of a store that takes so much longer; " 1/100 10ms" where one in a hundred blocks. */
static void write_options(const struct trial_group *group, FILE *out)
{
    double delay = number(group, "store_delay_us");
    double every = number(group, "block_every");
    if (delay > 0) {
        fputs(" +", out);
        write_us(delay, out);
    }
    if (every > 0) {
        fprintf(out, " 1/%.4g ", every);
        write_us(number(group, "block_us"), out);
    }
}

static void write_load_label(const struct entry *entry, const struct trial_group *group, FILE *out)
{
    const char *load = strstr(entry->parameters, "load=");
    char rate[UNITS_TEXT_SIZE];
    write_count_option(group, "active", "active", out);
    write_count_option(group, "idle", "idle", out);
    if (!write_slow(group, out))
        write_work(group, out);
    write_options(group, out);
    write_bytes_option(group, "work_cache_bytes", " cache", out);
    if (number(group, "payload_bytes") > USUAL_PAYLOAD_BYTES)
        write_bytes_option(group, "payload_bytes", "", out);
    if (number(group, "requests_per_connection") > 0)
        fprintf(out, " %.4g/conn", number(group, "requests_per_connection"));
    const char *basis = group_text(group, "rate_basis");
    if (strcmp(basis, "equal_utilisation") == 0)
        fputs(" own", out);
    else if (strcmp(basis, "common_rate") == 0)
        fputs(" common", out);
    if (entry_load_is_named(group))
        fprintf(out, " load %s/s", units_format_count(number(group, "offered_per_second"), rate));
    else if (load && strncmp(load, "load=1/1", 8) != 0)
        fprintf(out, " load %.*s", (int)strcspn(load + 5, " "), load + 5);
}

static bool same_cell(const struct csv_table *table, size_t a, size_t b, const char *column)
{
    int number = csv_column(table, column);
    return strcmp(csv_cell(table, a, number), csv_cell(table, b, number)) == 0;
}

/* Whether other rows of the same metric have another value there. */
static bool varies(const struct trial_group *group, const char *column)
{
    const struct csv_table *table = group->table;
    for (size_t row = 0; row < csv_row_count(table); row++)
        if (same_cell(table, row, group->first, "scenario") &&
            same_cell(table, row, group->first, "metric") &&
            !same_cell(table, row, group->first, column))
            return true;
    return false;
}

/* Of a scenario's many conditions those that tell its rows apart: "workers=4". */
static void write_flow_label(const struct trial_group *group, FILE *out)
{
    for (size_t i = 0; i < csv_column_count(group->table); i++) {
        const char *column = csv_column_name(group->table, i);
        if (subjects_is_condition(EXPERIMENT_FLOW, column) && varies(group, column))
            fprintf(out, " %s=%s", column, group_text(group, column));
    }
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

static void write_way(const struct trial_group *group, FILE *out)
{
    char way[ARM_WORDS_SIZE];
    arm_way(group->table, group->first, way, sizeof way);
    fprintf(out, "%s%s", *way ? " " : "", way);
}

static void write_arm(const struct trial_group *group, FILE *out)
{
    const char *subject = group_text(group, "subject");
    bool many = model_is(group_text(group, "model"), MODEL_LOOPS);
    fprintf(out, "%s%s", subject, many && !strstr(subject, "loops") ? "(s)" : "");
    write_way(group, out);
}

static void write_pair(const struct trial_group *a, const struct trial_group *b, FILE *out)
{
    const char *pair = pair_of_row(a->table, a->first);
    if (!pair_is_ours(pair))
        fprintf(out, "%s ", pair);
    fprintf(out, "%s/%s", group_text(a, "model"), group_text(b, "model"));
    if (strcmp(group_text(a, "allocator"), "libc") == 0)
        fputs(" libc", out);
    write_way(b, out);
}

void entry_label(struct entry *entry, const struct trial_group *a, const struct trial_group *b)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = alloc_checked(open_memstream(&text, &length));
    if (b)
        write_pair(a, b, out);
    else
        write_arm(a, out);
    if (entry->experiment == EXPERIMENT_MEMORY)
        write_memory_label(a, out);
    else if (entry->experiment == EXPERIMENT_FLOW)
        write_flow_label(a, out);
    else
        write_load_label(entry, a, out);
    fclose(out);
    alloc_checked(text);
    utf8_printable(entry->label, sizeof entry->label, text);
    free(text);
}

const char *entry_title(const struct entry *entry)
{
    static const struct {
        const char *metric;
        const char *title;
    } titles[] = {
        {"user", "resident bytes per waiter"},
        {"total", "all bytes per waiter"},
        {"achieved", "requests per second"},
        {"server_cpu_per_request", "server CPU per request"},
        {"p50", "latency, median"},
        {"p99", "latency, 99th percentile"},
        {"p999", "latency, 99.9th percentile"},
        {"other_p50", "latency beside what blocks, median"},
        {"other_p90", "latency beside what blocks, 90th percentile"},
        {"other_p99", "latency beside what blocks, 99th percentile"},
    };
    for (size_t i = 0; entry->experiment != EXPERIMENT_FLOW && i < sizeof titles / sizeof *titles;
         i++)
        if (strcmp(titles[i].metric, entry->metric) == 0)
            return titles[i].title;
    return entry->metric;
}

const char *entry_format(const struct entry *entry, double value, char *text)
{
    if (entry->against || strcmp(entry->unit, "ratio") == 0)
        return units_format_ratio(&(struct estimate){value, INTERVAL_NONE, 0}, text);
    if (entry->is_memory)
        return units_format_bytes(value, text);
    if (strcmp(entry->unit, "ns") == 0)
        return units_format_ns(value, text);
    if (strcmp(entry->unit, "seconds") == 0)
        return units_format_ns(value * 1e9, text);
    return units_format_count(value, text);
}

bool entry_is_percentile(const struct entry *entry)
{
    return entry->experiment == EXPERIMENT_LATENCY &&
           (entry->metric[0] == 'p' || strncmp(entry->metric, "other_p", 7) == 0);
}

bool entry_is_overloaded(const struct entry *entry)
{
    return entry->overloaded > 0 && entry_is_percentile(entry);
}

bool entry_has_figure(const struct entry *entry)
{
    return !entry_is_overloaded(entry) && !entry->withheld;
}

bool entry_is_bound(const struct entry *entry)
{
    return 2 * entry->client_bound > entry->client_trials;
}

bool entry_same_metric(const struct entry *a, const struct entry *b)
{
    return a->experiment == b->experiment && !a->against == !b->against &&
           strcmp(a->metric, b->metric) == 0 && strcmp(a->workload, b->workload) == 0;
}

bool entry_is_shown(const struct entry *entry)
{
    const char *metric = entry->metric;
    size_t length = strlen(metric);
    switch (entry->experiment) {
    case EXPERIMENT_MEMORY:
        return strcmp(metric, "user") == 0 || strcmp(metric, "total") == 0;
    case EXPERIMENT_THROUGHPUT:
        return metric[0] != 'p' && strncmp(metric, "other_", 6) != 0;
    case EXPERIMENT_FLOW:
        return length < 8 || strcmp(metric + length - 8, "_samples") != 0;
    default:
        return true;
    }
}
