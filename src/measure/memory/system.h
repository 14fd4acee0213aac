/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the whole machine holds: all there is to go by where no cgroup counts. */
#ifndef WAITBENCH_MEASURE_MEMORY_SYSTEM_H
#define WAITBENCH_MEASURE_MEMORY_SYSTEM_H

#include "base/error.h"

#include <stdint.h>

struct memory_system {
    int64_t kernel_stack_bytes; /* of all tasks */
    int64_t kernel_other_bytes; /* slab that cannot be reclaimed, and per-CPU memory */
    int64_t tasks;              /* threads of all processes, kernel threads included */
};

/* Reads meminfo and loadavg in `root`/proc. Returns 0 or -errno with `error` set. */
int memory_system_read(struct memory_system *system, const char *root, struct error *error);

/* The size of one thread's kernel stack, from the stacks of all: a power of two. */
int64_t memory_system_stack_size(const struct memory_system *system);

#endif
