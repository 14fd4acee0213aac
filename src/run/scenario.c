/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/scenario.h"

#include <string.h>

#define PAIR (1u << MODEL_THREADS | 1u << MODEL_LOOP)

static const struct scenario_option counter_options[] = {
    {"workers", "workers_count", 0},
    {"increments", "increments_count", 0},
    {0},
};

static const struct scenario_option futures_options[] = {
    {"rounds", "rounds_count", 0},
    {"futures", "futures_count", 0},
    {"waiters", "waiters_count", 0},
    {"timeouts", "timeouts_count", 0},
    {0},
};

static const struct scenario_option executor_options[] = {
    {"items", "items_count", 0},
    {"workers", "workers_count", 0},
    {"work", "work_count", 0},
    {"in-flight", "in_flight_count", 0},
    {"roundtrips", "roundtrips_count", 0},
    {0},
};

static const struct scenario_option workflow_options[] = {
    {"repeats", "repeats_count", 0},
    {"at-once", "at_once_count", 0},
    {"random", "random_count", 0},
    {"minute-us", "minute_us", 0},
    {"random-minute-us", "random_minute_us", 0},
    {"sleepless", "sleepless_count", 1},
    {0},
};

static const struct scenario_option nursery_options[] = {
    {"children", "children_count", 0},
    {"failing", "failing_count", 0},
    {"scopes", "scopes_count", 0},
    {"trees", "trees_count", 0},
    {"depth", "depth_count", 0},
    {"rounds", "rounds_count", 0},
    {0},
};

static const struct scenario_option cancel_options[] = {
    {"cancellations", "cancellations_count", 0},
    {"crowds", "crowds_count", 0},
    {"waiters", "waiters_count", 0},
    {"slice", "slice_count", 0},
    {"delay-us", "delay_us", 0},
    {"checks", "checks_count", 0},
    {0},
};

static const struct scenario_option findself_options[] = {
    {"clusters", "clusters_count", 0},
    {"servers", "servers_count", 0},
    {"requests", "requests_count", 0},
    {"late-ms", "late_ms", 0},
    {"deadline-ms", "deadline_ms", 0},
    {"search-after-ms", "search_after_ms", 0},
    {0},
};

const struct scenario scenarios[] = {
    {
        .name = "echo",
        .kind = SCENARIO_SERVER,
        .models = PAIR | 1u << MODEL_LOOPS | 1u << MODEL_SOCKETS,
        .protocol = "echo",
        .claim = CLAIM_OF_WAITING,
        .measures = "what a waiter costs: memory, requests and their latency",
    },
    {
        .name = "counter",
        .kind = SCENARIO_PROGRAM,
        .models = PAIR,
        .options = counter_options,
        .claim = CLAIM_OF_RACES,
        .measures = "lost updates of a shared counter, and what it costs to lose none",
    },
    {
        .name = "futures",
        .kind = SCENARIO_PROGRAM,
        .models = PAIR,
        .options = futures_options,
        .takes_seed = true,
        .claim = CLAIM_OF_CONTROL_FLOW,
        .measures = "handing a result over, one waiter or many, and what a future takes",
    },
    {
        .name = "executor",
        .kind = SCENARIO_PROGRAM,
        .models = PAIR,
        .options = executor_options,
        .claim = CLAIM_OF_CONTROL_FLOW,
        .measures = "tasks of a pool: how many a second, and how long one takes",
    },
    {
        .name = "workflow",
        .kind = SCENARIO_PROGRAM,
        .models = PAIR,
        .options = workflow_options,
        .takes_seed = true,
        .files = 64,
        .threads = 700, /* 100 at once, of up to six steps */
        .claim = CLAIM_OF_CONTROL_FLOW,
        .measures = "steps that depend on one another: time over the critical path",
    },
    {
        .name = "nursery",
        .kind = SCENARIO_PROGRAM,
        .models = PAIR,
        .options = nursery_options,
        .files = 64,
        .threads = 150, /* trees of 85 scopes */
        .claim = CLAIM_OF_CONTROL_FLOW,
        .measures = "scopes that end with their children, and with their failures",
    },
    {
        .name = "cancel",
        .kind = SCENARIO_PROGRAM,
        .models = PAIR,
        .options = cancel_options,
        .takes_seed = true,
        .files = 450, /* crowds of 200, each with a pair of sockets */
        .threads = 250,
        .claim = CLAIM_OF_CANCELLATION,
        .measures = "from the request to stop until it has stopped",
    },
    {
        .name = "findself",
        .kind = SCENARIO_PROGRAM,
        .models = PAIR,
        .options = findself_options,
        .takes_seed = true,
        .claim = CLAIM_OF_CONTROL_FLOW,
        .measures = "servers that find their own address: time until found",
    },
    {0},
};

const struct scenario *scenario_find(const char *name)
{
    for (const struct scenario *scenario = scenarios; scenario->name; scenario++)
        if (strcmp(scenario->name, name) == 0)
            return scenario;
    return NULL;
}

enum scenario_claim scenario_claim_of(const char *name)
{
    const struct scenario *scenario = scenario_find(name);
    if (scenario)
        return scenario->claim;
    return strcmp(name, "blocking") == 0 ? CLAIM_OF_BLOCKING : CLAIM_OF_NONE;
}

bool scenario_has(const struct scenario *scenario, enum model model)
{
    return (scenario->models & 1u << model) != 0;
}

const struct scenario *scenario_plain_server(void)
{
    return &scenarios[0];
}

const struct scenario_option *scenario_option_find(const struct scenario *scenario,
                                                   const char *name)
{
    for (const struct scenario_option *option = scenario->options; option && option->name; option++)
        if (strcmp(option->name, name) == 0)
            return option;
    return NULL;
}

static bool is_there(const char *const *columns, size_t count, const char *column)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(columns[i], column) == 0)
            return true;
    return false;
}

/* Adds those of one edition, and returns whether a later one has any. */
static bool add_edition(int edition, const char **columns, size_t size, size_t *count)
{
    bool later = false;
    for (const struct scenario *scenario = scenarios; scenario->name; scenario++)
        for (const struct scenario_option *option = scenario->options; option && option->name;
             option++) {
            later |= option->edition > edition;
            if (option->edition != edition ||
                is_there(columns, *count < size ? *count : size, option->column))
                continue;
            if (*count < size)
                columns[*count] = option->column;
            ++*count;
        }
    return later;
}

size_t scenario_option_columns(const char **columns, size_t size)
{
    size_t count = 0;
    for (int edition = 0; add_edition(edition, columns, size, &count); edition++)
        continue;
    return count;
}
