/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which numbers of waiters are tried before a trial that may not fit, and what they say, of
 * simulated subjects whose memory is known for any number. */
#include "experiment/memory_slope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define KIB (INT64_C(1) << 10)
#define MIB (INT64_C(1) << 20)
#define GIB (INT64_C(1) << 30)

typedef int64_t memory_of(int64_t waiters);

/* A virtual machine of 60 MiB, whose threads take 142 KiB each. */
static int64_t threads_in_vm(int64_t waiters)
{
    return 60 * MIB + waiters * 142 * KIB;
}

static int64_t hungry(int64_t waiters)
{
    return 10 * MIB + waiters * 5 * MIB;
}

/* Its heap has room for a power of two of waiters, and for 100 at least. */
static int64_t in_leaps(int64_t waiters)
{
    int64_t room = 100;
    while (room < waiters)
        room *= 2;
    return 8 * MIB + waiters * 4 * KIB + room * 20 * KIB;
}

static int64_t shrinking(int64_t waiters)
{
    return 100 * MIB - waiters * KIB;
}

/* Tries it as a run does. Returns how many numbers were tried, which come back in `points`. */
static size_t try_subject(memory_of *memory, int64_t least, int64_t estimate, int64_t room,
                          struct memory_slope_point *points)
{
    size_t count = 0;
    while (count < MEMORY_SLOPE_POINTS) {
        int64_t waiters = memory_slope_next(points, count, least, estimate, room);
        if (waiters == 0)
            break;
        assert_true(count == 0 || waiters >= 2 * points[count - 1].waiters);
        points[count++] = (struct memory_slope_point){waiters, memory(waiters)};
    }
    assert_true(count >= 1);
    return count;
}

static void what_takes_less_than_an_eighth_is_not_tried(void **state)
{
    (void)state;
    assert_false(memory_slope_is_wanted(1024, MIB, 8 * GIB));
    assert_true(memory_slope_is_wanted(1025, MIB, 8 * GIB));
    assert_true(memory_slope_is_wanted(1, 1, 0));
    assert_true(memory_slope_is_wanted(INT64_MAX, 72 * KIB, 8 * GIB));
    /* The plans quick and default (3,000 waiters, or as many as a process may open by default) on a
     * machine of 16 GiB are as fast as without. */
    assert_false(memory_slope_is_wanted(3000, 256 * KIB, 16 * GIB));
    assert_false(memory_slope_is_wanted(19900, 72 * KIB, 16 * GIB));
}

static void numbers_grow_fourfold_where_there_is_room(void **state)
{
    (void)state;
    struct memory_slope_point points[MEMORY_SLOPE_POINTS];
    assert_int_equal(try_subject(threads_in_vm, 100000, 256 * KIB, 20 * GIB, points), 4);
    const int64_t expected[] = {30, 120, 500, 2000};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(points[i].waiters, expected[i]);
    struct memory_slope slope = memory_slope_of(points, 4, 8 * KIB);
    assert_int_equal(slope.waiter_bytes, 142 * KIB);
    assert_int_equal(slope.process_bytes, 60 * MIB);
    assert_int_equal(slope.waiters, 2000);
}

/* 142 KiB of each of 2,000 are 277 MiB: more than a quarter of what there is. */
static void a_number_that_takes_much_is_not_tried(void **state)
{
    (void)state;
    struct memory_slope_point points[MEMORY_SLOPE_POINTS];
    const int64_t room = 700 * MIB;
    size_t count = try_subject(threads_in_vm, 100000, 256 * KIB, room, points);
    assert_int_equal(count, 3);
    assert_true(points[count - 1].bytes < room / 4);
    assert_int_equal(memory_slope_of(points, count, 8 * KIB).waiter_bytes, 142 * KIB);
}

/* Whatever a subject takes, no number that is tried fills half of what there is: here even the
 * second would, if it were the usual one. */
