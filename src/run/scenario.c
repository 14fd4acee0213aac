/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/scenario.h"

#include <string.h>

#define PAIR    (1u << MODEL_THREADS | 1u << MODEL_LOOP)
#define LOOPS   (1u << MODEL_LOOP | 1u << MODEL_LOOPS)
#define POOL    (1u << MODEL_POOL)
#define SERVERS (~0u) /* whatever the model */

/* How much a store or a library that blocks may take, and how large pools may be: what the programs
 * take. */
#define DELAY_US_MAX INT64_C(10000000)
#define EVERY_MAX    INT64_C(10000000)
#define POOL_MAX     1024 /* libuv's own bound */
#define SESSIONS_MAX 1000

/* An option of a program: its name, its column, and the edition of flow.csv that brought it. */
#define PROGRAM(option, in_file, since)                           \
    {                                                             \
        .name = (option), .column = (in_file), .edition = (since) \
    }

static const struct scenario_option counter_options[] = {
    PROGRAM("workers", "workers_count", 0),
    PROGRAM("increments", "increments_count", 0),
    {0},
};

static const struct scenario_option futures_options[] = {
    PROGRAM("rounds", "rounds_count", 0),
    PROGRAM("futures", "futures_count", 0),
    PROGRAM("waiters", "waiters_count", 0),
    PROGRAM("timeouts", "timeouts_count", 0),
    {0},
};

static const struct scenario_option executor_options[] = {
    PROGRAM("items", "items_count", 0),
    PROGRAM("workers", "workers_count", 0),
    PROGRAM("work", "work_count", 0),
    PROGRAM("in-flight", "in_flight_count", 0),
    PROGRAM("roundtrips", "roundtrips_count", 0),
    {0},
};

static const struct scenario_option workflow_options[] = {
    PROGRAM("repeats", "repeats_count", 0),
    PROGRAM("at-once", "at_once_count", 0),
    PROGRAM("random", "random_count", 0),
    PROGRAM("minute-us", "minute_us", 0),
    PROGRAM("random-minute-us", "random_minute_us", 0),
    PROGRAM("sleepless", "sleepless_count", 1),
    {0},
};

static const struct scenario_option nursery_options[] = {
    PROGRAM("children", "children_count", 0),
    PROGRAM("failing", "failing_count", 0),
    PROGRAM("scopes", "scopes_count", 0),
    PROGRAM("trees", "trees_count", 0),
    PROGRAM("depth", "depth_count", 0),
    PROGRAM("rounds", "rounds_count", 0),
    {0},
};

static const struct scenario_option cancel_options[] = {
    PROGRAM("cancellations", "cancellations_count", 0),
    PROGRAM("crowds", "crowds_count", 0),
    PROGRAM("waiters", "waiters_count", 0),
    PROGRAM("slice", "slice_count", 0),
    PROGRAM("delay-us", "delay_us", 0),
    PROGRAM("checks", "checks_count", 0),
    {0},
};

static const struct scenario_option findself_options[] = {
    PROGRAM("clusters", "clusters_count", 0),
    PROGRAM("servers", "servers_count", 0),
    PROGRAM("requests", "requests_count", 0),
    PROGRAM("late-ms", "late_ms", 0),
    PROGRAM("deadline-ms", "deadline_ms", 0),
    PROGRAM("search-after-ms", "search_after_ms", 0),
    {0},
};

/* ---- web ---- */

enum { MEMORY, SQLITE, POSTGRES };

/* A thread's own connection to SQLite holds the database and its log open; the log's index all of
 * them share. */
static const struct option_choice stores[] = {
    [MEMORY] = {"memory", 0, 0},
    [SQLITE] = {"sqlite", 0, 2},
    [POSTGRES] = {"postgres", 0, 0},
    {0},
};

enum { INLINE, THROUGH_POOL, ASYNC, PIPELINE };

/* The first one that goes with a store is the usual one. */
static const struct option_choice store_calls[] = {
    [INLINE] = {"inline", 1u << MEMORY | 1u << SQLITE, 0},
    [THROUGH_POOL] = {"pool", 1u << SQLITE, 0},
    [ASYNC] = {"async", 1u << POSTGRES, 0},
    [PIPELINE] = {"pipeline", 1u << POSTGRES, 0},
    {0},
};

/* Threads of the model `pool`. Beside a loop they are libuv's, where it calls through them. */
#define MODEL_POOL_SIZE                                                                     \
    {                                                                                       \
        .name = "pool-size", .column = "pool_size", .role = OPTION_OF_ARM,                  \
        .purpose = PURPOSE_THREADS, .models = POOL, .low = 1, .high = POOL_MAX, .usual = 32 \
    }
