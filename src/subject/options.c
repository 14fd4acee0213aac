/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject/options.h"

#include "subject/request.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a handler needs beside --work-stack: its thread's own data, frames and the read buffer. */
#define STACK_RESERVE_BYTES (INT64_C(41) << 10)

static const char about[] =
    "A server that speaks waitbench's subject contract: it prints `listening PORT`, answers "
    "`waiters` and `stats` on standard input, and ends when that ends.";

/* Of the whole range, which a table's numbers do not have. */
static uint64_t parse_seed(const char *text)
{
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0)
        parameters_refuse("--seed takes a whole number from 0 to %llu, not '%s'",
                          (unsigned long long)UINT64_MAX, text);
    return value;
}

static void check_requests(const struct subject_options *options, unsigned features)
{
    const struct work *work = &options->work;
    bool numbered = features & SUBJECT_HAS_PROTOCOL;
    if (numbered && options->request_bytes > 0)
        parameters_refuse("--request-size is for servers that echo");
    if (work->slow_us > 0 && work->slow_every == 0)
        parameters_refuse("--work-slow-us needs --work-slow-every, which says how many are slow");
    if (!numbered && work->slow_every > 0 && options->request_bytes < REQUEST_NUMBER_BYTES)
        parameters_refuse(
            "--work-slow-every needs --request-size, of at least %d bytes: the number "
            "that each request begins with decides whether it is slow",
            REQUEST_NUMBER_BYTES);
}

static void check(const struct subject_options *options, unsigned features)
{
    if (options->stack_bytes > 0 && !(features & SUBJECT_HAS_STACK_SIZE))
        parameters_refuse("--stack-size is for the threads model only");
    if (options->loops > 1 && !(features & SUBJECT_HAS_LOOPS))
        parameters_refuse("--loops is for the loop model only");
    if (options->stack_bytes > 0 &&
        options->work.stack_bytes + STACK_RESERVE_BYTES > options->stack_bytes)
        parameters_refuse("--work-stack %lld does not fit a stack of %lld bytes (%lld are needed "
                          "for the thread itself)",
                          (long long)options->work.stack_bytes, (long long)options->stack_bytes,
                          (long long)STACK_RESERVE_BYTES);
    check_requests(options, features);
}

/* Copies a table behind `count` rows, and returns how many rows there are now. */
static size_t append(struct parameter *all, size_t count, const struct parameter *table)
{
    for (; table && table->option; table++) {
        assert(count < PARAMETERS_MAX);
        all[count++] = *table;
    }
    return count;
}

static size_t append_waiters(struct parameter *all, size_t count, struct subject_options *options)
{
    const struct parameter table[] = {
        {"host", NULL, "IPv4 address to bind (127.0.0.1)", NULL, 0, 0, NULL, &options->host},
        {"stack-size", NULL, "bytes of the stack of each waiter's thread (the system's)",
         &options->stack_bytes, sysconf(_SC_THREAD_STACK_MIN), SUBJECT_STACK_BYTES_MAX, NULL, NULL},
        {"loops", NULL, "event loops, each on a thread of its own (1)", &options->loops, 1,
         SUBJECT_LOOPS_MAX, NULL, NULL},
        {"hold", NULL, "bytes of live heap per connection (0)", &options->hold_bytes, 0,
         WORK_HEAP_BYTES_MAX, NULL, NULL},
        {"request-size", NULL, "bytes that make a request (0: each read that brought data)",
         &options->request_bytes, 0, INT64_C(1) << 30, NULL, NULL},
        {0},
    };
    return append(all, count, table);
}

static size_t append_work(struct parameter *all, size_t count, struct work *work)
{
    const struct parameter table[] = {
        {"work-cpu-us", NULL, "processor time to burn per request (0)", &work->cpu_us, 0,
         WORK_CPU_US_MAX, NULL, NULL},
        {"work-stack", NULL, "bytes of stack to touch per request (0)", &work->stack_bytes, 0,
         WORK_STACK_BYTES_MAX, NULL, NULL},
        {"work-heap", NULL, "bytes of heap to take, touch and free per request (0)",
         &work->heap_bytes, 0, WORK_HEAP_BYTES_MAX, NULL, NULL},
        {"work-cache", NULL,
         "bytes of the connection's own to touch per request, a write per cache line (0)",
         &work->cache_bytes, 0, WORK_HEAP_BYTES_MAX, NULL, NULL},
        {"work-slow-us", NULL, "processor time that a slow request burns more (0)", &work->slow_us,
         0, WORK_CPU_US_MAX, NULL, NULL},
        {"work-slow-every", NULL,
         "one request in so many is slow, drawn from the seed and its number, which an echoed "
         "request begins with; needs --request-size there (0: none)",
         &work->slow_every, 0, INT64_MAX, NULL, NULL},
        {"work-spins-per-us", NULL,
         "turns of the burning loop that make a microsecond (0: measured at the start)",
         &work->spins_per_us, 0, WORK_SPINS_PER_US_MAX, NULL, NULL},
        {0},
    };
    return append(all, count, table);
}

void subject_options_parse(struct subject_options *options, unsigned features,
                           const struct parameter *own, int argc, char **argv)
{
    /* The default of `waitbench load`, which knows a server's rows and slow requests by it. */
    const char *seed = "1";
    const struct parameter seed_table[] = {
        {"seed", NULL, "decides what is drawn at random (1)", NULL, 0, 0, NULL, &seed},
        {0},
    };
    struct parameter all[PARAMETERS_MAX + 1] = {0};
    *options = (struct subject_options){.host = "127.0.0.1", .loops = 1};
    size_t count = append_waiters(all, 0, options);
    count = append_work(all, count, &options->work);
    count = append(all, count, seed_table);
    append(all, count, own);
    parameters_parse(all, about, argc, argv);
    options->work.seed = parse_seed(seed);
    check(options, features);
}
