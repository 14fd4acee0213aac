/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who gets further blocks after a look at the rows, and how many. */
#include "experiment/further.h"

#include "base/clock.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SETTINGS 3
#define ARMS     2
#define BLOCKS   6
#define MORE     4
#define SEED     11

static const struct method method = {.experiment = &experiment_list[EXPERIMENT_THROUGHPUT]};

/* A run in which the arms of three settings have had their blocks, a second each. */
struct fixture {
    struct run_options options;
    struct setting settings[SETTINGS];
    struct trial trials[SETTINGS * ARMS];
    struct run run;
    struct jobs jobs;
};

/* What the look is to say: settings in this order, of this deviation; and what it returns. */
static struct {
    size_t settings[SETTINGS + 1];
    double deviations[SETTINGS + 1];
    size_t count;
    int result;
    const struct fixture *fixture;
} script;

/* The order that a trial has in a block of that run. */
static int64_t order_of(const struct fixture *fixture, size_t trial, int64_t block)
{
    const struct trial_list *list = &fixture->jobs.jobs[0].trials;
    size_t order[SETTINGS * ARMS];
    assert_int_equal(trial_list_order(list, trial_list_block_seed(SEED, (size_t)block), order), 0);
    for (size_t i = 0; i < list->count; i++)
        if (order[i] == trial)
            return (int64_t)i;
    fail();
    return -1;
}

static int scripted_look(const char *folder, struct open_settings *open, struct error *error)
{
    (void)folder;
    for (size_t i = 0; i < script.count; i++) {
        int64_t block = (int64_t)i % BLOCKS;
        struct open_setting setting = {
            .experiment = method.experiment->name,
            .block = block,
            .order = order_of(script.fixture, script.settings[i] * ARMS + i % ARMS, block),
            .deviation = script.deviations[i],
        };
        open_settings_add(open, &setting);
    }
    return script.result < 0 ? error_set(error, script.result, "scripted") : 0;
}

static void begin(struct fixture *fixture, double more_seconds)
{
    *fixture = (struct fixture){.options = {.seed = SEED, .look = scripted_look}};
    fixture->run.options = &fixture->options;
    fixture->run.plan.more_blocks = MORE;
    fixture->run.plan.more_seconds = more_seconds;
    for (size_t i = 0; i < SETTINGS * ARMS; i++)
        fixture->trials[i] = (struct trial){
            .setting = &fixture->settings[i / ARMS],
            .blocks = BLOCKS,
            .blocks_done = BLOCKS,
            .expected_seconds = 1,
        };
    fixture->jobs.count = 1;
    fixture->jobs.jobs[0].method = &method;
    fixture->jobs.jobs[0].trials = (struct trial_list){
        .trials = fixture->trials,
        .count = SETTINGS * ARMS,
    };
    progress_init(&fixture->run.progress, SETTINGS * ARMS * BLOCKS, SETTINGS * ARMS * BLOCKS);
    memset(&script, 0, sizeof script);
    script.fixture = fixture;
}

static void open_setting_is(size_t setting, double deviation)
{
    script.settings[script.count] = setting;
    script.deviations[script.count++] = deviation;
}

/* Every arm of a setting has the same blocks. */
static void assert_blocks(const struct fixture *fixture, size_t setting, int64_t blocks)
{
    for (size_t i = 0; i < ARMS; i++)
        assert_int_equal(fixture->trials[setting * ARMS + i].blocks, blocks);
}

static void an_open_setting_gets_more_blocks_in_all_arms(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, 1000);
    open_setting_is(1, 0.1);
    further_plan(&fixture.run, &fixture.jobs);
    assert_blocks(&fixture, 0, BLOCKS);
    assert_blocks(&fixture, 1, BLOCKS + MORE);
    assert_blocks(&fixture, 2, BLOCKS);
    assert_int_equal(fixture.run.progress.total, SETTINGS * ARMS * BLOCKS + ARMS * MORE);
}

/* Two claims may ask about one setting. */
static void it_gets_them_once(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, 1000);
    for (int i = 0; i < SETTINGS + 1; i++)
        open_setting_is(1, 0.1);
    further_plan(&fixture.run, &fixture.jobs);
    assert_blocks(&fixture, 1, BLOCKS + MORE);
}

static void the_widest_intervals_come_first(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, ARMS * MORE + 0.5); /* there is time for one of them */
    open_setting_is(0, 0.1);
    open_setting_is(2, 0.3);
    open_setting_is(1, 0.2);
    further_plan(&fixture.run, &fixture.jobs);
    assert_blocks(&fixture, 0, BLOCKS);
    assert_blocks(&fixture, 1, BLOCKS);
    assert_blocks(&fixture, 2, BLOCKS + MORE);
}

static void of_what_failed_nobody_knows_how_wide(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, ARMS * MORE + 0.5);
    open_setting_is(0, 0.3);
    open_setting_is(1, HUGE_VAL);
    further_plan(&fixture.run, &fixture.jobs);
    assert_blocks(&fixture, 0, BLOCKS);
    assert_blocks(&fixture, 1, BLOCKS + MORE);
}

/* A run that is slower than was expected has time for fewer. */
static void the_pace_of_the_run_counts(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, 2 * ARMS * MORE + 0.5);
    fixture.run.progress.expected_done = 10;
    fixture.run.progress.start_ns = clock_now_ns() - 20 * NS_PER_SECOND;
    open_setting_is(0, 0.1);
    open_setting_is(1, 0.2);
    further_plan(&fixture.run, &fixture.jobs);
    assert_blocks(&fixture, 0, BLOCKS);
    assert_blocks(&fixture, 1, BLOCKS + MORE);
}

static void a_look_that_fails_costs_no_more_than_them(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, 1000);
    open_setting_is(1, 0.1);
    script.result = -EBADMSG;
    further_plan(&fixture.run, &fixture.jobs);
    assert_blocks(&fixture, 1, BLOCKS);
}

static void arms_against_themselves_get_none(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, 1000);
    assert_true(further_is_planned(&fixture.run));
    fixture.options.aa = true;
    assert_false(further_is_planned(&fixture.run));
    fixture.options.aa = false;
    fixture.run.plan.more_blocks = 0;
    assert_false(further_is_planned(&fixture.run));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_setting_gets_more_blocks_in_all_arms),
        cmocka_unit_test(it_gets_them_once),
        cmocka_unit_test(the_widest_intervals_come_first),
        cmocka_unit_test(of_what_failed_nobody_knows_how_wide),
        cmocka_unit_test(the_pace_of_the_run_counts),
        cmocka_unit_test(a_look_that_fails_costs_no_more_than_them),
        cmocka_unit_test(arms_against_themselves_get_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
