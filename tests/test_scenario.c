/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of scenarios, and what hangs on its order. */
#include "load/protocol/protocol.h"
#include "run/experiment.h"
#include "run/recorded_run.h"
#include "run/scenario.h"

#include <errno.h>
#include <limits.h>
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

/* Where a column of that name is a condition, or tells arms apart. */
static bool is_condition(const char *column)
{
    return experiment_is_condition(&experiment_list[EXPERIMENT_THROUGHPUT], column);
}

static bool tells_arms_apart(const char *column)
{
    for (const char *const *of_arm = experiment_arm_columns; *of_arm; of_arm++)
        if (strcmp(*of_arm, column) == 0)
            return true;
    return false;
}

static void an_option_of_a_server_is_a_column_of_its_role(void **state)
{
    (void)state;
    for (const struct scenario *scenario = scenarios; scenario->name; scenario++)
        for (const struct scenario_option *option = scenario->options; option && option->name;
             option++) {
            assert_true((scenario->kind == SCENARIO_SERVER) == (option->role != OPTION_OF_PROGRAM));
            assert_true(option - scenario->options < OPTIONS_MAX);
            if (option->role == OPTION_OF_PROGRAM)
                continue;
            assert_int_equal(is_condition(option->column), option->role == OPTION_CONDITION);
            assert_int_equal(tells_arms_apart(option->column), option->role == OPTION_OF_ARM);
            assert_true((option->choices != NULL) == (option->high == 0));
            assert_int_equal(recorded_run_is_number(option->column), option->choices == NULL);
            if (option->depends) /* it is completed before */
                assert_true(option_find(scenario->options, option->depends) < option);
        }
}

static const struct scenario_option *web;

static void complete(struct option_values *values, enum option_role role, enum model model)
{
    struct error error = {{0}};
    if (option_complete(web, role, model, values, &error) < 0)
        fail_msg("%s", error.text);
}

static int64_t value_of(const struct option_values *values, const char *name, enum model model)
{
    size_t place = (size_t)(option_find_of(web, name, model) - web);
    return values->set & 1u << place ? values->at[place] : -1;
}

static struct option_values with_store(const char *store)
{
    struct option_values values = {0};
    const struct scenario_option *option = option_find(web, "store");
    option_set(web, option, &values, option_choice_find(option, store));
    complete(&values, OPTION_CONDITION, MODEL_THREADS);
    return values;
}

static void what_nobody_sets_is_as_usual_where_it_is_taken(void **state)
{
    (void)state;
    char text[32];
    web = scenario_find("web")->options;
    struct option_values values = with_store("postgres");
    assert_int_equal(value_of(&values, "store_connections", MODEL_LOOP), 16);
    assert_int_equal(value_of(&values, "store-delay-us", MODEL_LOOP), 0);
    struct option_values loop = values;
    complete(&loop, OPTION_OF_ARM, MODEL_LOOP);
    const struct scenario_option *call = option_find(web, "store-call");
    assert_string_equal(
        option_text(call, value_of(&loop, "store-call", MODEL_LOOP), text, sizeof text), "async");
    assert_int_equal(value_of(&loop, "pool-size", MODEL_LOOP), -1);
    assert_int_equal(option_number(web, &loop, PURPOSE_THREADS), 0);
    struct option_values pool = values;
    complete(&pool, OPTION_OF_ARM, MODEL_POOL);
    assert_int_equal(option_number(web, &pool, PURPOSE_THREADS), 32);
    assert_string_equal(option_chosen(web, &pool, PURPOSE_STORE)->name, "postgres");
    assert_true(option_conditions_are_same(web, &loop, &pool));
    assert_false(option_values_are_same(&loop, &pool));
    struct option_values sqlite = with_store("sqlite");
    assert_int_equal(value_of(&sqlite, "store-connections", MODEL_LOOP), -1);
    assert_true(option_thread_files(web, &sqlite) > 0);
    option_set(web, call, &sqlite, option_choice_find(call, "pool"));
    complete(&sqlite, OPTION_OF_ARM, MODEL_LOOPS);
    assert_int_equal(option_number(web, &sqlite, PURPOSE_THREADS), 4);
    assert_int_equal(option_find_of(web, "pool-size", MODEL_THREADS) == NULL, true);
}

