/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/experiment.h"

#include "run/columns.h"
#include "run/scenario.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* The load generator's histogram keeps three significant digits. */
#define HISTOGRAM_RESOLUTION 0.001

/* Memory is counted in pages. Whether they are of 4 KiB here or not, finer is not resolved. */
#define PAGE_BYTES 4096

/* Every latency holds a reading of the clock, which costs about this much and varies by it. */
#define CLOCK_NS 50

/* The runner asks a subject for its waiters once a millisecond (measure/process/idle_clients.c), so
 * that is what the time to a hundred of them is known to. */
#define SPAWN_STEP_SECONDS 1e-3

#define MEMORY_METRIC(name)                                               \
    {                                                                     \
        name, "bytes", name "_bytes", NULL, 1, METRIC_SIZE, 0, PAGE_BYTES \
    }
#define TIME_METRIC(name)                                                            \
    {                                                                                \
        name, "ns", name "_ns", NULL, 1, METRIC_TIME, HISTOGRAM_RESOLUTION, CLOCK_NS \
    }

static const struct metric memory_metrics[] = {
    MEMORY_METRIC("user"),
    MEMORY_METRIC("heap"),
    MEMORY_METRIC("kernel_stack"),
    MEMORY_METRIC("page_table"),
    MEMORY_METRIC("kernel_other"),
    MEMORY_METRIC("total"),
    MEMORY_METRIC("charged"),
    MEMORY_METRIC("rss"),
    {"spawn", "seconds", "spawn_seconds", NULL, 1, METRIC_TIME, HISTOGRAM_RESOLUTION,
     SPAWN_STEP_SECONDS},
    {0},
};

#define RATE_METRIC                                                            \
    {                                                                          \
        "achieved", "per_second", "achieved_per_second", NULL, 1, METRIC_RATE, \
            HISTOGRAM_RESOLUTION, 0                                            \
    }
/* CPU time is accounted in microseconds, of which a trial has a million. */
#define CPU_METRIC                                                                         \
    {                                                                                      \
        "server_cpu_per_request", "ns", "server_cpu_seconds", "samples", 1e9, METRIC_TIME, \
            HISTOGRAM_RESOLUTION, 0                                                        \
    }
/* The sender's CPU runs a part of the receiver's network code, so that the server's time alone
 * leaves out what its replies cost. */
#define BOTH_CPU_METRIC                                                                \
    {                                                                                  \
        "both_cpu_per_request", "ns", "both_cpu_seconds", "samples", 1e9, METRIC_TIME, \
            HISTOGRAM_RESOLUTION, 0                                                    \
    }

static const struct metric throughput_metrics[] = {
    RATE_METRIC,
    CPU_METRIC,
    BOTH_CPU_METRIC,
    TIME_METRIC("p50"),
    TIME_METRIC("p90"),
    TIME_METRIC("p99"),
    TIME_METRIC("p999"),
    TIME_METRIC("reply_delay_p99"),
    TIME_METRIC("other_p50"),
    TIME_METRIC("other_p90"),
    TIME_METRIC("other_p99"),
    MEMORY_METRIC("charged"),
    {0},
};

static const struct metric latency_metrics[] = {
    TIME_METRIC("p50"),
    TIME_METRIC("p90"),
    TIME_METRIC("p99"),
    TIME_METRIC("p999"),
    TIME_METRIC("p9999"),
    TIME_METRIC("max"),
    TIME_METRIC("service_p50"),
    TIME_METRIC("service_p99"),
    TIME_METRIC("service_p999"),
    TIME_METRIC("reply_delay_p99"),
    TIME_METRIC("other_p50"),
    TIME_METRIC("other_p90"),
    TIME_METRIC("other_p99"),
    CPU_METRIC,
    BOTH_CPU_METRIC,
    {0},
};

/* Work per request, where a file has such columns. */
#define WORK "work_cpu_us", "work_stack_bytes", "work_heap_bytes", "hold_bytes"
#define LOAD                                                                                      \
    "scenario", "connections", "active", "idle", "payload_bytes", "arrivals",                     \
        "offered_per_second", "rate_basis", "idle_wait", WORK, "work_slow_us", "work_slow_every", \
        "work_cache_bytes", "requests_per_connection", "store", "store_connections",              \
        "store_delay_us", "block_us", "block_every", "shards"

static const char *const memory_columns[] = {TRIAL_COLUMNS, MEMORY_COLUMNS, NULL};
static const char *const load_columns[] = {LOAD_TRIAL_COLUMNS, NULL};
static const char *const spectrum_columns[] = {SPECTRUM_COLUMNS, NULL};
static const char *const flow_columns[] = {TRIAL_COLUMNS, FLOW_COLUMNS, NULL};
static const char *const flow_later_columns[] = {RUNTIME_COLUMNS, NULL};

const struct experiment experiment_list[EXPERIMENT_COUNT] = {
    [EXPERIMENT_MEMORY] =
        {
            .name = "memory",
            .file = "memory.csv",
            .columns = memory_columns,
            .conditions = {"scenario", "waiters_requested", "warm", WORK, "store",
                           "store_connections", "shards"},
            .metrics = memory_metrics,
        },
    [EXPERIMENT_THROUGHPUT] =
        {
            .name = "throughput",
            .file = "throughput.csv",
            .columns = load_columns,
            .conditions = {LOAD},
            .metrics = throughput_metrics,
        },
    [EXPERIMENT_LATENCY] =
        {
            .name = "latency",
            .file = "latency.csv",
            .columns = load_columns,
            .extra_file = "latency-spectrum.csv",
            .extra_columns = spectrum_columns,
            .conditions = {LOAD},
            .metrics = latency_metrics,
        },
    /* The conditions of a flow row: its metric, and whatever further columns the file has. */
    [EXPERIMENT_FLOW] =
        {
            .name = "flow",
            .file = "flow.csv",
            .columns = flow_columns,
            .editions = FLOW_EDITIONS,
            .later_columns = flow_later_columns,
        },
};

