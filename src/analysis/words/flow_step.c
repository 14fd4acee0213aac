/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/words/flow_step.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char *const scenario_words[][2] = {
    {"counter", "counter: workers add to one number"},
    {"futures", "futures: a result goes to who waits for it"},
    {"executor", "executor: tasks in a pool of workers"},
    {"workflow", "workflow: steps that wait for one another"},
    {"nursery", "nursery: children that end with their scope"},
    {"cancel", "cancel: work is asked to stop"},
    {"findself", "findself: a server finds its own address"},
};

/* A metric without its unit and without what its samples are told by. */
static const struct step {
    const char *scenario;
    const char *metric;
    const char *words;
} steps[] = {
    {"counter", "unsynchronised_increment", "unsynchronised increment"},
    {"counter", "atomic_increment", "atomic increment"},
    {"counter", "mutex_increment", "increment under a lock"},
    {"counter", "yield_increment", "increment and a turn of the loop"},
    {"counter", "call_unsynchronised_increment", "unsynchronised, by a call"},
    {"futures", "handoff", "hand-off to who waits"},
    {"futures", "callback", "hand-off within one loop"},
    {"futures", "arrivals", "arrival at one of a crowd that waits"},
    {"futures", "timeout_late", "how late a time-out comes"},
    {"executor", "inline_tasks", "task without a pool"},
    {"executor", "map_tasks", "task of a map"},
    {"executor", "submit_tasks", "task queued by itself"},
    {"executor", "roundtrip", "from task queued to its result"},
    {"workflow", "sleepless_workflows", "workflow whose steps take no time"},
    {"nursery", "asking_child", "child that asks a peer"},
    {"nursery", "asking_scope", "scope of children that ask"},
    {"nursery", "failure_to_quiet", "from failure to all ended"},
    {"nursery", "thread_start_join", "child that does nothing: a thread"},
    {"nursery", "timer_start_close", "child that does nothing: a timer"},
    {"cancel", "check", "a look whether to stop"},
    {"cancel", "compute_stop", "computing: from request to stopped"},
    {"cancel", "socket_stop", "on a socket: from request to stopped"},
    {"cancel", "crowd_stop", "a crowd: from request to stopped"},
    {"cancel", "loop_turn", "one turn of the loop"},
    {"findself", "search", "from search to found"},
    {"findself", "gated", "from early request to its answer"},
    {"findself", "released", "from found to an early answer"},
    {"findself", "refused", "from request to refused at deadline"},
};

static const char *const ends[][2] = {
    {"_p50", " · median"},
    {"_p99", " · 99 %"},
    {"_p999", " · 99.9 %"},
    {"_max", " · longest"},
};

const char *flow_scenario_words(const char *scenario)
{
    for (size_t i = 0; i < sizeof scenario_words / sizeof *scenario_words; i++)
        if (strcmp(scenario_words[i][0], scenario) == 0)
            return scenario_words[i][1];
    return scenario;
}

/* How long `text` is without `end`; its whole length where it does not end so. */
static size_t length_without(const char *text, size_t length, const char *end)
{
    size_t taken = strlen(end);
    return length > taken && memcmp(text + length - taken, end, taken) == 0 ? length - taken
                                                                            : length;
}

/* A rank of the metric in the order of a reader: that of the table, the median first. */
static size_t rank(const char *scenario, const char *metric)
{
    size_t count = sizeof ends / sizeof *ends;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        size_t length = strlen(steps[i].metric);
        if (strcmp(steps[i].scenario, scenario) != 0 ||
            strncmp(steps[i].metric, metric, length) != 0)
            continue;
        for (size_t end = 0; end < count; end++)
            if (strcmp(ends[end][0], metric + length) == 0)
                return i * (count + 1) + end + 1;
        if (metric[length] == '\0')
            return i * (count + 1);
    }
    return SIZE_MAX;
}

int flow_step_compare(const char *scenario, const char *a, const char *b)
{
    size_t first = rank(scenario, a);
    size_t second = rank(scenario, b);
    return first != second ? (first < second ? -1 : 1) : strcmp(a, b);
}

static const char *find_step(const char *scenario, const char *metric, size_t length)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (strcmp(steps[i].scenario, scenario) == 0 && strlen(steps[i].metric) == length &&
            strncmp(steps[i].metric, metric, length) == 0)
            return steps[i].words;
    return NULL;
}

/* A name as it is, with blanks. */
static void write_name(const char *metric, size_t length, bool is_rate, char *words)
{
    snprintf(words, FLOW_STEP_SIZE, "%.*s%s", (int)(length < 60 ? length : 60), metric,
             is_rate ? " (each)" : "");
    for (char *at = words; *at; at++)
        *at = *at == '_' ? ' ' : *at;
}

void flow_step_words(const char *scenario, const char *metric, const char *unit, char *words)
{
    char unit_end[32];
    const char *end = "";
    snprintf(unit_end, sizeof unit_end, "_%.30s", unit);
    size_t length = length_without(metric, strlen(metric), unit_end);
    for (size_t i = 0; !*end && i < sizeof ends / sizeof *ends; i++) {
        size_t rest = length_without(metric, length, ends[i][0]);
        end = rest < length ? ends[i][1] : "";
        length = rest;
    }
    const char *step = find_step(scenario, metric, length);
    if (step)
        snprintf(words, FLOW_STEP_SIZE, "%s", step);
    else
        write_name(metric, length, strcmp(unit, "per_second") == 0, words);
    snprintf(words + strlen(words), FLOW_STEP_SIZE - strlen(words), "%s", end);
}
