/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/entries.h"

#include "analysis/summary/bill.h"
#include "analysis/summary/comparison.h"
#include "analysis/words/arm.h"
#include "analysis/words/workload.h"
#include "base/alloc.h"
#include "compare/entry_text.h"
#include "compare/subjects.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A slope over hundreds of waiters tells bytes apart, not parts of them. */
#define SLOPE_STEP_BYTES 1.0

/* What becomes entries, beside every metric of flow. Other percentiles and counters are in each
 * run's own summary.csv. */
static const char *const load_metrics[] = {
    "achieved",  "server_cpu_per_request",
    "p50",       "p99",
    "p999",      "other_p50",
    "other_p90", "other_p99",
    NULL,
};

/* Of the requests beside others a figure says something where these block. */
static bool is_of_others(const struct metric *metric)
{
    return strncmp(metric->name, "other_", 6) == 0;
}

/* What is needed to read one metric of one experiment. */
struct entries_reading {
    struct entries *entries;
    int experiment;
    const struct trial_groups *groups;
    struct metric metric;
    const char *scenario; /* of a flow metric */
    int component;        /* of the memory bill, or -1 */
    uint64_t seed;
    struct error *error;
};

/* The metric's figures of the group as points: by waiters for a slope, by block for a median. */
static int64_t read_points(const struct entries_reading *reading, const struct trial_group *group,
                           struct slope_point **points)
{
    const struct metric *metric = &reading->metric;
    struct observation *observations = NULL;
    if (reading->component >= 0)
        return bill_points(group, (enum component)reading->component, points, reading->error);
    int64_t count =
        group_observations(group, metric->column, metric->per, &observations, reading->error);
    if (count < 0)
        return count;
    *points = alloc_array((size_t)count, sizeof **points);
    for (int64_t i = 0; i < count; i++)
        (*points)[i] =
            (struct slope_point){observations[i].block, 0, observations[i].value * metric->scale};
    free(observations);
    return count;
}

static int read_number(const struct trial_group *group, const char *column, double *number,
                       struct error *error)
{
    int result =
        csv_number(group->table, group->first, csv_column(group->table, column), number, error);
    return result < 0 ? result : 0;
}

/* Trials that say 1 in that column. */
static int count_marked(const struct trial_group *group, const char *column, size_t *count,
                        struct error *error)
{
    struct observation *observations = NULL;
    int64_t found = group_observations(group, column, NULL, &observations, error);
    for (int64_t i = 0; i < found; i++)
        *count += observations[i].value > 0;
    free(observations);
    return found < 0 ? (int)found : 0;
}

static int read_doubts(struct entry *entry, const struct metric *metric,
                       const struct trial_group *group, struct error *error)
{
    struct doubts doubts = {.trials = group->count};
    int result = count_marked(group, "client_bound", &entry->client_bound, error);
    if (result == 0)
        result = count_marked(group, "overloaded", &entry->overloaded, error);
    if (result == 0 && entry_is_percentile(entry))
        result = doubt_count_withheld(group, metric, &doubts.withheld, error);
    entry->withheld |= result == 0 && doubts_withhold(&doubts);
    entry->client_trials += group->count;
    entry->failed += group->failed;
    return result;
}

static int read_load(const struct trial_group *group, double *offered, double *utilisation,
                     struct error *error)
{
    int result = read_number(group, "offered_per_second", offered, error);
    return result < 0 ? result : read_number(group, "utilisation", utilisation, error);
}

/* What there is to say of the figure beside it, of one arm or of both. */
static int read_circumstances(struct entry *entry, const struct metric *metric,
                              const struct trial_group *a, const struct trial_group *b,
                              struct error *error)
{
    int result = read_doubts(entry, metric, a, error);
    if (result == 0)
        result = read_load(a, &entry->offered_per_second, &entry->utilisation, error);
    if (result == 0 && b)
        result = read_doubts(entry, metric, b, error);
    if (result == 0 && b)
        result = read_load(b, &entry->offered_against, &entry->utilisation_against, error);
    return result;
}

