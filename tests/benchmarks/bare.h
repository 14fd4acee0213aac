/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The least of the subject contract that `waitbench run` needs, for programs that show what the
 * same number of waiters costs with nothing around them. */
#ifndef WAITBENCH_BENCHMARKS_BARE_H
#define WAITBENCH_BENCHMARKS_BARE_H

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static atomic_long bare_waiters;

static inline void bare_control(int port, const char *model)
{
    char line[64];
    printf("listening %d\n", port);
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        if (strcmp(line, "waiters\n") == 0)
            printf("waiters %ld\n", atomic_load(&bare_waiters));
        else
            printf("model %s\nend\n", model);
        fflush(stdout);
    }
    exit(0);
}

#endif
