/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject/options.h"

#include "base/error.h"
#include "base/streams.h"
#include "base/text.h"
#include "subject/request.h"

#include <argp.h>
#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STACK_BYTES_MAX (INT64_C(1) << 30)
/* What a handler needs beside --work-stack: its thread's own data, frames and the read buffer. */
#define STACK_RESERVE_BYTES (INT64_C(41) << 10)

enum {
    OPTION_HOST = 256,
    OPTION_STACK,
    OPTION_LOOPS,
    OPTION_CPU,
    OPTION_WORK_STACK,
    OPTION_WORK_HEAP,
    OPTION_WORK_CACHE,
    OPTION_SLOW,
    OPTION_SLOW_EVERY,
    OPTION_SPINS,
    OPTION_SEED,
    OPTION_HOLD,
    OPTION_REQUEST
};

struct parse {
    struct subject_options *options;
    unsigned features;
};

static int64_t number(struct argp_state *state, const char *name, const char *text, int64_t low,
                      int64_t high)
{
    int64_t value = 0;
    if (text_parse_int64(text, low, high, &value) < 0)
        argp_error(state, "%s takes a whole number from %lld to %lld, not '%s'", name,
                   (long long)low, (long long)high, text);
    return value;
}

/* Of the whole range, which text_parse_int64 does not have. */
static uint64_t seed(struct argp_state *state, const char *text)
{
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0)
        argp_error(state, "--seed takes a whole number from 0 to %llu, not '%s'",
                   (unsigned long long)UINT64_MAX, text);
    return value;
}

static void check_slow(struct argp_state *state, const struct subject_options *options)
{
    const struct work *work = &options->work;
    if (work->slow_us > 0 && work->slow_every == 0)
        argp_error(state, "--work-slow-us needs --work-slow-every, which says how many are slow");
    if (work->slow_every > 0 && options->request_bytes < REQUEST_NUMBER_BYTES)
        argp_error(state,
                   "--work-slow-every needs --request-size, of at least %d bytes: the number that "
                   "each request begins with decides whether it is slow",
                   REQUEST_NUMBER_BYTES);
}

static void check(struct argp_state *state, const struct parse *parse)
{
    const struct subject_options *options = parse->options;
    if (options->stack_bytes > 0 && !(parse->features & SUBJECT_HAS_STACK_SIZE))
        argp_error(state, "--stack-size is for the threads model only");
    if (options->loops > 1 && !(parse->features & SUBJECT_HAS_LOOPS))
        argp_error(state, "--loops is for the loop model only");
    if (options->stack_bytes > 0 &&
        options->work.stack_bytes + STACK_RESERVE_BYTES > options->stack_bytes)
        argp_error(state,
                   "--work-stack %lld does not fit a stack of %lld bytes (%lld are needed "
                   "for the thread itself)",
                   (long long)options->work.stack_bytes, (long long)options->stack_bytes,
                   (long long)STACK_RESERVE_BYTES);
    check_slow(state, options);
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct parse *parse = state->input;
    struct subject_options *options = parse->options;
    switch (key) {
    case OPTION_HOST:
        options->host = text;
        return 0;
    case OPTION_STACK:
        options->stack_bytes =
            number(state, "--stack-size", text, sysconf(_SC_THREAD_STACK_MIN), STACK_BYTES_MAX);
        return 0;
    case OPTION_LOOPS:
        options->loops = number(state, "--loops", text, 1, SUBJECT_LOOPS_MAX);
        return 0;
    case OPTION_CPU:
        options->work.cpu_us = number(state, "--work-cpu-us", text, 0, WORK_CPU_US_MAX);
        return 0;
    case OPTION_WORK_STACK:
        options->work.stack_bytes = number(state, "--work-stack", text, 0, WORK_STACK_BYTES_MAX);
        return 0;
    case OPTION_WORK_HEAP:
        options->work.heap_bytes = number(state, "--work-heap", text, 0, WORK_HEAP_BYTES_MAX);
        return 0;
    case OPTION_WORK_CACHE:
        options->work.cache_bytes = number(state, "--work-cache", text, 0, WORK_HEAP_BYTES_MAX);
        return 0;
    case OPTION_SLOW:
        options->work.slow_us = number(state, "--work-slow-us", text, 0, WORK_CPU_US_MAX);
        return 0;
    case OPTION_SLOW_EVERY:
        options->work.slow_every = number(state, "--work-slow-every", text, 0, INT64_MAX);
        return 0;
    case OPTION_SPINS:
        options->work.spins_per_us =
            number(state, "--work-spins-per-us", text, 0, WORK_SPINS_PER_US_MAX);
        return 0;
    case OPTION_SEED:
        options->work.seed = seed(state, text);
        return 0;
    case OPTION_HOLD:
        options->hold_bytes = number(state, "--hold", text, 0, WORK_HEAP_BYTES_MAX);
        return 0;
    case OPTION_REQUEST:
        options->request_bytes = number(state, "--request-size", text, 0, INT64_C(1) << 30);
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected argument '%s'", text);
        return 0;
    case ARGP_KEY_END:
        check(state, parse);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option option_table[] = {
    {"host", OPTION_HOST, "ADDRESS", 0, "IPv4 address to bind (127.0.0.1)", 0},
    {"stack-size", OPTION_STACK, "BYTES", 0, "stack of each waiter's thread (the system's)", 0},
    {"loops", OPTION_LOOPS, "L", 0, "event loops, each on a thread of its own (1)", 0},
    {"work-cpu-us", OPTION_CPU, "US", 0, "processor time to burn per request (0)", 0},
    {"work-stack", OPTION_WORK_STACK, "BYTES", 0, "stack to touch per request (0)", 0},
    {"work-heap", OPTION_WORK_HEAP, "BYTES", 0, "heap to take, touch and free per request (0)", 0},
    {"work-cache", OPTION_WORK_CACHE, "BYTES", 0,
     "memory of the connection's own to touch per request, a write per cache line (0)", 0},
    {"work-slow-us", OPTION_SLOW, "US", 0, "processor time that a slow request burns more (0)", 0},
    {"work-slow-every", OPTION_SLOW_EVERY, "E", 0,
     "one request in E is slow, drawn from the seed and the number the request begins with; needs "
     "--request-size (0: none)",
     0},
    {"work-spins-per-us", OPTION_SPINS, "TURNS", 0,
     "turns of the burning loop that make a microsecond (0: measured at the start)", 0},
    {"seed", OPTION_SEED, "S", 0, "decides which requests are slow (0)", 0},
    {"hold", OPTION_HOLD, "BYTES", 0, "live heap per connection (0)", 0},
    {"request-size", OPTION_REQUEST, "BYTES", 0,
     "bytes that make a request (0: each read that brought data)", 0},
    {0},
};

void subject_options_parse(struct subject_options *options, unsigned features, int argc,
                           char **argv)
{
    *options = (struct subject_options){.host = "127.0.0.1", .loops = 1};
    struct parse parse = {options, features};
    static const struct argp argp = {
        option_table,
        parse_option,
        NULL,
        "An echo server that speaks waitbench's subject contract: it prints `listening PORT`, "
        "answers `waiters` and `stats` on standard input, and ends when that ends.",
        NULL,
        NULL,
        NULL,
    };
    argp_err_exit_status = EXIT_USAGE;
    int result = streams_ensure();
    if (result < 0) {
        error_print("cannot open /dev/null: %s", strerror(-result));
        exit(EXIT_MISSING);
    }
    argp_parse(&argp, argc, argv, 0, NULL, &parse);
}