static char *name_arm(const struct trial_group *group)
{
    char name[ARM_NAME_SIZE];
    arm_name(group->table, group->first, name, sizeof name);
    return alloc_text(name);
}

static char *name_workload(const struct trial_group *group)
{
    char words[2 * WORKLOAD_NAME_SIZE];
    struct workload workload = workload_of(group->table, group->first);
    workload_words(&workload, words, sizeof words);
    return alloc_text(words);
}

static void name_entry(struct entry *entry, const struct entries_reading *reading,
                       const struct trial_group *a, const struct trial_group *b)
{
    const struct metric *metric = &reading->metric;
    entry->experiment = reading->experiment;
    entry->scenario = alloc_text(group_text(a, "scenario"));
    entry->workload = name_workload(a);
    entry->metric = alloc_text(metric->name);
    entry->unit = alloc_text(b ? "ratio" : metric->unit);
    entry->kind = metric->kind;
    entry->is_memory = strncmp(metric->unit, "bytes", 5) == 0;
    entry->arm = name_arm(a);
    entry->model = alloc_text(group_text(a, "model"));
    entry->against = b ? name_arm(b) : NULL;
    entry->offered_per_second = entry->offered_against = NAN;
    entry->utilisation = entry->utilisation_against = NAN;
    entry->parameters = entry_parameters(reading->experiment,
                                         reading->entries->by_share ? NULL : reading->groups, a, b);
    entry_label(entry, a, b);
    entry->key = entry_key(entry, a, b);
}

/* Adds the figure of `a`, or of `a` against `b`, unless there is none. */
static int add_entry(const struct entries_reading *reading, const struct trial_group *a,
                     const struct trial_group *b)
{
    struct entries *entries = reading->entries;
    struct slope_point *points_a = NULL;
    struct slope_point *points_b = NULL;
    int64_t count_a = read_points(reading, a, &points_a);
    int64_t count_b = count_a >= 0 && b ? read_points(reading, b, &points_b) : 0;
    struct entry entry = {.resolution = reading->metric.resolution};
    if (count_a >= 0 && count_b >= 0)
        figure_init(&entry.figure, reading->component >= 0 ? REDUCE_SLOPE : REDUCE_MEDIAN, points_a,
                    (size_t)count_a, points_b, (size_t)count_b, reading->seed);
    free(points_a);
    free(points_b);
    if (count_a < 0 || count_b < 0)
        return -EBADMSG;
    double value = entry.figure.estimate.value;
    if (isnan(value)) {
        figure_finish(&entry.figure);
        return 0;
    }
    if (!b && value > 0)
        entry.resolution = fmax(entry.resolution, reading->metric.step / value);
    name_entry(&entry, reading, a, b);
    entries->entries =
        alloc_grow(entries->entries, entries->count, &entries->capacity, sizeof *entries->entries);
    entries->entries[entries->count++] = entry;
    return read_circumstances(&entries->entries[entries->count - 1], &reading->metric, a, b,
                              reading->error);
}

/* A flow row belongs to the one metric it names. */
static bool has_metric(const struct entries_reading *reading, const struct trial_group *group)
{
    if (is_of_others(&reading->metric) && !(strtod(group_text(group, "block_every"), NULL) > 0))
        return false;
    return reading->experiment != EXPERIMENT_FLOW ||
           (strcmp(group_text(group, "metric"), reading->metric.name) == 0 &&
            strcmp(group_text(group, "scenario"), reading->scenario) == 0);
}

/* Each arm's figure, then each pair's ratio. */
static int add_metric(const struct entries_reading *reading)
{
    const struct trial_groups *groups = reading->groups;
    int result = 0;
    for (size_t i = 0; result == 0 && i < groups->count; i++)
        if (has_metric(reading, &groups->groups[i]))
            result = add_entry(reading, &groups->groups[i], NULL);
    for (size_t i = 0; result == 0 && i < groups->count; i++)
        for (size_t j = 0; result == 0 && j < groups->count; j++)
            if (has_metric(reading, &groups->groups[i]) &&
                subjects_are_pair(reading->experiment, &groups->groups[i], &groups->groups[j]))
                result = add_entry(reading, &groups->groups[i], &groups->groups[j]);
    return result;
}

