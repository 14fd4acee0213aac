/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which requests are slow: the right share, unrelated between seeds and between connections. */
#include "base/draw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define REQUESTS 1000000

static const uint64_t seeds[] = {0, 1, 2, 42, UINT64_C(1) << 40, UINT64_MAX};
#define SEEDS (sizeof seeds / sizeof *seeds)

/* Numbers as the load generator gives them: connection << 40 | count. */
static uint64_t number(uint64_t i)
{
    return (i % 100) << 40 | i / 100;
}

static void assert_share(uint64_t seed, int64_t every)
{
    int slow = 0;
    for (uint64_t i = 0; i < REQUESTS; i++)
        slow += draw_is_slow(seed, number(i), every);
    double expected = (double)REQUESTS / (double)every;
    /* Five standard deviations, and the seeds are fixed. The deviation's square is below this. */
    double off = slow - expected;
    assert_true(off * off < 25 * expected);
}

static void test_one_in_so_many_is_slow(void **state)
{
    (void)state;
    static const int64_t everies[] = {2, 3, 10, 100, 1000, 1024, 20000};
    for (size_t i = 0; i < SEEDS; i++)
        for (size_t k = 0; k < sizeof everies / sizeof *everies; k++)
            assert_share(seeds[i], everies[k]);
}

static void test_none_and_all(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 1000; i++) {
        assert_false(draw_is_slow(1, number(i), 0));
        assert_false(draw_is_slow(1, number(i), -1));
        assert_true(draw_is_slow(1, number(i), 1));
    }
}

/* Each seed chooses requests of its own: two seeds agree on as many as chance does, also when the
 * numbers of one are those of the other moved by one. */
static void test_seeds_are_unrelated(void **state)
{
    (void)state;
    const int64_t every = 10;
    for (size_t i = 0; i + 1 < SEEDS; i++)
        for (uint64_t shift = 0; shift < 3; shift++) {
            int both = 0;
            for (uint64_t k = 0; k < REQUESTS; k++)
                both += draw_is_slow(seeds[i], k + shift, every) &&
                        draw_is_slow(seeds[i + 1], k, every);
            /* 10,000 are expected with a standard deviation of 100. */
            assert_in_range(both, 9500, 10500);
        }
}

/* The same connection after the same request, whoever asks and when. */
static void test_it_depends_on_nothing_else(void **state)
{
    (void)state;
    static bool forward[10000];
    for (uint64_t i = 0; i < 10000; i++)
        forward[i] = draw_is_slow(9, number(i), 7);
    for (uint64_t i = 10000; i-- > 0;)
        assert_int_equal(draw_is_slow(9, number(i), 7), forward[i]);
}

/* As a splitmix64 in another language says: a row's seed must mean the same years later, and on
 * every machine. */
static void test_the_choice_is_fixed(void **state)
{
    (void)state;
    uint64_t found[5];
    size_t count = 0;
    for (uint64_t i = 0; count < 5; i++)
        if (draw_is_slow(1, UINT64_C(3) << 40 | i, 100))
            found[count++] = i;
    static const uint64_t expected[] = {309, 339, 341, 380, 789};
    assert_memory_equal(found, expected, sizeof found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_in_so_many_is_slow),
        cmocka_unit_test(test_none_and_all),
        cmocka_unit_test(test_seeds_are_unrelated),
        cmocka_unit_test(test_it_depends_on_nothing_else),
        cmocka_unit_test(test_the_choice_is_fixed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
