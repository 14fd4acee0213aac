/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calibration's shape, not its figures: those are the machine's. */
#include "measure/floor/calibration.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void figures_are_in_order(void **state)
{
    (void)state;
    struct placement placement;
    struct calibration calibration;
    struct error error = {""};
    assert_int_equal(placement_detect(&placement, &error), 0);
    int64_t start_ns = clock_now_ns();
    assert_int_equal(calibration_measure(&calibration, &placement, 0, &error), 0);
    int64_t took_ns = clock_now_ns() - start_ns;
    assert_true(calibration.round_trips >= 100);
    assert_true(calibration.round_trip_p50_ns > 0);
    assert_true(calibration.round_trip_p99_ns >= calibration.round_trip_p50_ns);
    assert_true(calibration.clock_read_ns > 0);
    assert_true(calibration.gap_longest_ns >= calibration.gap_p999_ns);
    assert_true(calibration.gap_share >= 0 && calibration.gap_share <= 1);
    assert_true(calibration.spin_ns > 0 && calibration.spin_ns < took_ns);
    placement_finish(&placement);
}

static void affinity_is_restored(void **state)
{
    (void)state;
    struct placement placement;
    struct calibration calibration;
    struct error error = {""};
    hwloc_bitmap_t before = hwloc_bitmap_alloc();
    hwloc_bitmap_t after = hwloc_bitmap_alloc();
    assert_int_equal(placement_read_back(0, before), 0);
    assert_int_equal(placement_detect(&placement, &error), 0);
    assert_int_equal(calibration_measure(&calibration, &placement, 0, &error), 0);
    assert_int_equal(placement_read_back(0, after), 0);
    assert_true(hwloc_bitmap_isequal(before, after));
    placement_finish(&placement);
    hwloc_bitmap_free(before);
    hwloc_bitmap_free(after);
}

static void a_cpu_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    struct placement placement = {hwloc_bitmap_alloc(), hwloc_bitmap_alloc(), false};
    struct calibration calibration = {0};
    struct error error = {""};
    hwloc_bitmap_set(placement.server_cpus, 8000);
    assert_int_equal(placement_read_back(0, placement.client_cpus), 0);
    assert_true(calibration_measure(&calibration, &placement, 0, &error) < 0);
    assert_string_not_equal(error.text, "");
    assert_int_equal(calibration.round_trips, 0);
    placement_finish(&placement);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_in_order),
        cmocka_unit_test(affinity_is_restored),
        cmocka_unit_test(a_cpu_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
