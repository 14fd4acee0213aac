/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/fail_on.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void kinds_and_shares_are_read(void **state)
{
    (void)state;
    struct fail_on fail_on = {{0}};
    struct error error;
    assert_false(fail_on_is_set(&fail_on));
    assert_int_equal(fail_on_add(&fail_on, "larger:5%,later:20%", &error), 0);
    assert_int_equal(fail_on_add(&fail_on, "slower:0%", &error), 0);
    assert_true(fail_on_is_set(&fail_on));
    assert_float_equal(fail_on.allowed[WATCH_LARGER], 1.05, 1e-12);
    assert_float_equal(fail_on.allowed[WATCH_SLOWER], 1, 1e-12);
    assert_float_equal(fail_on.allowed[WATCH_LATER], 1.2, 1e-12);
}

static void what_is_no_rule_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "larger",
        "larger:",
        "larger:5",
        "larger:%",
        "larger:-1%",
        "larger:1001%",
        "larger:nan%",
        "larger:5%%",
        "larger:5 %",
        "fatter:5%",
        "larger:5%,",
        ",larger:5%",
        "larger:5%,larger:6%",
        "slower:5%,:5%",
        "later:5%",
    };
    struct fail_on before = {{[WATCH_LATER] = 1.5}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct fail_on fail_on = before;
        struct error error = {{0}};
        assert_int_equal(fail_on_add(&fail_on, texts[i], &error), -EINVAL);
        assert_memory_equal(&fail_on, &before, sizeof before);
        assert_non_null(strstr(error.text, "--fail-on"));
    }
}

static enum watch watch(int experiment, const char *metric, enum metric_kind kind, bool is_memory)
{
    const struct entry entry = {
        .experiment = experiment,
        .metric = (char *)metric,
        .kind = kind,
        .is_memory = is_memory,
    };
    return watch_of(&entry);
}

static void each_figure_is_watched_once(void **state)
{
    (void)state;
    assert_int_equal(watch(EXPERIMENT_MEMORY, "total", METRIC_SIZE, true), WATCH_LARGER);
    assert_int_equal(watch(EXPERIMENT_MEMORY, "heap", METRIC_SIZE, true), WATCH_NONE);
    assert_int_equal(watch(EXPERIMENT_THROUGHPUT, "achieved", METRIC_RATE, false), WATCH_SLOWER);
    assert_int_equal(watch(EXPERIMENT_THROUGHPUT, "p50", METRIC_TIME, false), WATCH_NONE);
    assert_int_equal(watch(EXPERIMENT_LATENCY, "p999", METRIC_TIME, false), WATCH_LATER);
    assert_int_equal(watch(EXPERIMENT_LATENCY, "other_p99", METRIC_TIME, false), WATCH_NONE);
    assert_int_equal(watch(EXPERIMENT_FLOW, "future_set", METRIC_TIME, false), WATCH_SLOWER);
    assert_int_equal(watch(EXPERIMENT_FLOW, "lost", METRIC_SIZE, false), WATCH_NONE);
    assert_int_equal(watch(EXPERIMENT_FLOW, "scope", METRIC_SIZE, true), WATCH_LARGER);
    char total[] = "total";
    const struct entry ratio = {.experiment = EXPERIMENT_MEMORY, .metric = total, .against = total};
    assert_int_equal(watch_of(&ratio), WATCH_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_and_shares_are_read),
        cmocka_unit_test(what_is_no_rule_is_refused_and_changes_nothing),
        cmocka_unit_test(each_figure_is_watched_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