#define LOOP_POOL_SIZE(call)                                                                 \
    {                                                                                        \
        .name = "pool-size", .column = "pool_size", .role = OPTION_OF_ARM,                   \
        .purpose = PURPOSE_THREADS, .models = LOOPS, .low = 1, .high = POOL_MAX, .usual = 4, \
        .depends = (call), .with = 1u << THROUGH_POOL                                        \
    }

static const struct scenario_option web_options[] = {
    {
        .name = "store",
        .column = "store",
        .role = OPTION_CONDITION,
        .purpose = PURPOSE_STORE,
        .models = SERVERS,
        .choices = stores,
    },
    {
        .name = "store-connections",
        .column = "store_connections",
        .role = OPTION_CONDITION,
        .purpose = PURPOSE_FILES,
        .models = SERVERS,
        .low = 1,
        .high = SESSIONS_MAX,
        .usual = 16,
        .depends = "store",
        .with = 1u << POSTGRES,
    },
    {
        .name = "store-delay-us",
        .column = "store_delay_us",
        .role = OPTION_CONDITION,
        .purpose = PURPOSE_DELAY_US,
        .models = SERVERS,
        .high = DELAY_US_MAX,
        .depends = "store",
        .with = 1u << POSTGRES,
    },
    {
        .name = "store-call",
        .column = "store_call",
        .role = OPTION_OF_ARM,
        .models = LOOPS,
        .choices = store_calls,
        .depends = "store",
    },
    MODEL_POOL_SIZE,
    LOOP_POOL_SIZE("store-call"),
    {0},
};

/* ---- blocking ---- */

static const struct option_choice block_calls[] = {
    [INLINE] = {"inline", 0, 0},
    [THROUGH_POOL] = {"pool", 0, 0},
    {0},
};

static const struct scenario_option blocking_options[] = {
    {
        .name = "block-us",
        .column = "block_us",
        .role = OPTION_CONDITION,
        .purpose = PURPOSE_SLOW_US,
        .models = SERVERS,
        .high = DELAY_US_MAX,
    },
    {
        .name = "block-every",
        .column = "block_every",
        .role = OPTION_CONDITION,
        .purpose = PURPOSE_SLOW_EVERY,
        .models = SERVERS,
        .high = EVERY_MAX,
    },
    {
        .name = "block-call",
        .column = "block_call",
        .role = OPTION_OF_ARM,
        .models = LOOPS,
        .choices = block_calls,
    },
    LOOP_POOL_SIZE("block-call"),
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
        .name = "web",
        .kind = SCENARIO_SERVER,
        .models = PAIR | 1u << MODEL_LOOPS | 1u << MODEL_POOL,
        .protocol = "http",
        .path = "/item/{id}",
        .options = web_options,
        .claim = CLAIM_OF_REAL_WORK,
        .measures = "web requests that look a row up in a store",
    },
    {
        .name = "blocking",
        .kind = SCENARIO_SERVER,
        .models = PAIR | 1u << MODEL_LOOPS,
        .protocol = "echo",
        .options = blocking_options,
        .claim = CLAIM_OF_BLOCKING,
        .measures = "requests of which some call what blocks: what that costs the others",
    },
    {
        .name = "sleep",
        .kind = SCENARIO_SERVER,
        .models = PAIR,
        .measures = "what a waiter takes that waits for nothing: no network, memory alone",
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
    return scenario ? scenario->claim : CLAIM_OF_NONE;
}

bool scenario_has(const struct scenario *scenario, enum model model)
{
    return (scenario->models & 1u << model) != 0;
}

const struct scenario *scenario_plain_server(void)
{
    return &scenarios[0];
}

bool scenario_store_is_known(const char *name)
{
    for (const struct scenario *scenario = scenarios; scenario->name; scenario++)
        for (const struct scenario_option *option = scenario->options; option && option->name;
             option++)
            if (option->purpose == PURPOSE_STORE && option_choice_find(option, name) >= 0)
                return true;
    return false;
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
            if (option->role != OPTION_OF_PROGRAM)
                continue;
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

size_t scenario_option_columns(int editions, const char **columns, size_t size)
{
    size_t count = 0;
    bool later = true;
    for (int edition = 0; later && edition < editions; edition++)
        later = add_edition(edition, columns, size, &count);
    return count;
}
