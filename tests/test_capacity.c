/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What counts as sustained, of windows whose figures are known. */
#include "experiment/capacity.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Of so many requests in 400 ms so many are answered within. */
static bool is_sustained(int64_t offered, int64_t punctual, int64_t path_ns)
{
    struct load_result result = {
        .duration_ns = 400 * NS_PER_MS,
        .offered = offered,
        .punctual = punctual,
        .lateness = histogram_create(),
    };
    bool sustained = capacity_is_sustained(&result, path_ns);
    load_result_finish(&result);
    return sustained;
}

static void a_window_may_leave_a_fiftieth(void **state)
{
    (void)state;
    assert_true(is_sustained(1000, 980, 0));
    assert_false(is_sustained(1000, 979, 0));
}

/* Over 20 ms there and back a twentieth of all requests is on its way, however few there are. */
static void what_is_on_its_way_is_not_left(void **state)
{
    (void)state;
    int64_t path_ns = 20 * NS_PER_MS;
    assert_true(is_sustained(1000, 950, path_ns));
    assert_true(is_sustained(100, 95, path_ns));
    assert_false(is_sustained(1000, 920, path_ns));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_may_leave_a_fiftieth),
        cmocka_unit_test(what_is_on_its_way_is_not_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
