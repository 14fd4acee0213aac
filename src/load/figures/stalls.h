/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments in which a generator thread did not run, though it never chose to sleep: the kernel ran
 * something else, or the hypervisor did. Every look at the clock is told; a gap between two looks
 * that no step of the generator's can explain is a stall. */
#ifndef WAITBENCH_LOAD_FIGURES_STALLS_H
#define WAITBENCH_LOAD_FIGURES_STALLS_H

#include <stdint.h>

/* The longest step between two looks, a send of 16 KiB whose reception loopback charges to the
 * sender, takes some 20 us; the timer tick's interrupt less. */
#define STALLS_LEAST_NS INT64_C(100000)

/* No scheduler keeps a thread waiting for so long that shares its CPU with a few others: one that
 * was away for longer was stopped, or the machine was. */
#define STALLS_LONG_NS INT64_C(50000000)

struct stalls {
    int64_t looked_ns;
    int64_t begin_ns; /* what lies before, and from end_ns on, does not count */
    int64_t end_ns;
    int64_t count;
    int64_t longest_ns;
    int64_t sum_ns;
    int64_t long_sum_ns; /* of those of STALLS_LONG_NS and more */
    int64_t from_ns;     /* of the latest stall */
    int64_t until_ns;
};

/* Forgets what was, and begins anew at that time: of each stall the part counts that lies within
 * the bounds, so that it does not matter when somebody next asks whether they were passed. */
static inline void stalls_begin(struct stalls *stalls, int64_t now_ns, int64_t begin_ns,
                                int64_t end_ns)
{
    *stalls = (struct stalls){.looked_ns = now_ns, .begin_ns = begin_ns, .end_ns = end_ns};
}

/* The clock said so. */
static inline void stalls_look(struct stalls *stalls, int64_t now_ns)
{
    int64_t from_ns = stalls->looked_ns > stalls->begin_ns ? stalls->looked_ns : stalls->begin_ns;
    int64_t until_ns = now_ns < stalls->end_ns ? now_ns : stalls->end_ns;
    int64_t gap_ns = until_ns - from_ns;
    stalls->looked_ns = now_ns;
    if (gap_ns < STALLS_LEAST_NS)
        return;
    stalls->from_ns = from_ns;
    stalls->until_ns = until_ns;
    stalls->count++;
    stalls->sum_ns += gap_ns;
    if (gap_ns >= STALLS_LONG_NS)
        stalls->long_sum_ns += gap_ns;
    if (gap_ns > stalls->longest_ns)
        stalls->longest_ns = gap_ns;
}

/* The end has come early: takes off the part of the latest stall that lies after it. */
static inline void stalls_cut_end(struct stalls *stalls, int64_t end_ns)
{
    int64_t from_ns = stalls->from_ns > end_ns ? stalls->from_ns : end_ns;
    int64_t beyond_ns = stalls->until_ns > end_ns ? stalls->until_ns - from_ns : 0;
    stalls->sum_ns -= beyond_ns;
    if (stalls->until_ns - stalls->from_ns >= STALLS_LONG_NS)
        stalls->long_sum_ns -= beyond_ns;
    if (stalls->longest_ns > stalls->sum_ns)
        stalls->longest_ns = stalls->sum_ns;
}

/* The time until now went into one step that may rightly take long. */
static inline void stalls_skip(struct stalls *stalls, int64_t now_ns)
{
    stalls->looked_ns = now_ns;
}

/* The thread slept by its own choice, until `due_ns` at the latest. What is beyond is a stall. */
static inline void stalls_slept(struct stalls *stalls, int64_t due_ns, int64_t now_ns)
{
    stalls->looked_ns = now_ns < due_ns ? now_ns : due_ns;
    stalls_look(stalls, now_ns);
}

#endif
