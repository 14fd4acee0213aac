/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the steps of control flow are called, and in which order they are told. */
#include "analysis/words/flow_step.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_words(const char *scenario, const char *metric, const char *unit,
                         const char *expected)
{
    char words[FLOW_STEP_SIZE];
    flow_step_words(scenario, metric, unit, words);
    assert_string_equal(words, expected);
}

static void steps_have_words(void **state)
{
    (void)state;
    assert_words("counter", "mutex_increment", "ns", "increment under a lock");
    assert_words("counter", "call_unsynchronised_increment", "ns", "unsynchronised, by a call");
    assert_words("cancel", "compute_stop_p50", "ns", "computing: from request to stopped · median");
    assert_words("futures", "handoff_max", "ns", "hand-off to who waits · longest");
    /* With its unit, and as a rate, which is told as what is done. */
    assert_words("futures", "handoff_p99_ns", "ns", "hand-off to who waits · 99 %");
    assert_words("executor", "map_tasks", "per_second", "task of a map");
    assert_string_equal(flow_scenario_words("cancel"), "cancel: work is asked to stop");
}

static void what_nobody_knows_has_its_own_name(void **state)
{
    (void)state;
    char longest[200];
    char words[FLOW_STEP_SIZE];
    assert_words("counter", "new_way_p50", "ns", "new way · median");
    assert_words("other", "mutex_increment", "ns", "mutex increment");
    assert_words("other", "tasks", "per_second", "tasks (each)");
    assert_words("other", "_ns", "ns", " ns");
    assert_string_equal(flow_scenario_words("other"), "other");
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    flow_step_words("other", longest, "ns", words);
    assert_true(strlen(words) < sizeof words);
}

static void steps_are_told_in_a_readers_order(void **state)
{
    (void)state;
    static const char *const order[] = {
        "handoff_p50", "handoff_p99",  "handoff_max", "callback_p50",
        "arrivals",    "timeout_late", "a_new_one",   "b_new_one",
    };
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
            int sign = flow_step_compare("futures", order[i], order[k]);
            assert_int_equal((sign > 0) - (sign < 0), (i > k) - (i < k));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_have_words),
        cmocka_unit_test(what_nobody_knows_has_its_own_name),
        cmocka_unit_test(steps_are_told_in_a_readers_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