static void a_hungry_subject_is_found_out_by_few(void **state)
{
    (void)state;
    struct memory_slope_point points[MEMORY_SLOPE_POINTS];
    const int64_t room = GIB;
    size_t count = try_subject(hungry, 1000, 256 * KIB, room, points);
    for (size_t i = 0; i < count; i++)
        assert_true(points[i].bytes <= room / 2);
    assert_true(points[count - 1].waiters < 120);
    assert_int_equal(memory_slope_of(points, count, 8 * KIB).waiter_bytes, 5 * MIB);
    /* Where a second one does not fit beside the process, the first counts whole. */
    count = try_subject(hungry, 1000, 256 * KIB, 200 * MIB, points);
    assert_int_equal(count, 1);
    assert_true(memory_slope_of(points, count, 8 * KIB).waiter_bytes >= 5 * MIB);
    assert_int_equal(memory_slope_of(points, count, 8 * KIB).process_bytes, 0);
}

/* What is known to hold much is tried with few from the beginning, and no trial with many of what a
 * plan has few of. */
static void small_plans_are_tried_with_smaller_numbers(void **state)
{
    (void)state;
    struct memory_slope_point points[MEMORY_SLOPE_POINTS];
    size_t count = try_subject(hungry, 10000, 130 * MIB, 20 * GIB, points);
    assert_true(points[0].waiters <= 5);
    assert_true(points[1].waiters <= 20);
    count = try_subject(threads_in_vm, 300, 256 * KIB, 20 * GIB, points);
    assert_true(points[count - 1].waiters <= 150);
    count = try_subject(threads_in_vm, 1, 256 * KIB, 20 * GIB, points);
    assert_int_equal(points[0].waiters, 1);
    assert_int_equal(count, 1);
}

/* 20 KiB of each waiter come at twos' powers: the step to 2,000 has 25 KiB for each more, the one
 * before 22. A heap that has just leapt stands still for a step, and the step before counts. */
static void the_steeper_of_the_last_two_steps_counts(void **state)
{
    (void)state;
    struct memory_slope_point points[MEMORY_SLOPE_POINTS];
    size_t count = try_subject(in_leaps, 100000, 256 * KIB, 20 * GIB, points);
    int64_t found = memory_slope_of(points, count, 8 * KIB).waiter_bytes;
    assert_int_equal(count, 4);
    /* The quarter on top holds for any number from there on. */
    for (int64_t n = 2000; n < 1000000; n += 997)
        assert_true(memory_slope_of(points, count, 8 * KIB).process_bytes +
                        n * (found + found / 4) >=
                    in_leaps(n) * 3 / 4);
    const struct memory_slope_point leapt[] = {
        {30, 8 * MIB}, {120, 9 * MIB}, {500, 40 * MIB}, {2000, 40 * MIB}};
    assert_int_equal(memory_slope_of(leapt, 4, 8 * KIB).waiter_bytes, 31 * MIB / 380);
    const struct memory_slope_point leaps[] = {
        {30, 8 * MIB}, {120, 9 * MIB}, {500, 10 * MIB}, {2000, 40 * MIB}};
    assert_int_equal(memory_slope_of(leaps, 4, 8 * KIB).waiter_bytes, 30 * MIB / 1500);
}

static void no_waiter_takes_less_than_its_connection(void **state)
{
    (void)state;
    struct memory_slope_point points[MEMORY_SLOPE_POINTS];
    size_t count = try_subject(shrinking, 100000, 16 * KIB, 20 * GIB, points);
    struct memory_slope slope = memory_slope_of(points, count, 8 * KIB);
    assert_int_equal(slope.waiter_bytes, 8 * KIB);
    assert_true(slope.process_bytes >= 0);
    assert_int_equal(memory_slope_of(points, count, 0).waiter_bytes, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_takes_less_than_an_eighth_is_not_tried),
        cmocka_unit_test(numbers_grow_fourfold_where_there_is_room),
        cmocka_unit_test(a_number_that_takes_much_is_not_tried),
        cmocka_unit_test(a_hungry_subject_is_found_out_by_few),
        cmocka_unit_test(small_plans_are_tried_with_smaller_numbers),
        cmocka_unit_test(the_steeper_of_the_last_two_steps_counts),
        cmocka_unit_test(no_waiter_takes_less_than_its_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
