/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sleep.h"

#include <unistd.h>

#define WAITERS_MAX INT64_C(10000000)

static const char about[] =
    "Makes waiters that wait for nothing that comes, prints `waiting N`, answers `waiters` and "
    "`stats` on standard input, and ends when that ends.";

void sleep_init(struct sleeping *sleeping, bool has_stacks, int argc, char **argv)
{
    *sleeping = (struct sleeping){.waiters = -1};
    int64_t *stack_bytes = &sleeping->server.options.stack_bytes;
    const struct parameter parameters[] = {
        {"waiters", NULL, "how many wait", &sleeping->waiters, 0, WAITERS_MAX, NULL, NULL},
        {has_stacks ? "stack-size" : NULL, NULL,
         "bytes of the stack of each waiter's thread (the system's)", stack_bytes,
         sysconf(_SC_THREAD_STACK_MIN), SUBJECT_STACK_BYTES_MAX, NULL, NULL},
        {0},
    };
    parameters_parse(parameters, about, argc, argv);
    if (sleeping->waiters < 0)
        parameters_refuse("--waiters is missing: how many wait");
}
