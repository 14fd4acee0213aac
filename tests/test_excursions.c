/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tells one stall from a tail: separate events, gaps of the generator, a growing backlog. All
 * on made-up times. */
#include "base/clock.h"
#include "load/figures/excursions.h"
#include "load/figures/stalls.h"
#include "load/figures/trend.h"
#include "load/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define REQUESTS 10000

/* A request every 10 us, answered after 5 us; what falls into one of `stalls` of that length, which
 * begin at equal distances, is answered at its end. */
static void fill(struct excursions *excursions, int stalls, int64_t stall_ns)
{
    int64_t distance_ns = stalls > 0 ? REQUESTS * 10000 / stalls : INT64_MAX;
    for (int64_t i = 0; i < REQUESTS; i++) {
        int64_t begin_ns = i * 10000;
        int64_t into_ns = begin_ns % distance_ns;
        int64_t waits_ns = stalls > 0 && into_ns < stall_ns ? stall_ns - into_ns : 0;
        excursions_note(excursions, begin_ns, begin_ns + 5000 + waits_ns);
    }
}

static void test_one_stall_is_one_event(void **state)
{
    (void)state;
    struct excursions excursions;
    assert_int_equal(excursions_init(&excursions, 2 * REQUESTS + 2), 0);
    fill(&excursions, 1, 5 * NS_PER_MS);
    assert_int_equal(excursions_beyond(&excursions, 6000, 0), 1);
    excursions_finish(&excursions);
}

static void test_separate_stalls_are_separate_events(void **state)
{
    (void)state;
    for (int stalls = 2; stalls <= 20; stalls++) {
        struct excursions excursions;
        assert_int_equal(excursions_init(&excursions, 2 * REQUESTS + 2), 0);
        fill(&excursions, stalls, NS_PER_MS);
        assert_int_equal(excursions_beyond(&excursions, 6000, 0), stalls);
        /* Nothing is slower than a stall and its own 5 us. */
        assert_int_equal(excursions_beyond(&excursions, NS_PER_MS + 5000, 0), 0);
        excursions_finish(&excursions);
    }
}

/* A neighbour's time slices: many gaps in one short time, and one cause. */
static void test_an_episode_is_not_ten_events(void **state)
{
    (void)state;
    struct excursions excursions;
    int64_t window_ns = 4 * NS_PER_SECOND;
    int64_t slice_ns = window_ns / EXCURSIONS_SLICES;
    assert_int_equal(excursions_init(&excursions, 200), 0);
    for (int64_t i = 0; i < 15; i++)
        excursions_note(&excursions, NS_PER_SECOND + i * 8 * NS_PER_MS,
                        NS_PER_SECOND + i * 8 * NS_PER_MS + 4 * NS_PER_MS);
    assert_int_equal(excursions_beyond(&excursions, NS_PER_MS, 0), 15);
    assert_true(excursions_beyond(&excursions, NS_PER_MS, slice_ns) <= 2 * EXCURSIONS_PER_SLICE);
    /* As many, but all over the window. */
    for (int64_t i = 0; i < 15; i++)
        excursions_note(&excursions, i * window_ns / 15, i * window_ns / 15 + 4 * NS_PER_MS);
    assert_true(excursions_beyond(&excursions, NS_PER_MS, slice_ns) >= EXCURSIONS_MIN);
    excursions_finish(&excursions);
}

static void test_order_does_not_matter(void **state)
{
    (void)state;
    struct excursions excursions;
    assert_int_equal(excursions_init(&excursions, 8), 0);
    excursions_note(&excursions, 100, 200);
    excursions_note(&excursions, 0, 50);
    excursions_note(&excursions, 150, 300);
    assert_int_equal(excursions_beyond(&excursions, 10, 0), 2);
    excursions_finish(&excursions);
}

static void test_threads_merge(void **state)
{
    (void)state;
    struct excursions all = {0};
    for (int64_t thread = 0; thread < 3; thread++) {
        struct excursions own;
        assert_int_equal(excursions_init(&own, 8), 0);
        /* Both threads 0 and 1 see the same stall. */
        excursions_note(&own, thread < 2 ? 0 : 1000, thread < 2 ? 100 : 1100);
        assert_int_equal(excursions_merge(&all, &own, -1), 0);
        excursions_finish(&own);
    }
    assert_int_equal(excursions_beyond(&all, 10, 0), 2);
    excursions_finish(&all);
}

