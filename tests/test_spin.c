/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turns of the burning loop against the kernel's own account of this thread. */
#include "base/spin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/resource.h>

#include <cmocka.h>

static double thread_cpu_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_THREAD, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* Processor time, not time: others may run meanwhile. The margins are for a host whose speed
 * changes; how near it comes is what `meson test --benchmark` says. */
static void test_a_microsecond_is_about_one(void **state)
{
    (void)state;
    int64_t per_us = spin_calibrate();
    double start = thread_cpu_seconds();
    spin(per_us * 200000);
    double spent = thread_cpu_seconds() - start;
    assert_true(spent > 0.2 / 4);
    assert_true(spent < 0.2 * 20);
}

static void test_no_turns_take_no_time(void **state)
{
    (void)state;
    spin(0);
    spin(-1);
    assert_true(spin_calibrate() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_microsecond_is_about_one),
        cmocka_unit_test(test_no_turns_take_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