static int add_memory(struct entries_reading *reading)
{
    int result = 0;
    for (int i = 0; result == 0 && i < COMPONENT_COUNT; i++) {
        reading->component = i;
        reading->metric = (struct metric){
            .name = component_name((enum component)i),
            .unit = "bytes_per_waiter",
            .kind = METRIC_SIZE,
            .resolution = 0.001,
            .step = SLOPE_STEP_BYTES,
        };
        result = add_metric(reading);
    }
    return result;
}

static int add_load(struct entries_reading *reading)
{
    int result = 0;
    for (const char *const *name = load_metrics; result == 0 && *name; name++) {
        const struct metric *metric =
            experiment_metric(&experiment_list[reading->experiment], *name);
        if (!metric)
            continue;
        reading->metric = *metric;
        result = add_metric(reading);
    }
    return result;
}

/* Groups are ordered by scenario and metric, so that each metric is met in one stretch. */
static int add_flow(struct entries_reading *reading)
{
    const struct trial_group *last = NULL;
    int result = 0;
    for (size_t i = 0; result == 0 && i < reading->groups->count; i++) {
        const struct trial_group *group = &reading->groups->groups[i];
        if (group_text(group, "metric")[0] == '\0' || (last && has_metric(reading, group)))
            continue;
        last = group;
        reading->scenario = group_text(group, "scenario");
        reading->metric = flow_metric(group_text(group, "metric"), group_text(group, "unit"));
        result = add_metric(reading);
    }
    return result;
}

static int read_experiment(struct entries *entries, int experiment, const struct recorded_run *run,
                           uint64_t seed, struct error *error)
{
    const struct csv_table *table = NULL;
    struct trial_groups groups = {0};
    int result = recorded_run_table(run, experiment_list[experiment].file, &table, error);
    if (result <= 0)
        return result;
    result = subjects_gather(&groups, experiment, table, error);
    struct entries_reading reading = {
        .entries = entries,
        .experiment = experiment,
        .groups = &groups,
        .component = -1,
        .seed = seed,
        .error = error,
    };
    if (result == 0)
        result = experiment == EXPERIMENT_MEMORY ? add_memory(&reading)
                 : experiment == EXPERIMENT_FLOW ? add_flow(&reading)
                                                 : add_load(&reading);
    trial_groups_finish(&groups);
    return result;
}

int entries_have_shares(const struct recorded_run *run, struct error *error)
{
    const struct csv_table *table = NULL;
    int result = recorded_run_table(run, experiment_list[EXPERIMENT_LATENCY].file, &table, error);
    if (result == 1)
        return csv_row_count(table) == 0 || csv_column(table, "capacity_share") >= 0;
    return result < 0 ? result : 1;
}

int entries_read(struct entries *entries, const struct recorded_run *run, uint64_t seed,
                 bool by_share, struct error *error)
{
    struct entries read = {.by_share = by_share};
    int result = 0;
    for (int i = 0; result == 0 && i < EXPERIMENT_COUNT; i++)
        result = read_experiment(&read, i, run, seed, error);
    if (result < 0) {
        entries_finish(&read);
        return result;
    }
    *entries = read;
    return 0;
}

const struct entry *entries_find(const struct entries *entries, const char *key)
{
    for (size_t i = 0; i < entries->count; i++)
        if (strcmp(entries->entries[i].key, key) == 0)
            return &entries->entries[i];
    return NULL;
}

void entries_finish(struct entries *entries)
{
    for (size_t i = 0; i < entries->count; i++) {
        struct entry *entry = &entries->entries[i];
        free(entry->key);
        free(entry->scenario);
        free(entry->workload);
        free(entry->metric);
        free(entry->unit);
        free(entry->parameters);
        free(entry->arm);
        free(entry->model);
        free(entry->against);
        figure_finish(&entry->figure);
    }
    free(entries->entries);
    *entries = (struct entries){0};
}
