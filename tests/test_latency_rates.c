/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rates arms are offered, once it is known what each sustains. */
#include "base/clock.h"
#include "experiment/latency.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct actor {
    const char *subject;
    bool foreign;
    double sustained;
};

struct stage {
    struct run_options options;
    struct run run;
    struct trial_list plan;
};

static void add(struct trial_list *plan, const struct actor *actor, enum rate_basis basis,
                double share)
{
    char program[ARM_NAME_MAX];
    char *command[] = {program, NULL};
    struct trial trial = {
        .arm = {.command = command, .foreign = actor->foreign},
        .load =
            {
                .connections = 100,
                .active = 100,
                .size_bytes = 64,
                .basis = basis,
                .capacity_share = share,
                .capacity_active = 100,
                .sustained_per_second = actor->sustained,
                .duration_ns = NS_PER_SECOND,
            },
        .work = "",
    };
    snprintf(program, sizeof program, "%s", actor->subject);
    snprintf(trial.arm.subject, sizeof trial.arm.subject, "%s", actor->subject);
    assert_int_equal(trial_list_add(plan, &trial), 0);
}

/* Each at 40 and 75 % of the rate that all are offered and at 75 and 50 % of its own. */
static void offer(struct stage *stage, const struct actor *actors, size_t count)
{
    struct error error = {""};
    *stage = (struct stage){.run.plan.subject_seconds = 4};
    stage->run.options = &stage->options;
    for (size_t i = 0; i < count; i++) {
        add(&stage->plan, &actors[i], RATE_EQUAL, 0.4);
        add(&stage->plan, &actors[i], RATE_EQUAL, 0.75);
        add(&stage->plan, &actors[i], UTILISATION_EQUAL, 0.75);
        add(&stage->plan, &actors[i], UTILISATION_EQUAL, 0.5);
    }
    assert_int_equal(latency_offer(&stage->run, &stage->plan, &error), 0);
}

static const struct trial *find(const struct stage *stage, const char *subject,
                                enum rate_basis basis, double share)
{
    for (size_t i = 0; i < stage->plan.count; i++) {
        const struct trial *trial = &stage->plan.trials[i];
        if (strcmp(trial->arm.subject, subject) == 0 && trial->load.basis == basis &&
            fabs(trial->load.capacity_share - share) < 1e-9)
            return trial;
    }
    return NULL;
}

static void assert_rate(const struct stage *stage, const char *subject, enum rate_basis basis,
                        double share, double rate)
{
    const struct trial *trial = find(stage, subject, basis, share);
    assert_non_null(trial);
    assert_true(fabs(trial->load.rate_per_second - rate) <= 0.01 * rate);
}

static void test_a_slow_foreign_arm_sets_only_its_own_and_the_common_rate(void **state)
{
    (void)state;
    static const struct actor actors[] = {
        {"echo-threads", false, 40000}, {"echo-loop", false, 60000}, {"slow", true, 190}};
    struct stage stage;
    offer(&stage, actors, 3);
    assert_int_equal(stage.plan.count, 3 * 4 + 3);
    for (size_t i = 0; i < 3; i++) {
        assert_rate(&stage, actors[i].subject, RATE_EQUAL, 0.75, 30000);
        assert_rate(&stage, actors[i].subject, UTILISATION_EQUAL, 0.75, 0.75 * actors[i].sustained);
        assert_rate(&stage, actors[i].subject, RATE_COMMON, 0.5, 95);
    }
    trial_list_finish(&stage.plan);
}

static void test_without_ours_the_slowest_that_is_not_far_behind_sets_the_rate(void **state)
{
    (void)state;
    static const struct actor actors[] = {
        {"fast", true, 40000}, {"fair", true, 20000}, {"slow", true, 190}};
    struct stage stage;
    offer(&stage, actors, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_rate(&stage, actors[i].subject, RATE_EQUAL, 0.4, 8000);
        assert_rate(&stage, actors[i].subject, RATE_COMMON, 0.5, 95);
    }
    assert_rate(&stage, "slow", UTILISATION_EQUAL, 0.75, 142.5);
    trial_list_finish(&stage.plan);
}

static void test_arms_alike_need_no_common_rate(void **state)
{
    (void)state;
    static const struct actor actors[] = {
        {"echo-loop", false, 60000}, {"old", true, 50000}, {"new", true, 31000}};
    struct stage stage;
    offer(&stage, actors, 3);
    assert_int_equal(stage.plan.count, 3 * 4);
    assert_rate(&stage, "new", RATE_EQUAL, 0.4, 24000);
    trial_list_finish(&stage.plan);
}