/* Those of `added`, up to `added_count` of them or to a NULL, behind those that are there. */
static size_t add_columns(const char **columns, size_t count, const char *const *added,
                          size_t added_count)
{
    for (size_t i = 0; i < added_count && added[i] && count < EXPERIMENT_COLUMNS_MAX; i++)
        columns[count++] = added[i];
    return count;
}

size_t experiment_columns(const struct experiment *experiment, const char **columns)
{
    const char *options[EXPERIMENT_COLUMNS_MAX];
    size_t count = add_columns(columns, 0, experiment->columns, EXPERIMENT_COLUMNS_MAX);
    if (!experiment->later_columns)
        return count;
    size_t early = scenario_option_columns(experiment->editions, options, EXPERIMENT_COLUMNS_MAX);
    size_t all = scenario_option_columns(INT_MAX, options, EXPERIMENT_COLUMNS_MAX);
    count = add_columns(columns, count, options, early);
    count = add_columns(columns, count, experiment->later_columns, EXPERIMENT_COLUMNS_MAX);
    return add_columns(columns, count, options + early, all - early);
}

bool experiment_has_column(const struct experiment *experiment, const char *column)
{
    const char *columns[EXPERIMENT_COLUMNS_MAX];
    size_t count = experiment_columns(experiment, columns);
    for (size_t i = 0; i < count; i++)
        if (strcmp(columns[i], column) == 0)
            return true;
    return false;
}

const struct experiment *experiment_find(const char *name)
{
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++)
        if (strcmp(experiment_list[i].name, name) == 0)
            return &experiment_list[i];
    return NULL;
}

/* The program first. */
#define PROGRAM_COLUMNS 3

const char *const experiment_arm_columns[] = {
    "model",      "allocator", "subject",    "stack_bytes", "loops",
    "store_call", "pool_size", "block_call", NULL,
};

_Static_assert(sizeof experiment_arm_columns / sizeof *experiment_arm_columns - 1 <=
                   EXPERIMENT_ARM_COLUMNS_MAX,
               "those who make room for them ask that");

const char *const *experiment_variant_columns(void)
{
    return experiment_arm_columns + PROGRAM_COLUMNS;
}

/* Of a flow row: neither arm nor condition. A seed may differ from block to block. */
static const char *const trial_columns[] = {
    "block", "order", "seed",  "parameter_seed", "pid",
    "valid", "note",  "value", RUNTIME_COLUMNS,  NULL,
};

static bool contains(const char *const *names, const char *name)
{
    for (; *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

bool experiment_is_condition(const struct experiment *experiment, const char *column)
{
    if (experiment->metrics)
        return contains(experiment->conditions, column);
    return !contains(experiment_arm_columns, column) && !contains(trial_columns, column);
}

bool experiment_is_ours(const char *scenario, const char *subject, const char *model)
{
    size_t scenario_length = strlen(scenario);
    size_t model_length = strlen(model);
    if (scenario_length == 0 || model_length == 0 ||
        strncmp(subject, scenario, scenario_length) != 0 || subject[scenario_length] != '-')
        return false;
    const char *program = subject + scenario_length + 1;
    if (strncmp(program, model, model_length) != 0) {
        if (strcmp(model, "loops") != 0)
            return false;
        model_length--;
        if (strncmp(program, model, model_length) != 0)
            return false;
    }
    program += model_length;
    return *program == '\0' || strcmp(program, "-libc") == 0;
}

bool experiment_has_program(const char *subject)
{
    for (const struct scenario *scenario = scenarios; scenario->name; scenario++)
        for (int model = 0; model < MODEL_COUNT; model++)
            if (scenario_has(scenario, (enum model)model) &&
                experiment_is_ours(scenario->name, subject, model_name((enum model)model)))
                return true;
    return false;
}

size_t experiment_arm_length(const char *subject)
{
    size_t length = strlen(subject);
    size_t suffix = strlen(AA_SUFFIX);
    if (length > suffix && strcmp(subject + length - suffix, AA_SUFFIX) == 0)
        return length - suffix;
    return length;
}

bool experiment_arm_is_ours(const char *scenario, const char *subject, const char *model)
{
    char arm[128];
    snprintf(arm, sizeof arm, "%.*s", (int)experiment_arm_length(subject), subject);
    return experiment_is_ours(scenario, arm, model);
}

int experiment_compare_arms(const char *a, const char *b)
{
    size_t a_length = experiment_arm_length(a);
    size_t b_length = experiment_arm_length(b);
    int order = strncmp(a, b, a_length < b_length ? a_length : b_length);
    if (order == 0)
        order = (a_length > b_length) - (a_length < b_length);
    return order != 0 ? order : strcmp(a, b);
}

const struct metric *experiment_metric(const struct experiment *experiment, const char *name)
{
    for (const struct metric *metric = experiment->metrics; metric->name; metric++)
        if (strcmp(metric->name, name) == 0)
            return metric;
    return NULL;
}

struct metric flow_metric(const char *name, const char *unit)
{
    /* Flow subjects time many operations at once, so the clock's own cost is not in the figure. */
    struct metric metric = {name, unit, "value", NULL, 1, METRIC_SIZE, HISTOGRAM_RESOLUTION, 0};
    if (strcmp(unit, "ns") == 0 || strcmp(unit, "seconds") == 0)
        metric.kind = METRIC_TIME;
    else if (strstr(unit, "per_second"))
        metric.kind = METRIC_RATE;
    return metric;
}
