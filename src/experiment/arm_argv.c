/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of an arm. */
#include "experiment/arm.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An option of in-tree subjects; not given where the value is 0, unless it is needed all the same.
 */
struct option {
    const char *name;
    uint64_t value;
    bool needed;
};

#define OPTIONS_COUNT 12

static void options_fill(struct option options[OPTIONS_COUNT], const struct arm *arm)
{
    const struct arm_parameters *parameters = &arm->parameters;
    bool seeded = arm_slow_every(arm) > 0 || arm_store(arm);
    bool burns = parameters->work_cpu_us > 0 || parameters->work_slow_us > 0;
    const struct option filled[OPTIONS_COUNT] = {
        {"--stack-size", (uint64_t)parameters->stack_bytes, false},
        {"--loops", (uint64_t)parameters->loops, false},
        {"--work-cpu-us", (uint64_t)parameters->work_cpu_us, false},
        {"--work-stack", (uint64_t)parameters->work_stack_bytes, false},
        {"--work-heap", (uint64_t)parameters->work_heap_bytes, false},
        {"--work-cache", (uint64_t)parameters->work_cache_bytes, false},
        {"--work-slow-us", (uint64_t)parameters->work_slow_us, false},
        {"--work-slow-every", (uint64_t)parameters->work_slow_every, false},
        {"--work-spins-per-us", burns ? (uint64_t)parameters->work_spins_per_us : 0, false},
        {"--seed", seeded ? parameters->seed : 0, seeded},
        {"--hold", (uint64_t)parameters->hold_bytes, false},
        {"--request-size", (uint64_t)parameters->request_bytes, false},
    };
    memcpy(options, filled, sizeof filled);
}

/* Words that are added one by one, until there is no memory for one. */
struct words {
    char **words;
    size_t count;
    bool complete;
};

static void add(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct words *words, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (words->complete && vasprintf(&words->words[words->count], format, arguments) >= 0)
        words->count++;
    else
        words->complete = false;
    va_end(arguments);
}

static void add_common(struct words *words, const struct arm *arm)
{
    struct option options[OPTIONS_COUNT];
    options_fill(options, arm);
    for (size_t i = 0; i < OPTIONS_COUNT; i++)
        if (options[i].value != 0 || options[i].needed) {
            add(words, "%s", options[i].name);
            add(words, "%" PRIu64, options[i].value);
        }
}

/* Those of its scenario. What is as usual is said, too: the row says that it was so. */
static void add_own(struct words *words, const struct arm *arm)
{
    const struct scenario_option *options = arm_options(arm);
    const struct option_values *values = &arm->parameters.options;
    char text[32];
    for (size_t i = 0; options && options[i].name; i++)
        if (values->set & 1u << i) {
            add(words, "--%s", options[i].name);
            add(words, "%s", option_text(&options[i], values->at[i], text, sizeof text));
        }
    if (arm->parameters.store_path) {
        add(words, "--store-path");
        add(words, "%s", arm->parameters.store_path);
    }
}

char **arm_argv(const struct arm *arm)
{
    size_t own = 0;
    while (arm->command[own])
        own++;
    size_t most = own + 2 * (OPTIONS_COUNT + OPTIONS_MAX + 2) + 1;
    struct words words = {.words = calloc(most, sizeof *words.words)};
    words.complete = words.words != NULL;
    for (size_t i = 0; i < own; i++)
        add(&words, "%s", arm->command[i]);
    /* The contract has it, so that foreign ones take it, too. */
    if (arm->parameters.host) {
        add(&words, "--host");
        add(&words, "%s", arm->parameters.host);
    }
    if (!arm->foreign || arm->takes_options) {
        add_common(&words, arm);
        add_own(&words, arm);
    }
    if (words.complete)
        return words.words;
    if (words.words)
        words.words[words.count] = NULL;
    arm_argv_free(words.words);
    return NULL;
}

void arm_argv_free(char **argv)
{
    for (size_t i = 0; argv && argv[i]; i++)
        free(argv[i]);
    free(argv);
}
