/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several generators put the load that one would put. */
#include "load/part.h"

#include "base/clock.h"
#include "load/generator/arrivals.h"
#include "load/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARRIVALS 600

static struct load_options whole_of(int64_t connections, int64_t active)
{
    struct load_options whole;
    load_options_init(&whole);
    whole.connections = connections;
    whole.active = active;
    whole.rate_per_second = 1000;
    whole.constant = true;
    return whole;
}

static void each_connection_is_somebodys(void **state)
{
    (void)state;
    for (int64_t active = 1; active < 12; active++)
        for (int64_t idle = 0; idle < 7; idle++)
            for (int64_t of = 1; of <= active; of++) {
                struct load_options whole = whole_of(active + idle, active);
                int64_t connections = 0;
                int64_t actives = 0;
                double rate = 0;
                for (int64_t number = 0; number < of; number++) {
                    struct load_options share;
                    load_part_take(&whole, number, of, &share);
                    assert_true(share.active >= 1 && share.connections >= share.active);
                    assert_int_equal(share.part.first, connections);
                    connections += share.connections;
                    actives += share.active;
                    rate += share.rate_per_second;
                    /* Nobody has much more than another. */
                    assert_true(llabs(share.connections - (active + idle) / of) <= 1);
                }
                assert_int_equal(connections, active + idle);
                assert_int_equal(actives, active);
                assert_true(rate > 999.9 && rate < 1000.1);
            }
}

static void there_are_no_more_than_active_connections(void **state)
{
    (void)state;
    const struct load_options whole = whole_of(100, 3);
    assert_int_equal(load_part_count(&whole, 8), 3);
    assert_int_equal(load_part_count(&whole, 2), 2);
}

/* The arrivals of one generator thread, as the worker asks for them, into `seen`: how often each
 * index of the whole schedule is met. */
static void note_arrivals(const struct load_part *part, uint32_t thread, uint32_t threads,
                          int *seen)
{
    uint32_t of = (uint32_t)part->of;
    struct arrivals arrivals = {
        .constant = true,
        .rate_per_second = part->rate_per_second,
        .thread = (uint32_t)part->number + of * thread,
        .threads = of * threads,
        .connections = (uint32_t)part->active,
    };
    assert_int_equal(arrivals_init(&arrivals, 1), 0);
    for (;;) {
        struct arrival arrival;
        arrivals_next(&arrivals, &arrival);
        int64_t index = (arrival.at_ns + NS_PER_MS / 2) / NS_PER_MS;
        if (index >= ARRIVALS)
            break;
        seen[index]++;
    }
    arrivals_finish(&arrivals);
}

/* Whatever number of threads each of them has. */
static void their_schedules_are_one(void **state)
{
    (void)state;
    static const uint32_t threads[] = {1, 3, 2};
    const struct load_options whole = whole_of(20, 11);
    int seen[ARRIVALS] = {0};
    for (int64_t number = 0; number < 3; number++) {
        struct load_options share;
        load_part_take(&whole, number, 3, &share);
        for (uint32_t thread = 0; thread < threads[number]; thread++)
            note_arrivals(&share.part, thread, threads[number], seen);
    }
    for (int i = 0; i < ARRIVALS; i++)
        assert_int_equal(seen[i], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_connection_is_somebodys),
        cmocka_unit_test(there_are_no_more_than_active_connections),
        cmocka_unit_test(their_schedules_are_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