/* A program of ours may be slow as it likes: the others follow it, as they always did. */
static void test_ours_set_the_rates_of_ours(void **state)
{
    (void)state;
    static const struct actor actors[] = {{"echo-threads", false, 4000},
                                          {"echo-loop", false, 60000}};
    struct stage stage;
    offer(&stage, actors, 2);
    assert_int_equal(stage.plan.count, 2 * 4);
    assert_rate(&stage, "echo-loop", RATE_EQUAL, 0.75, 3000);
    assert_int_equal(find(&stage, "echo-threads", RATE_EQUAL, 0.75)->load.duration_ns,
                     NS_PER_SECOND);
    trial_list_finish(&stage.plan);
}

/* A window is as long as a 99th percentile takes, within bounds, where that is fair. */
static void test_a_slow_arm_gets_a_longer_window(void **state)
{
    (void)state;
    static const struct actor actors[] = {
        {"echo-loop", false, 60000}, {"slow", true, 190}, {"slowish", true, 4000}};
    struct stage stage;
    offer(&stage, actors, 3);
    const struct trial *slow = find(&stage, "slow", UTILISATION_EQUAL, 0.75);
    assert_int_equal(slow->load.duration_ns, 4 * NS_PER_SECOND);
    assert_true(slow->expected_seconds > 4);
    /* 3,000/s: 10,500 requests take 3.5 s. */
    assert_int_equal(find(&stage, "slowish", UTILISATION_EQUAL, 0.75)->load.duration_ns,
                     3500 * NS_PER_MS);
    /* All arms of one rate have one window. */
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(find(&stage, actors[i].subject, RATE_EQUAL, 0.4)->load.duration_ns,
                         NS_PER_SECOND);
        assert_int_equal(find(&stage, actors[i].subject, RATE_COMMON, 0.5)->load.duration_ns,
                         4 * NS_PER_SECOND);
    }
    trial_list_finish(&stage.plan);
}

/* Nothing is known of an arm that could not be tried, and it sets nobody's rate. */
static void test_an_arm_that_sustains_nothing_sets_nothing(void **state)
{
    (void)state;
    static const struct actor actors[] = {
        {"echo-loop", false, 60000}, {"dead", true, 0}, {"never", true, -1}};
    struct stage stage;
    offer(&stage, actors, 3);
    assert_int_equal(stage.plan.count, 3 * 4);
    assert_rate(&stage, "dead", RATE_EQUAL, 0.75, 45000);
    assert_rate(&stage, "dead", UTILISATION_EQUAL, 0.75, 1);
    assert_true(!(find(&stage, "never", UTILISATION_EQUAL, 0.75)->load.rate_per_second > 0));
    trial_list_finish(&stage.plan);
}

/* What the plan names is offered to all, and for as long as its percentile takes. */
static void test_a_rate_that_is_given_stays(void **state)
{
    (void)state;
    static const struct actor actors[] = {{"echo-threads", false, 0}, {"slow", true, 900}};
    struct stage stage = {.run.plan.subject_seconds = 4};
    struct error error = {""};
    stage.run.options = &stage.options;
    for (size_t i = 0; i < 2; i++) {
        add(&stage.plan, &actors[i], RATE_GIVEN, 0);
        stage.plan.trials[i].load.rate_per_second = 3500;
        stage.plan.trials[i].load.fit = PLAN_FIT_P99;
        assert_true(trial_is_open(&stage.plan.trials[i].load));
    }
    assert_int_equal(latency_offer(&stage.run, &stage.plan, &error), 0);
    assert_int_equal(stage.plan.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_true(fabs(stage.plan.trials[i].load.rate_per_second - 3500) < 1e-9);
        assert_int_equal(stage.plan.trials[i].load.duration_ns, 3 * NS_PER_SECOND);
        stage.plan.trials[i].load.fit = PLAN_FIT_NONE;
        stage.plan.trials[i].load.duration_ns = NS_PER_SECOND;
    }
    /* Nor does a foreign one alone measure for longer. */
    assert_int_equal(latency_offer(&stage.run, &stage.plan, &error), 0);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(stage.plan.trials[i].load.duration_ns, NS_PER_SECOND);
    trial_list_finish(&stage.plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_slow_foreign_arm_sets_only_its_own_and_the_common_rate),
        cmocka_unit_test(test_without_ours_the_slowest_that_is_not_far_behind_sets_the_rate),
        cmocka_unit_test(test_arms_alike_need_no_common_rate),
        cmocka_unit_test(test_ours_set_the_rates_of_ours),
        cmocka_unit_test(test_a_slow_arm_gets_a_longer_window),
        cmocka_unit_test(test_an_arm_that_sustains_nothing_sets_nothing),
        cmocka_unit_test(test_a_rate_that_is_given_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
