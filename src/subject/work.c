/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject/work.h"

#include "base/spin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Small enough that rounding to whole frames does not show, large enough to be quick. */
#define FRAME_BYTES 512
/* Of x86-64 and of most others; where lines are longer, each is written more than once. */
#define CACHE_LINE_BYTES 64

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

/* Each line is read, changed and written: what a handler does that keeps its connection's state. */
static void touch_cache(volatile unsigned char *cache, int64_t bytes)
{
    for (int64_t at = 0; at < bytes; at += CACHE_LINE_BYTES)
        cache[at] = (unsigned char)(cache[at] + 1);
}

void work_prepare(struct work *work)
{
    if (work->spins_per_us == 0 && (work->cpu_us > 0 || work->slow_us > 0))
        work->spins_per_us = spin_calibrate();
}

void work_do(const struct work *work, void *cache, bool slow)
{
    if (work->stack_bytes > 0)
        touch_stack(work->stack_bytes);
    if (work->heap_bytes > 0) {
        void *block = work_hold(work->heap_bytes);
        /* Without this the compiler may leave the whole allocation out. */
        __asm__ volatile("" : : "r"(block) : "memory");
        free(block);
    }
    if (work->cache_bytes > 0)
        touch_cache(cache, work->cache_bytes);
    spin((work->cpu_us + (slow ? work->slow_us : 0)) * work->spins_per_us);
}
