/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What /proc says of the memory of a subject's processes, summed. */
#ifndef WAITBENCH_MEASURE_MEMORY_PROCESS_H
#define WAITBENCH_MEASURE_MEMORY_PROCESS_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Bytes, from smaps_rollup and status. A page that n processes share counts 1/n in each Pss. */
struct memory_process {
    int64_t pss_bytes;
    int64_t pss_file_bytes; /* part of pss: program text, libraries, shared memory */
    int64_t rss_bytes;
    int64_t huge_page_bytes;
    int64_t swap_bytes; /* swapped out: in none of the above */
    int64_t page_table_bytes;
    int64_t threads;
};

/* Sums over `pids`. A process that has ended is left out, but for the first: without it -ESRCH.
 * Returns 0 or -errno with `error` set. */
int memory_process_read(struct memory_process *sum, const char *root, const pid_t *pids,
                        size_t count, struct error *error);

#endif
