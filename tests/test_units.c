/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/words/units.h"
#include "analysis/words/wording.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_bytes(double bytes, const char *expected)
{
    char text[UNITS_TEXT_SIZE];
    assert_string_equal(units_format_bytes(bytes, text), expected);
}

static void test_bytes(void **state)
{
    (void)state;
    assert_bytes(0, "0 B");
    assert_bytes(-0.04, "0 B"); /* never "-0.0" */
    assert_bytes(0.06, "0.1 B");
    assert_bytes(-1.5, "-1.5 B");
    assert_bytes(260.4, "260 B");
    assert_bytes(1023, "1023 B");
    assert_bytes(1023.9, "1.00 KiB"); /* not "1024 B" */
    assert_bytes(8468, "8.27 KiB");
    assert_bytes(16384, "16.0 KiB");
    assert_bytes(1024.0 * 1023, "1023 KiB");
    assert_bytes(-3.0 * 1024 * 1024, "-3.00 MiB");
    assert_bytes(1e300, "9.31e+290 GiB");
}

static void test_intervals_keep_the_unit_of_their_value(void **state)
{
    (void)state;
    char text[UNITS_TEXT_SIZE];
    struct estimate bytes = {2048, {900, 3072}, 6};
    assert_string_equal(units_format_bytes_interval(&bytes, text), "0.88..3.00");
    /* A column of the memory table has room for 11 characters. */
    bytes = (struct estimate){100, {-1610, 1803}, 6};
    assert_string_equal(units_format_bytes_interval(&bytes, text), "-1610..1803");
    bytes.interval.low = -16100;
    assert_string_equal(units_format_bytes_interval(&bytes, text), "too wide");
    bytes.interval = INTERVAL_NONE;
    assert_string_equal(units_format_bytes_interval(&bytes, text), "");
    struct estimate ratio = {9.994, {-0.001, 123.4}, 6};
    assert_string_equal(units_format_ratio(&ratio, text), "9.99 (0 to 123)");
    ratio.interval = INTERVAL_NONE;
    assert_string_equal(units_format_ratio(&ratio, text), "9.99");
    ratio.value = 0.0033119; /* not "0" */
    assert_string_equal(units_format_ratio(&ratio, text), "0.0033");
}

static void test_times_and_counts(void **state)
{
    (void)state;
    char text[UNITS_TEXT_SIZE];
    assert_string_equal(units_format_ns(23, text), "23 ns");
    assert_string_equal(units_format_ns(1250, text), "1.25 us");
    assert_string_equal(units_format_ns(999960, text), "1.00 ms");
    assert_string_equal(units_format_ns(3e9, text), "3.00 s");
    assert_string_equal(units_format_count(950, text), "950");
    assert_string_equal(units_format_count(12345, text), "12.3 k");
    assert_string_equal(units_format_count(1.4e6, text), "1.40 M");
}

static void assert_words(const char *column, const char *cell, const char *expected)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    wording_write(column, cell, out);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void test_conditions_in_words(void **state)
{
    (void)state;
    assert_words("active", "1", "1 active connection");
    assert_words("connections", "19900", "19,900 connections");
    assert_words("offered_per_second", "0.5", "0.5 requests/s offered");
    assert_words("work_cpu_us", "0", "no work");
    assert_words("work_cpu_us", "20", "20 us of work");
    assert_words("stack_bytes", "65536", "64.0 KiB stacks");
    assert_words("warm", "0", "cold");
    assert_words("warm", "1", "warm");
    assert_words("metric", "crowd_stop", "crowd_stop");
    assert_words("arrivals", "poisson", "Poisson arrivals");
    assert_words("idle_wait", "block", "client blocks");
    assert_words("arrivals", "bursts", "arrivals=bursts");
    assert_words("cancellations_count", "10000", "10,000 cancellations");
    assert_words("at_once_count", "5", "5 at once");
    assert_words("_count", "5", "_count=5");
    assert_words("someone_elses", "7", "someone_elses=7");
    assert_words("active", "many", "active=many"); /* no number: as it stands */
    assert_words("active", "1e999", "active=1e999");
    assert_string_equal(wording_noun("waiters_requested"), "waiters");
    assert_string_equal(wording_noun("someone_elses"), "someone_elses");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_intervals_keep_the_unit_of_their_value),
        cmocka_unit_test(test_times_and_counts),
        cmocka_unit_test(test_conditions_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
