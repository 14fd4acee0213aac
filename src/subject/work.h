/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a handler does per request beside echoing, the same in every model: so that "light" and
 * "realistic" handlers can be compared. */
#ifndef WAITBENCH_SUBJECT_WORK_H
#define WAITBENCH_SUBJECT_WORK_H

#include <stdbool.h>
#include <stdint.h>

#define WORK_CPU_US_MAX       INT64_C(10000000)
#define WORK_STACK_BYTES_MAX  (INT64_C(4) << 20)
#define WORK_HEAP_BYTES_MAX   (INT64_C(1) << 30)
#define WORK_SPINS_PER_US_MAX INT64_C(1000000)

struct work {
    int64_t cpu_us;       /* processor time to burn per request, in microseconds */
    int64_t stack_bytes;  /* stack to touch per request, below the handler's frame */
    int64_t heap_bytes;   /* to allocate, touch and free per request */
    int64_t cache_bytes;  /* of the connection's own memory, to touch per request */
    int64_t slow_us;      /* processor time that a slow request burns beside cpu_us */
    int64_t slow_every;   /* one request in so many is slow; 0 = none */
    uint64_t seed;        /* which ones: base/draw.h */
    int64_t spins_per_us; /* turns of base/spin.h that make a microsecond */
};

/* Calibrates spins_per_us where processor time is to be burnt and nobody has said how much work
 * that is. To be called once, before anybody is served. */
void work_prepare(struct work *work);

/* Does the work once. `cache` is memory of the connection with cache_bytes (NULL for 0). Processor
 * time is a fixed number of turns, so that a preempted handler still burns all of it. Aborts when
 * the heap is exhausted. */
void work_do(const struct work *work, void *cache, bool slow);

/* A block of that size with every page touched, to be freed with free(); NULL for 0 bytes. Aborts
 * when the heap is exhausted. */
void *work_hold(int64_t bytes);

#endif
