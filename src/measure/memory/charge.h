/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a cgroup says that its members cost. */
#ifndef WAITBENCH_MEASURE_MEMORY_CHARGE_H
#define WAITBENCH_MEASURE_MEMORY_CHARGE_H

#include "base/error.h"
#include "measure/cgroup/cgroup.h"

#include <stdint.h>

/* Bytes. */
struct memory_charge {
    int64_t all_bytes;          /* everything charged, socket buffers included */
    int64_t kernel_bytes;       /* stacks, page tables, slab, per-CPU, vmalloc, socket buffers;
                                   0 when the kernel was told not to count them (nokmem) */
    int64_t kernel_stack_bytes; /* part of kernel; -1 on v1, which does not say */
    int64_t anonymous_bytes;
    int64_t file_bytes; /* page cache and shared memory, mapped or not */
};

/* Reads the charge of one moment. Returns 0 or -errno with `error` set. */
int memory_charge_read(struct memory_charge *charge, const struct cgroup *cgroup,
                       struct error *error);

#endif
