/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The probe's shape and its verdicts; what it finds is the machine's. */
#include "measure/floor/cpu_pair.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* However busy the machine is: speeds are of CPU time, and the figures are in order. */
static void the_probe_ends_and_restores_the_affinity(void **state)
{
    (void)state;
    struct placement placement;
    struct cpu_pair pair = {0};
    struct error error = {""};
    hwloc_bitmap_t before = hwloc_bitmap_alloc();
    hwloc_bitmap_t after = hwloc_bitmap_alloc();
    assert_int_equal(placement_detect(&placement, &error), 0);
    assert_int_equal(placement_read_back(0, before), 0);
    int result = cpu_pair_measure(&pair, &placement, &error);
    assert_int_equal(placement_read_back(0, after), 0);
    assert_true(hwloc_bitmap_isequal(before, after));
    if (placement.shared) {
        assert_int_equal(result, -EINVAL);
    } else {
        assert_int_equal(result, 0);
        assert_int_not_equal(pair.server_cpu, pair.client_cpu);
        assert_int_equal(pair.rounds, CPU_PAIR_ROUNDS);
        assert_true(pair.least > 0 && pair.least <= pair.ratio && pair.ratio <= pair.most);
    }
    placement_finish(&placement);
    hwloc_bitmap_free(before);
    hwloc_bitmap_free(after);
}

static void a_cpu_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    struct placement placement = {hwloc_bitmap_alloc(), hwloc_bitmap_alloc(), false};
    struct cpu_pair pair = {0};
    struct error error = {""};
    hwloc_bitmap_set(placement.server_cpus, 8000);
    assert_int_equal(placement_read_back(0, placement.client_cpus), 0);
    assert_true(cpu_pair_measure(&pair, &placement, &error) < 0);
    assert_string_not_equal(error.text, "");
    assert_int_equal(pair.rounds, 0);
    placement_finish(&placement);
}

static void siblings_are_told(void **state)
{
    (void)state;
    struct disturbance_list list = {.count = 0};
    struct cpu_pair apart = {.server_cpu = 0, .client_cpu = 1, .ratio = 0.97};
    struct cpu_pair siblings = {.server_cpu = 0, .client_cpu = 1, .ratio = 0.61};
    cpu_pair_judge(&apart, &list);
    cpu_pair_judge_change(&apart, &apart, &list);
    assert_int_equal(list.count, 0);
    assert_string_equal(cpu_pair_word(&apart), "independent");
    cpu_pair_judge(&siblings, &list);
    assert_int_equal(list.count, 1);
    assert_string_equal(cpu_pair_word(&siblings), "slow each other");
    assert_non_null(strstr(list.entries[0].text, "CPUs 0 and 1"));
    assert_non_null(strstr(list.entries[0].text, "61 %"));
    cpu_pair_judge_change(&apart, &siblings, &list);
    assert_int_equal(list.count, 2);
    assert_non_null(strstr(list.entries[1].text, "97 % of their speed before and 61 % after"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_probe_ends_and_restores_the_affinity),
        cmocka_unit_test(a_cpu_that_is_not_there_is_an_error),
        cmocka_unit_test(siblings_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
