/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/findings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void test_a_waiter_is_told_from_two_numbers_on(void **state)
{
    (void)state;
    struct findings findings = {0};
    findings_add_memory(&findings, "echo-threads", false, 100, 5000 * 1024);
    assert_string_equal(findings.text, "");
    findings_add_memory(&findings, "echo-threads", false, 149, 9000 * 1024);
    assert_string_equal(findings.text, ""); /* too near */
    findings_add_memory(&findings, "echo-loop", false, 1000, 5000 * 1024);
    findings_add_memory(&findings, "echo-threads", true, 1000, 5000 * 1024);
    assert_string_equal(findings.text, ""); /* other arms */
    findings_add_memory(&findings, "echo-threads", false, 1100, 43600 * 1024);
    assert_string_equal(findings.text, "echo-threads: 38.6 KiB a waiter so far");
    findings_add_memory(&findings, "echo-threads", false, 300, 1);
    assert_string_equal(findings.text, "echo-threads: 38.6 KiB a waiter so far");
}

static void test_more_arms_than_there_is_room_for_are_left_out(void **state)
{
    (void)state;
    struct findings findings = {0};
    for (int i = 0; i < 2 * FINDINGS_ARMS_MAX; i++) {
        char name[32];
        snprintf(name, sizeof name, "arm-%d", i);
        findings_add_memory(&findings, name, false, 10, 10);
    }
    assert_int_equal(findings.count, FINDINGS_ARMS_MAX);
}

static void test_rates_and_tails(void **state)
{
    (void)state;
    struct findings findings = {0};
    findings_add_rate(&findings, "echo-loop", 100, 89900);
    assert_string_equal(findings.text, "echo-loop: 89.9 k/s on 100 connections so far");
    findings_add_rate(&findings, "echo-loop", 1, 8990);
    assert_string_equal(findings.text, "echo-loop: 9.0 k/s on 1 connection so far");
    findings_add_tail(&findings, "echo-loop", -1);
    assert_string_equal(findings.text, "echo-loop: 9.0 k/s on 1 connection so far");
    findings_add_tail(&findings, "echo-loop", 212400);
    assert_string_equal(findings.text, "echo-loop: p99 212 us so far");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_waiter_is_told_from_two_numbers_on),
        cmocka_unit_test(test_more_arms_than_there_is_room_for_are_left_out),
        cmocka_unit_test(test_rates_and_tails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
