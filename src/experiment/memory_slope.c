/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/memory_slope.h"

/* Shares of the room: what is large, what one more try may take, and what the second one may, of
 * which the first can only say that it takes less than in proportion. */
#define LARGE_DIVISOR  8
#define TRY_DIVISOR    4
#define SECOND_DIVISOR 2

static int64_t least_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most_of(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

bool memory_slope_is_wanted(int64_t waiters, int64_t estimate, int64_t room)
{
    int64_t bytes;
    return __builtin_mul_overflow(waiters, estimate, &bytes) || bytes > room / LARGE_DIVISOR;
}

static int64_t bytes_per_waiter(const struct memory_slope_point *from,
                                const struct memory_slope_point *to)
{
    return (to->bytes - from->bytes) / (to->waiters - from->waiters);
}

static int64_t steepest(const struct memory_slope_point *points, size_t count)
{
    int64_t bytes = bytes_per_waiter(&points[count - 2], &points[count - 1]);
    return count > 2 ? most_of(bytes, bytes_per_waiter(&points[count - 3], &points[count - 2]))
                     : bytes;
}

/* As many as the whole of what the first took allows, in proportion. */
static int64_t second(const struct memory_slope_point *first, int64_t wanted, int64_t room)
{
    int64_t each = first->bytes / first->waiters + 1;
    int64_t waiters = least_of(wanted, room / SECOND_DIVISOR / each);
    return waiters >= 2 * first->waiters ? waiters : 0;
}

int64_t memory_slope_next(const struct memory_slope_point *points, size_t count, int64_t least,
                          int64_t estimate, int64_t room)
{
    static const int64_t sizes[MEMORY_SLOPE_POINTS] = {30, 120, 500, 2000};
    int64_t wanted = least_of(sizes[count], least / 2);
    int64_t expected = room / LARGE_DIVISOR / (estimate > 0 ? estimate : 1);
    if (count == 0)
        return most_of(least_of(least_of(wanted, least / 8), expected / 4), 1);
    if (count == 1)
        return second(points, least_of(wanted, expected), room);
    const struct memory_slope_point *last = &points[count - 1];
    int64_t more = wanted - last->waiters;
    int64_t each = steepest(points, count);
    if (more < last->waiters || (each > 0 && more > (room / TRY_DIVISOR - last->bytes) / each))
        return 0;
    return wanted;
}

struct memory_slope memory_slope_of(const struct memory_slope_point *points, size_t count,
                                    int64_t floor)
{
    const struct memory_slope_point *last = &points[count - 1];
    int64_t each = count > 1 ? steepest(points, count) : last->bytes / last->waiters + 1;
    each = most_of(each, most_of(floor, 1));
    return (struct memory_slope){
        .waiter_bytes = each,
        .process_bytes = most_of(last->bytes - each * last->waiters, 0),
        .waiters = last->waiters,
    };
}
