/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject/work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Small enough that rounding to whole frames does not show, large enough to be quick. */
#define FRAME_BYTES 512

static int64_t thread_cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void burn_cpu(int64_t cpu_us)
{
    int64_t end_ns = thread_cpu_ns() + cpu_us * 1000;
    while (thread_cpu_ns() < end_ns)
        ;
}

/* Recursion, because an array of variable size would be reserved without being touched. The buffer
 * is read after the call, which keeps the compiler from turning it into a loop. */
static __attribute__((noinline)) unsigned touch_stack(int64_t bytes)
{
    volatile unsigned char frame[FRAME_BYTES];
    frame[0] = (unsigned char)bytes;
    frame[FRAME_BYTES - 1] = 1;
    unsigned below = bytes > FRAME_BYTES ? touch_stack(bytes - FRAME_BYTES) : 0;
    return below + frame[0] + frame[FRAME_BYTES - 1];
}

void *work_hold(int64_t bytes)
{
    if (bytes == 0)
        return NULL;
    void *block = malloc((size_t)bytes);
    if (!block) {
        fprintf(stderr, "subject: out of memory for %lld bytes\n", (long long)bytes);
        abort();
    }
    memset(block, 0x5a, (size_t)bytes);
    return block;
}

void work_do(const struct work *work)
{
    if (work->stack_bytes > 0)
        touch_stack(work->stack_bytes);
    if (work->heap_bytes > 0) {
        void *block = work_hold(work->heap_bytes);
        /* Without this the compiler may leave the whole allocation out. */
        __asm__ volatile("" : : "r"(block) : "memory");
        free(block);
    }
    if (work->cpu_us > 0)
        burn_cpu(work->cpu_us);
}
