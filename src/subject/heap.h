/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only the subject knows about itself: its heap, as its own allocator counts it. This module
 * is built once per allocator; everything else of a subject is the same for both. */
#ifndef WAITBENCH_SUBJECT_HEAP_H
#define WAITBENCH_SUBJECT_HEAP_H

#include <stdint.h>

struct heap_figures {
    int64_t allocated_bytes; /* what the program asked for and holds, rounded to size classes */
    int64_t resident_bytes;  /* what the allocator holds from the kernel: an upper bound of its
                                resident pages (jemalloc: stats.resident; glibc: arenas + mmap) */
};

/* "jemalloc" or "libc": the `allocator` column. */
const char *heap_allocator(void);

/* The allocator's run-time version, such as "5.3.0". Static. */
const char *heap_allocator_version(void);

/* Returns 0, or -errno where the allocator keeps no statistics. */
int heap_read(struct heap_figures *figures);

#endif
