/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of scenarios, and what hangs on its order. */
#include "load/protocol/protocol.h"
#include "run/experiment.h"
#include "run/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void scenarios_and_models_are_found_by_name(void **state)
{
    (void)state;
    enum model model = MODEL_COUNT;
    const struct scenario *counter = scenario_find("counter");
    assert_non_null(counter);
    assert_int_equal(counter->kind, SCENARIO_PROGRAM);
    assert_true(scenario_has(counter, MODEL_LOOP));
    assert_false(scenario_has(counter, MODEL_SOCKETS));
    assert_null(scenario_find("counte"));
    assert_true(model_find("loops", &model));
    assert_string_equal(model_program(model), "loop");
    assert_false(model_find("loopy", &model));
    assert_true(model_is_loop("loops"));
    assert_false(model_is_loop(""));
}

static void a_server_has_a_protocol_and_a_program_its_options(void **state)
{
    (void)state;
    for (const struct scenario *scenario = scenarios; scenario->name; scenario++) {
        assert_true((scenario->kind == SCENARIO_SERVER) == (scenario->protocol != NULL));
        assert_true((scenario->kind == SCENARIO_PROGRAM) == (scenario->options != NULL));
        assert_ptr_equal(scenario_find(scenario->name), scenario);
        assert_non_null(scenario->measures);
        if (scenario->protocol)
            assert_non_null(protocol_find(scenario->protocol));
    }
    assert_int_equal(scenario_plain_server()->kind, SCENARIO_SERVER);
    assert_string_equal(scenario_option_find(scenario_find("executor"), "in-flight")->column,
                        "in_flight_count");
    assert_null(scenario_option_find(scenario_plain_server(), "workers"));
}

/* The files of the first editions: columns are only ever added. */
static void columns_stand_where_they_always_stood(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "workers_count",    "increments_count", "rounds_count",
        "futures_count",    "waiters_count",    "timeouts_count",
        "items_count",      "work_count",       "in_flight_count",
        "roundtrips_count", "repeats_count",    "at_once_count",
        "random_count",     "minute_us",        "random_minute_us",
        "children_count",   "failing_count",    "scopes_count",
        "trees_count",      "depth_count",      "cancellations_count",
        "crowds_count",     "slice_count",      "delay_us",
        "checks_count",     "clusters_count",   "servers_count",
        "requests_count",   "late_ms",          "deadline_ms",
        "search_after_ms",  "sleepless_count",
    };
    const char *columns[EXPERIMENT_COLUMNS_MAX];
    size_t count = experiment_columns(&experiment_list[EXPERIMENT_FLOW], columns);
    assert_true(count >= 13 + sizeof expected / sizeof *expected);
    assert_string_equal(columns[0], "block");
    assert_string_equal(columns[12], "value");
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_string_equal(columns[13 + i], expected[i]);
}

static void a_short_list_is_not_overrun(void **state)
{
    (void)state;
    const char *columns[2] = {NULL, "untouched"};
    assert_true(scenario_option_columns(columns, 1) > 30);
    assert_string_equal(columns[0], "workers_count");
    assert_string_equal(columns[1], "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scenarios_and_models_are_found_by_name),
        cmocka_unit_test(a_server_has_a_protocol_and_a_program_its_options),
        cmocka_unit_test(columns_stand_where_they_always_stood),
        cmocka_unit_test(a_short_list_is_not_overrun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
