/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a load's result says of itself, on results made up by hand. */
#include "base/clock.h"
#include "load/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* A closed loop of one connection in which nothing is wrong. */
static struct load_options options_of(void)
{
    struct load_options options;
    load_options_init(&options);
    options.closed = true;
    return options;
}

static struct load_result result_of(void)
{
    return (struct load_result){
        .connected = 1,
        .duration_ns = NS_PER_SECOND,
        .offered = 10,
        .answered = 10,
        .replies = 10,
        .service = histogram_create(),
    };
}

struct noted {
    bool valid;
    char text[512];
};

static struct noted note(const struct load_result *result)
{
    const struct load_options options = options_of();
    struct noted noted;
    noted.valid = load_result_note(&options, result, noted.text, sizeof noted.text);
    return noted;
}

static void test_a_good_result_has_no_note(void **state)
{
    struct load_result result = result_of();
    (void)state;
    struct noted noted = note(&result);
    assert_true(noted.valid);
    assert_string_equal(noted.text, "");
    load_result_finish(&result);
}

static void test_lost_requests_are_told(void **state)
{
    struct load_result result = result_of();
    (void)state;
    result.answered = 9;
    result.lost = 1;
    struct noted noted = note(&result);
    assert_true(noted.valid);
    assert_string_equal(noted.text, "1 requests unanswered at the end");
    load_result_finish(&result);
}

/* One request too few or too many in each of the counts. */
static void test_what_does_not_add_up_is_not_valid(void **state)
{
    struct load_result result = result_of();
    int64_t *const counts[] = {&result.offered, &result.answered, &result.lost, &result.failed};
    (void)state;
    result.offered = 13;
    result.lost = 2;
    result.failed = 1;
    assert_true(note(&result).valid);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        for (int change = -1; change <= 1; change += 2) {
            *counts[i] += change;
            struct noted noted = note(&result);
            assert_false(noted.valid);
            assert_non_null(strstr(noted.text, "does not add up: "));
            *counts[i] -= change;
        }
    result.answered = 11;
    assert_non_null(strstr(note(&result).text,
                           "does not add up: 13 requests offered, but 11 answered + 2 lost + 1 "
                           "failed"));
    load_result_finish(&result);
}

static void test_an_error_is_not_valid(void **state)
{
    struct load_result result = result_of();
    (void)state;
    result.errors[LOAD_ERROR_REPLY] = 2;
    strcpy(result.first_error, "connection 1: error reply: status 503");
    struct noted noted = note(&result);
    assert_false(noted.valid);
    assert_string_equal(noted.text, "2 error reply (first: connection 1: error reply: status 503)");
    load_result_finish(&result);
}

static void test_a_hung_connection_is_not_valid(void **state)
{
    struct load_result result = result_of();
    (void)state;
    result.hung = result.never_answered = 1;
    struct noted noted = note(&result);
    assert_false(noted.valid);
    assert_string_equal(noted.text, "1 of 1 active connections hang, 1 without a reply since the "
                                    "window began");
    load_result_finish(&result);
}

/* A server that is slow is not one that is dead. */
static void test_a_generator_that_was_away_for_half_of_the_window_is_not_valid(void **state)
{
    struct load_result result = result_of();
    (void)state;
    result.away_ns = NS_PER_SECOND / 2 - 1;
    struct noted noted = note(&result);
    assert_true(noted.valid);
    assert_non_null(
        strstr(noted.text, "the generator did not run for 0.500 s of the 1.000 s window"));
    result.away_ns++;
    noted = note(&result);
    assert_false(noted.valid);
    assert_non_null(
        strstr(noted.text, "the generator did not run for 0.500 s of the 1.000 s window"));
    load_result_finish(&result);
}

static void test_replies_to_what_was_due_before_are_told(void **state)
{
    struct load_result result = result_of();
    (void)state;
    result.latency = histogram_create();
    result.lateness = histogram_create();
    result.answered = 0;
    result.lost = 10;
    result.replies = 45;
    struct noted noted = note(&result);
    assert_false(noted.valid);
    assert_non_null(strstr(noted.text,
                           "none of the window's own 10 requests was answered (45 earlier "
                           "ones were meanwhile)"));
    result.replies = 0;
    assert_non_null(strstr(note(&result).text, "none of 10 requests was answered; "));
    load_result_finish(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_good_result_has_no_note),
        cmocka_unit_test(test_lost_requests_are_told),
        cmocka_unit_test(test_what_does_not_add_up_is_not_valid),
        cmocka_unit_test(test_an_error_is_not_valid),
        cmocka_unit_test(test_a_hung_connection_is_not_valid),
        cmocka_unit_test(test_a_generator_that_was_away_for_half_of_the_window_is_not_valid),
        cmocka_unit_test(test_replies_to_what_was_due_before_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