/* With room for a tenth of what comes, the slow ones of all the time are still there. */
static void test_short_memory_keeps_the_slow_ones(void **state)
{
    (void)state;
    struct excursions excursions;
    assert_int_equal(excursions_init(&excursions, REQUESTS / 10), 0);
    for (int64_t i = 0; i < REQUESTS; i++) {
        int64_t waits_ns = 1000 + i * 7919 % 997;
        excursions_note(&excursions, i * 10000, i * 10000 + (i % 500 == 499 ? 9000 : waits_ns));
    }
    assert_true(excursions.floor_ns > 0);
    assert_int_equal(excursions_beyond(&excursions, 8000, 0), REQUESTS / 500);
    excursions_finish(&excursions);
}

static void test_gaps_are_stalls_and_sleep_is_not(void **state)
{
    (void)state;
    struct stalls stalls;
    stalls_begin(&stalls, 1000, 1000, INT64_MAX);
    stalls_look(&stalls, 1000 + STALLS_LEAST_NS - 1);
    assert_int_equal(stalls.count, 0);
    stalls_look(&stalls, 1000 + 3 * STALLS_LEAST_NS);
    assert_int_equal(stalls.count, 1);
    /* Asleep until 50 ms, back in time; then 2 ms too late. */
    stalls_slept(&stalls, 50 * NS_PER_MS, 50 * NS_PER_MS);
    assert_int_equal(stalls.count, 1);
    stalls_slept(&stalls, 60 * NS_PER_MS, 62 * NS_PER_MS);
    assert_int_equal(stalls.count, 2);
    assert_int_equal(stalls.longest_ns, 2 * NS_PER_MS);
    assert_int_equal(stalls.sum_ns, 2 * NS_PER_MS + 2 * STALLS_LEAST_NS + 1);
}

/* However often somebody looked between a stall over an edge and the moment when the edge is seen.
 */
static void test_stalls_count_within_the_window(void **state)
{
    (void)state;
    struct stalls stalls;
    stalls_begin(&stalls, 0, 100 * NS_PER_MS, 300 * NS_PER_MS);
    stalls_look(&stalls, 50 * NS_PER_MS);
    assert_int_equal(stalls.count, 0);
    stalls_look(&stalls, 290 * NS_PER_MS);
    stalls_look(&stalls, 291 * NS_PER_MS);
    assert_int_equal(stalls.sum_ns, 191 * NS_PER_MS);
    assert_int_equal(stalls.longest_ns, 190 * NS_PER_MS);
    stalls_look(&stalls, 500 * NS_PER_MS);
    stalls_look(&stalls, 600 * NS_PER_MS);
    assert_int_equal(stalls.count, 3);
    assert_int_equal(stalls.sum_ns, 200 * NS_PER_MS);
    /* An end that came early. */
    stalls_cut_end(&stalls, 295 * NS_PER_MS);
    assert_int_equal(stalls.sum_ns, 195 * NS_PER_MS);
}

static struct trend trend_of(int64_t per_point, size_t stall_at)
{
    struct trend trend = {.count = TREND_POINTS};
    for (size_t i = 0; i < TREND_POINTS; i++)
        trend.values[i] = 5 + (int64_t)i * per_point + (i == stall_at ? 5000 : 0);
    return trend;
}

static void test_growth_is_no_single_stall(void **state)
{
    (void)state;
    for (size_t stall_at = 0; stall_at < TREND_POINTS; stall_at++) {
        struct trend steady = trend_of(0, stall_at);
        struct trend growing = trend_of(100, stall_at);
        assert_true(trend_growth(&steady) == 0);
        assert_true(trend_growth(&growing) == 100 * (TREND_POINTS - 1));
    }
    /* By how much chance may move it: nothing where points lie on the line, and less than a growth
     * that is there. */
    struct trend exact = trend_of(100, TREND_POINTS);
    assert_true(trend_growth_error(&exact) == 0);
    for (size_t i = 0; i < TREND_POINTS; i++)
        exact.values[i] += 50 - 50 * (int64_t)(i % 3);
    assert_true(trend_growth_error(&exact) > 0);
    assert_true(trend_growth_error(&exact) < trend_growth(&exact) / LOAD_OVERLOAD_ERRORS);
    struct trend falling = trend_of(-3, TREND_POINTS);
    assert_true(trend_growth(&falling) < 0);
    struct trend short_one = {.values = {1, 1000}, .count = 2};
    assert_true(trend_growth(&short_one) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_stall_is_one_event),
        cmocka_unit_test(test_separate_stalls_are_separate_events),
        cmocka_unit_test(test_an_episode_is_not_ten_events),
        cmocka_unit_test(test_order_does_not_matter),
        cmocka_unit_test(test_threads_merge),
        cmocka_unit_test(test_short_memory_keeps_the_slow_ones),
        cmocka_unit_test(test_gaps_are_stalls_and_sleep_is_not),
        cmocka_unit_test(test_stalls_count_within_the_window),
        cmocka_unit_test(test_growth_is_no_single_stall),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
