/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The schedule against what Poisson and constant arrivals are by definition. Seeds are fixed, so
 * every figure is the same each time. */
#include "base/clock.h"
#include "load/generator/arrivals.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define RATE        50000.0
#define CONNECTIONS 10
#define THREADS     3
#define SECONDS     10

static struct arrivals start(bool constant, uint32_t thread, uint32_t threads, uint64_t seed)
{
    struct arrivals arrivals = {
        .constant = constant,
        .rate_per_second = RATE,
        .thread = thread,
        .threads = threads,
        .connections = CONNECTIONS,
    };
    assert_int_equal(arrivals_init(&arrivals, seed), 0);
    return arrivals;
}

static void assert_near(double value, double expected, double tolerance)
{
    assert_true(fabs(value - expected) <= tolerance * expected);
}

static void test_connections_are_shared_out(void **state)
{
    (void)state;
    for (uint32_t threads = 1; threads <= CONNECTIONS; threads++) {
        uint32_t sum = 0;
        for (uint32_t thread = 0; thread < threads; thread++)
            sum += arrivals_own_connections(CONNECTIONS, thread, threads);
        assert_int_equal(sum, CONNECTIONS);
    }
    assert_int_equal(arrivals_own_connections(CONNECTIONS, 0, 3), 4);
    assert_int_equal(arrivals_own_connections(CONNECTIONS, 2, 3), 3);
}

/* Gaps of a Poisson stream are exponential: deviation equals mean, and e^-1 of them exceed it. */
static void test_poisson_gaps_are_exponential(void **state)
{
    (void)state;
    struct arrivals arrivals = start(false, 0, 1, 7);
    struct arrival arrival;
    const int count = 500000;
    const double mean_ns = (double)NS_PER_SECOND / RATE;
    double sum = 0;
    double squares = 0;
    int longer = 0;
    int64_t before_ns = 0;
    for (int i = 0; i < count; i++) {
        arrivals_next(&arrivals, &arrival);
        double gap_ns = (double)(arrival.at_ns - before_ns);
        assert_true(gap_ns >= 0);
        before_ns = arrival.at_ns;
        sum += gap_ns;
        squares += gap_ns * gap_ns;
        longer += gap_ns > mean_ns;
    }
    double deviation = sqrt(squares / count - pow(sum / count, 2));
    assert_near(sum / count, mean_ns, 0.01);
    assert_near(deviation, mean_ns, 0.01);
    assert_near((double)longer / count, exp(-1), 0.01);
    arrivals_finish(&arrivals);
}

/* Threads draw streams of their own; together they have the whole rate, evenly over connections. */
static void test_poisson_threads_sum_up(void **state)
{
    (void)state;
    double per_connection[CONNECTIONS] = {0};
    double all = 0;
    for (uint32_t thread = 0; thread < THREADS; thread++) {
        struct arrivals arrivals = start(false, thread, THREADS, 7);
        struct arrival arrival;
        for (;;) {
            arrivals_next(&arrivals, &arrival);
            if (arrival.at_ns >= SECONDS * NS_PER_SECOND)
                break;
            assert_true(arrival.connection <
                        arrivals_own_connections(CONNECTIONS, thread, THREADS));
            per_connection[thread + arrival.connection * THREADS]++;
            all++;
        }
        arrivals_finish(&arrivals);
    }
    assert_near(all, RATE * SECONDS, 0.005);
    for (int i = 0; i < CONNECTIONS; i++)
        assert_near(per_connection[i], RATE * SECONDS / CONNECTIONS, 0.02);
}

/* Whatever the number of threads, arrival i comes at i / rate on connection i % connections. */
static void test_constant_is_one_grid(void **state)
{
    (void)state;
    for (uint32_t threads = 1; threads <= 4; threads++) {
        bool seen[1000] = {false};
        int count = 0;
        for (uint32_t thread = 0; thread < threads; thread++) {
            struct arrivals arrivals = start(true, thread, threads, 1);
            struct arrival arrival;
            for (;;) {
                arrivals_next(&arrivals, &arrival);
                int64_t index = llround((double)arrival.at_ns * RATE / (double)NS_PER_SECOND);
                if (index >= 1000)
                    break;
                assert_int_equal(arrival.at_ns,
                                 (int64_t)((double)index * (double)NS_PER_SECOND / RATE));
                assert_int_equal(index % CONNECTIONS, thread + arrival.connection * threads);
                assert_false(seen[index]);
                seen[index] = true;
                count++;
            }
            arrivals_finish(&arrivals);
        }
        assert_int_equal(count, 1000);
    }
}

static void first_arrivals(uint64_t seed, struct arrival *out, int count)
{
    struct arrivals arrivals = start(false, 1, 2, seed);
    for (int i = 0; i < count; i++)
        arrivals_next(&arrivals, &out[i]);
    arrivals_finish(&arrivals);
}

static void test_same_seed_same_schedule(void **state)
{
    (void)state;
    struct arrival first[100] = {0};
    struct arrival again[100] = {0};
    struct arrival other[100] = {0};
    first_arrivals(42, first, 100);
    first_arrivals(42, again, 100);
    first_arrivals(4242, other, 100);
    assert_memory_equal(first, again, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_connections_are_shared_out),
        cmocka_unit_test(test_poisson_gaps_are_exponential),
        cmocka_unit_test(test_poisson_threads_sum_up),
        cmocka_unit_test(test_constant_is_one_grid),
        cmocka_unit_test(test_same_seed_same_schedule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
