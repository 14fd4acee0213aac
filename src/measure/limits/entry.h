/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the readers of limits share: the reading at hand, and how an entry is filled and added. */
#ifndef WAITBENCH_MEASURE_LIMITS_ENTRY_H
#define WAITBENCH_MEASURE_LIMITS_ENTRY_H

#include "measure/limits/limits.h"
#include "measure/limits/process.h"

/* The limit on a process's open files. */
#define LIMITS_FILES_NAME "RLIMIT_NOFILE"

/* Before a command that not even root can give where this process runs. */
#define LIMITS_FROM_OUTSIDE "from outside, as root here may not: "

struct limits_reading {
    struct limits *limits;
    const char *root;
    const struct limits_options *options;
    struct limits_process process;
};

/* The same need whatever the model. */
void limit_set_per_waiter(struct limit *limit, int64_t per_waiter);

/* The same of files: each waiter's own, and those that its thread holds. */
void limit_set_files_per_waiter(struct limit *limit, int64_t per_waiter,
                                const struct limits_options *options);

/* The memory that limits_waiter_bytes expects of each model. */
void limit_set_memory_per_waiter(struct limit *limit, const struct limits_options *options);

/* Marks a limit whose `file` could not be read, for the reason -errno in `result`. */
void limit_set_unseen(struct limit *limit, const char *file, int result);

/* Marks a limit that this process is privileged to exceed. */
void limit_set_not_binding(struct limit *limit);

/* Files of its own that a subject opens, beside one for each waiter. */
int64_t limits_files_reserve(const struct limits_options *options);

/* Tasks beside one for each waiter. */
int64_t limits_tasks_reserve(const struct limits_options *options);

/* Works out the largest N, says so where root may not write `limit.file`, and appends a copy. */
void limits_add(struct limits_reading *reading, struct limit limit);

/* Reads and adds the settings below /proc/sys (sysctl.c). */
void limits_read_sysctls(struct limits_reading *reading);

#endif
