/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments in which a generator thread did not run, though it never chose to sleep: the kernel ran
 * something else, or the hypervisor did. Every look at the clock is told; a gap between two looks
 * that no step of the generator's can explain is a stall. */
#ifndef WAITBENCH_LOAD_STALLS_H
#define WAITBENCH_LOAD_STALLS_H

#include <stdint.h>

/* The longest step between two looks, a send of 16 KiB whose reception loopback charges to the
 * sender, takes some 20 us; the timer tick's interrupt less. */
#define STALLS_LEAST_NS INT64_C(100000)

struct stalls {
    int64_t looked_ns;
    int64_t count;
    int64_t longest_ns;
    int64_t sum_ns;
};

/* Forgets what was, and begins anew at that time. */
static inline void stalls_begin(struct stalls *stalls, int64_t now_ns)
{
    *stalls = (struct stalls){.looked_ns = now_ns};
}

/* The clock said so. */
static inline void stalls_look(struct stalls *stalls, int64_t now_ns)
{
    int64_t gap_ns = now_ns - stalls->looked_ns;
    stalls->looked_ns = now_ns;
    if (gap_ns < STALLS_LEAST_NS)
        return;
    stalls->count++;
    stalls->sum_ns += gap_ns;
    if (gap_ns > stalls->longest_ns)
        stalls->longest_ns = gap_ns;
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
