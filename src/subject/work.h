/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a handler does per request beside echoing, the same in every model: so that "light" and
 * "realistic" handlers can be compared. */
#ifndef WAITBENCH_SUBJECT_WORK_H
#define WAITBENCH_SUBJECT_WORK_H

#include <stdint.h>

#define WORK_CPU_US_MAX      INT64_C(10000000)
#define WORK_STACK_BYTES_MAX (INT64_C(4) << 20)
#define WORK_HEAP_BYTES_MAX  (INT64_C(1) << 30)

struct work {
    int64_t cpu_us;      /* processor time to burn per request, in microseconds */
    int64_t stack_bytes; /* stack to touch per request, below the handler's frame */
    int64_t heap_bytes;  /* to allocate, touch and free per request */
};

/* Does the work once. CPU time is the calling thread's own (CLOCK_THREAD_CPUTIME_ID), so that a
 * preempted handler still burns all of it. Aborts when the heap is exhausted. */
void work_do(const struct work *work);

/* A block of that size with every page touched, to be freed with free(); NULL for 0 bytes. Aborts
 * when the heap is exhausted. */
void *work_hold(int64_t bytes);

#endif
