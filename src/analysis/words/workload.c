/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/words/workload.h"

#include "base/alloc.h"
#include "run/experiment.h"
#include "run/scenario.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* From the nearest to the farthest. */
static const struct {
    const char *store;
    const char *words;
} stores[] = {
    {"memory", "rows in memory"},
    {"sqlite", "SQLite"},
    {"postgres", "PostgreSQL"},
};
#define STORES (sizeof stores / sizeof *stores)

struct workload workload_of(const struct csv_table *trials, size_t row)
{
    const char *scenario = csv_cell(trials, row, csv_column(trials, "scenario"));
    return (struct workload){
        .scenario = *scenario ? scenario : scenario_plain_server()->name,
        .store = csv_cell(trials, row, csv_column(trials, "store")),
    };
}

struct workload workload_plain(void)
{
    return (struct workload){scenario_plain_server()->name, ""};
}

bool workload_is_plain(const struct workload *workload)
{
    return strcmp(workload->scenario, scenario_plain_server()->name) == 0 && !*workload->store;
}

bool workload_needs_name(const struct workload *workload)
{
    const struct scenario *scenario = scenario_find(workload->scenario);
    return !workload_is_plain(workload) && (!scenario || scenario->kind == SCENARIO_SERVER);
}

static size_t place_of_scenario(const char *name)
{
    size_t place = 0;
    while (scenarios[place].name && strcmp(scenarios[place].name, name) != 0)
        place++;
    return place;
}

static size_t place_of_store(const char *name)
{
    size_t place = 0;
    while (place < STORES && strcmp(stores[place].store, name) != 0)
        place++;
    return *name ? place + 1 : 0;
}

static int compare_names(size_t place_a, size_t place_b, const char *a, const char *b)
{
    return place_a != place_b ? (place_a < place_b ? -1 : 1) : strcmp(a, b);
}

int workload_compare(const struct workload *a, const struct workload *b)
{
    int order = compare_names(place_of_scenario(a->scenario), place_of_scenario(b->scenario),
                              a->scenario, b->scenario);
    return order != 0 ? order
                      : compare_names(place_of_store(a->store), place_of_store(b->store), a->store,
                                      b->store);
}

bool workload_has(const struct workload *workload, const struct csv_table *trials, size_t row)
{
    struct workload own = workload_of(trials, row);
    return workload_compare(workload, &own) == 0;
}

const char *workload_store_words(const char *store)
{
    size_t place = place_of_store(store);
    return place > 0 && place <= STORES ? stores[place - 1].words : store;
}

void workload_words(const struct workload *workload, char *words, size_t size)
{
    snprintf(words, size, "%.64s%s%.64s", workload->scenario, *workload->store ? " with " : "",
             workload_store_words(workload->store));
}

void workload_write(const struct workload *workload, FILE *out)
{
    char words[2 * WORKLOAD_NAME_SIZE];
    workload_words(workload, words, sizeof words);
    fputs(words, out);
}

void workload_suffix(const struct workload *workload, char *suffix)
{
    suffix[0] = '\0';
    if (workload_is_plain(workload))
        return;
    snprintf(suffix, WORKLOAD_NAME_SIZE, "-%.40s%s%.40s", workload->scenario,
             *workload->store ? "-" : "", workload->store);
    /* It becomes a file's name, and somebody else's file may call a scenario anything. */
    for (char *at = suffix; *at; at++)
        if (!isalnum((unsigned char)*at) && *at != '-')
            *at = '_';
}

static int compare_items(const void *a, const void *b)
{
    return workload_compare(a, b);
}

static void add(struct workloads *workloads, size_t *capacity, const struct workload *workload)
{
    for (size_t i = 0; i < workloads->count; i++)
        if (workload_compare(&workloads->items[i], workload) == 0)
            return;
    workloads->items =
        alloc_grow(workloads->items, workloads->count, capacity, sizeof *workloads->items);
    workloads->items[workloads->count++] = *workload;
}

/* Neighbours are often of one workload, which is looked for first. */
static void add_file(struct workloads *workloads, size_t *capacity, const struct csv_table *trials)
{
    struct workload last = {NULL, NULL};
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        struct workload workload = workload_of(trials, row);
        if (last.scenario && workload_compare(&last, &workload) == 0)
            continue;
        last = workload;
        add(workloads, capacity, &workload);
    }
}

static void sort(struct workloads *workloads)
{
    if (workloads->count > 0)
        qsort(workloads->items, workloads->count, sizeof *workloads->items, compare_items);
}

void workloads_of_file(struct workloads *workloads, const struct csv_table *trials)
{
    size_t capacity = 0;
    *workloads = (struct workloads){0};
    add_file(workloads, &capacity, trials);
    sort(workloads);
}

static void find(struct workloads *workloads, const struct recorded_run *run, size_t first)
{
    static const int experiments[] = {EXPERIMENT_MEMORY, EXPERIMENT_THROUGHPUT, EXPERIMENT_LATENCY};
    size_t capacity = 0;
    *workloads = (struct workloads){0};
    for (size_t i = first; i < sizeof experiments / sizeof *experiments; i++) {
        const struct csv_table *trials = NULL;
        if (recorded_run_table(run, experiment_list[experiments[i]].file, &trials, NULL) == 1)
            add_file(workloads, &capacity, trials);
    }
    sort(workloads);
}

void workloads_find(struct workloads *workloads, const struct recorded_run *run)
{
    find(workloads, run, 0);
}

void workloads_find_loaded(struct workloads *workloads, const struct recorded_run *run)
{
    find(workloads, run, 1);
}

bool workloads_are_told(const struct csv_table *trials)
{
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        struct workload workload = workload_of(trials, row);
        if (!workload_is_plain(&workload))
            return true;
    }
    return false;
}

bool workloads_differ(const struct csv_table *trials)
{
    struct workload first = {NULL, NULL};
    for (size_t row = 0; row < csv_row_count(trials); row++) {
        struct workload workload = workload_of(trials, row);
        first = row == 0 ? workload : first;
        if (workload_compare(&first, &workload) != 0)
            return true;
    }
    return false;
}

void workloads_finish(struct workloads *workloads)
{
    free(workloads->items);
    *workloads = (struct workloads){0};
}