static void what_does_not_go_together_is_refused(void **state)
{
    (void)state;
    web = scenario_find("web")->options;
    struct error error = {{0}};
    const struct scenario_option *call = option_find(web, "store-call");
    const struct scenario_option *size = option_find_of(web, "pool_size", MODEL_LOOP);
    struct option_values values = with_store("postgres");
    const struct option_values before = values;
    option_set(web, call, &values, option_choice_find(call, "pool"));
    assert_int_equal(option_complete(web, OPTION_OF_ARM, MODEL_LOOP, &values, &error), -EINVAL);
    assert_string_equal(error.text, "store_call = \"pool\" goes with store = \"sqlite\" only");
    values = before;
    option_set(web, size, &values, 8);
    assert_int_equal(option_complete(web, OPTION_OF_ARM, MODEL_LOOP, &values, &error), -EINVAL);
    assert_string_equal(error.text, "pool_size = 8 goes with store_call = \"pool\" only");
    assert_int_equal(option_complete(web, OPTION_OF_ARM, MODEL_THREADS, &values, &error), -EINVAL);
    assert_string_equal(error.text, "the model threads takes no pool_size");
    values = with_store("sqlite");
    option_set(web, option_find(web, "store_delay_us"), &values, 100);
    assert_int_equal(option_complete(web, OPTION_CONDITION, MODEL_THREADS, &values, &error),
                     -EINVAL);
    assert_string_equal(error.text, "store_delay_us = 100 goes with store = \"postgres\" only");
}

static void a_server_has_a_protocol_and_a_program_its_options(void **state)
{
    (void)state;
    for (const struct scenario *scenario = scenarios; scenario->name; scenario++) {
        if (scenario->kind == SCENARIO_PROGRAM) {
            assert_null(scenario->protocol);
            assert_non_null(scenario->options);
        }
        assert_ptr_equal(scenario_find(scenario->name), scenario);
        assert_non_null(scenario->measures);
        if (scenario->protocol)
            assert_non_null(protocol_find(scenario->protocol));
    }
    assert_int_equal(scenario_plain_server()->kind, SCENARIO_SERVER);
    assert_string_equal(option_find(scenario_find("executor")->options, "in-flight")->column,
                        "in_flight_count");
    assert_null(option_find(scenario_find("executor")->options, "in_flight_count"));
    assert_null(option_find(scenario_plain_server()->options, "workers"));
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
    size_t behind = 13 + sizeof expected / sizeof *expected;
    assert_string_equal(columns[behind], "runtime");
    assert_string_equal(columns[behind + 2], "pair");
}

/* What a program is written in is no condition of its figures: all would differ in it. */
static void what_a_subject_is_written_in_is_no_condition(void **state)
{
    (void)state;
    static const char *const columns[] = {"runtime", "runtime_threads", "pair"};
    for (size_t i = 0; i < EXPERIMENT_COUNT; i++)
        for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
            assert_true(experiment_has_column(&experiment_list[i], columns[k]));
            assert_false(experiment_is_condition(&experiment_list[i], columns[k]));
        }
    assert_false(recorded_run_is_number("runtime"));
    assert_true(recorded_run_is_number("runtime_threads"));
    assert_false(recorded_run_is_number("pair"));
}

static void a_short_list_is_not_overrun(void **state)
{
    (void)state;
    const char *columns[2] = {NULL, "untouched"};
    assert_true(scenario_option_columns(INT_MAX, columns, 1) > 30);
    assert_string_equal(columns[0], "workers_count");
    assert_string_equal(columns[1], "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scenarios_and_models_are_found_by_name),
        cmocka_unit_test(a_server_has_a_protocol_and_a_program_its_options),
        cmocka_unit_test(an_option_of_a_server_is_a_column_of_its_role),
        cmocka_unit_test(what_nobody_sets_is_as_usual_where_it_is_taken),
        cmocka_unit_test(what_does_not_go_together_is_refused),
        cmocka_unit_test(columns_stand_where_they_always_stood),
        cmocka_unit_test(what_a_subject_is_written_in_is_no_condition),
        cmocka_unit_test(a_short_list_is_not_overrun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
