/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Run folders as tests read them. */
#ifndef WAITBENCH_TESTS_READ_RUN_H
#define WAITBENCH_TESTS_READ_RUN_H

#include "run/recorded_run.h"

#include <stdio.h>
#include <stdlib.h>

struct kept_run {
    struct recorded_run run;
    struct kept_run *before;
};

/* What the folder holds now. It is kept until the test ends, since figures point into it. */
static inline const struct recorded_run *read_run(const char *folder)
{
    static struct kept_run *last;
    struct kept_run *kept = calloc(1, sizeof *kept);
    struct error error = {""};
    if (!kept || recorded_run_read(&kept->run, folder, &error) < 0)
        abort();
    kept->before = last;
    last = kept;
    return &kept->run;
}

/* A file that was derived, for the caller to destroy. */
static inline int read_table(struct csv_table **table, const char *folder, const char *name,
                             struct error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return csv_read(table, path, error);
}

#endif
