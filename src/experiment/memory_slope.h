/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a waiter takes of memory, from a few small numbers of them: which numbers to try before a
 * trial that may not fit, and what they say. Nothing here starts or reads anything (memory_slopes.h
 * does).
 *
 * Three rules. What by a cautious estimate takes less than an eighth of the memory that is free is
 * not tried: an estimate would have to be wrong by a factor of eight to do harm, and a plan of
 * small numbers is as fast as it was. Numbers grow fourfold from 30 to 2,000, and each is tried
 * only where the ones before say that it takes less than a quarter of what is free, since a
 * subject of which nothing is known may take a megabyte each. And of the last two steps the
 * steeper one counts, since the heaps of runtimes grow in leaps: one that has just leapt stands
 * still for the next step. */
#ifndef WAITBENCH_EXPERIMENT_MEMORY_SLOPE_H
#define WAITBENCH_EXPERIMENT_MEMORY_SLOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MEMORY_SLOPE_POINTS 4

/* The memory of all that waits, and of both ends of its connections. */
struct memory_slope_point {
    int64_t waiters;
    int64_t bytes;
};

struct memory_slope {
    int64_t waiter_bytes;  /* at least 1 */
    int64_t process_bytes; /* beside its waiters; at least 0 */
    int64_t waiters;       /* in the largest number tried */
};

/* Whether so many waiters of `estimate` bytes each may take over an eighth of `room`. */
bool memory_slope_is_wanted(int64_t waiters, int64_t estimate, int64_t room);

/* The number of waiters to try after `count` (below MEMORY_SLOPE_POINTS) others, for trials of
 * `least` and more that an estimate puts at `estimate` bytes a waiter. 0: no more are to be tried.
 * The first one is 1 at least, whatever is known. */
int64_t memory_slope_next(const struct memory_slope_point *points, size_t count, int64_t least,
                          int64_t estimate, int64_t room);

/* What `count` of them (1 or more, in growing numbers) say. A single one counts whole, the process
 * too. No waiter takes less than `floor` bytes. */
struct memory_slope memory_slope_of(const struct memory_slope_point *points, size_t count,
                                    int64_t floor);

#endif
