/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/spin.h"

#include "base/clock.h"

#include <time.h>

/* Long beside an interrupt and the clock's own cost, short beside what moves a host's speed. */
#define ROUND_NS (3 * NS_PER_MS)
#define ROUNDS   9

static int64_t thread_cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

/* A chain in which each multiplication waits for the one before: the processor's latency sets the
 * pace, not where the linker put the loop, so that it costs the same in every program. The empty
 * statement keeps the compiler from computing the end by itself. */
__attribute__((noinline)) void spin(int64_t turns)
{
    uint64_t state = 1;
    for (int64_t i = 0; i < turns; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        __asm__ volatile("" : "+r"(state));
    }
}

static int64_t round_ns(int64_t turns)
{
    int64_t start_ns = thread_cpu_ns();
    spin(turns);
    return thread_cpu_ns() - start_ns;
}

/* Doubling also gives the processor time to reach its working frequency. */
static int64_t turns_of_a_round(void)
{
    int64_t turns = 1000;
    while (round_ns(turns) < ROUND_NS)
        turns *= 2;
    return turns;
}

int64_t spin_calibrate(void)
{
    int64_t turns = turns_of_a_round();
    int64_t best_ns = round_ns(turns);
    for (int i = 1; i < ROUNDS; i++) {
        int64_t ns = round_ns(turns);
        if (ns < best_ns)
            best_ns = ns;
    }
    int64_t per_us = (turns * NS_PER_US + best_ns / 2) / best_ns;
    return per_us > 0 ? per_us : 1;
}
