/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/failures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void test_numbers_and_details_make_no_other_kind(void **state)
{
    (void)state;
    struct failures failures = {0};
    assert_int_equal(failures_count(&failures, "mine", "it ran for 0.1 s of 0.2 s: others"), 1);
    assert_int_equal(failures_count(&failures, "mine", "it ran for 0.17 s of 0.2 s: no others"), 2);
    assert_int_equal(failures_count(&failures, "mine", "it ran for 12 s of 0.2 s"), 3);
}

static void test_programs_and_words_do(void **state)
{
    (void)state;
    struct failures failures = {0};
    assert_int_equal(failures_count(&failures, "mine", "exited with status 2: gone"), 1);
    assert_int_equal(failures_count(&failures, "yours", "exited with status 2: gone"), 1);
    assert_int_equal(failures_count(&failures, "mine", "was killed by signal 9"), 1);
    assert_int_equal(failures_count(&failures, "mine", "exited with status 2: gone"), 2);
}

static void test_texts_of_any_length_and_kinds_of_any_number(void **state)
{
    (void)state;
    struct failures failures = {0};
    char text[2 * FAILURE_TEXT_SIZE];
    for (int i = 0; i < 2 * FAILURES_MAX; i++) {
        snprintf(text, sizeof text, "%*c", i + 1, 'x');
        assert_int_equal(failures_count(&failures, "mine", text), 1);
    }
    assert_int_equal(failures.count, FAILURES_MAX);
    failures = (struct failures){0};
    snprintf(text, sizeof text, "%*c", (int)sizeof text - 1, 'x');
    assert_int_equal(failures_count(&failures, "mine", text), 1);
    assert_int_equal(failures_count(&failures, "mine", text), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_and_details_make_no_other_kind),
        cmocka_unit_test(test_programs_and_words_do),
        cmocka_unit_test(test_texts_of_any_length_and_kinds_of_any_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
