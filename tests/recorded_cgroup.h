/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cgroup of files: recorded ones, or a test's own in a temporary directory. */
#ifndef WAITBENCH_TESTS_RECORDED_CGROUP_H
#define WAITBENCH_TESTS_RECORDED_CGROUP_H

#include "measure/cgroup/cgroup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static inline struct cgroup recorded_cgroup(enum cgroup_version version, const char *directory)
{
    struct cgroup cgroup = {.version = version, .procs_fd = -1};
    snprintf(cgroup.directory, sizeof cgroup.directory, "%s", directory);
    return cgroup;
}

static inline int make_cgroup(void **state)
{
    char directory[] = "/tmp/waitbench-test-XXXXXX";
    assert_non_null(mkdtemp(directory));
    *state = strdup(directory);
    return *state ? 0 : -1;
}

static inline int remove_cgroup(void **state)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", (char *)*state);
    free(*state);
    return system(command);
}

static inline void write_file(const char *directory, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

#endif
