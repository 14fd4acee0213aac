/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which model is better in which setting: a run in which each setting says something else. */
#include "analysis/claims/choices.h"
#include "judged_run.h"

static void write_load(struct simulated_run *run, int block)
{
    struct load_trial trial = {
        .block = block,
        .model = "loop",
        .connections = 10100,
        .active = 100,
        .offered_per_second = 1e4,
        .achieved_per_second = 1e4,
        .p50_ns = 1e5,
        .p99_ns = 1e6,
    };
    load_trial_write(run, &trial);
    trial.model = "threads";
    trial.p99_ns = 5e5;
    load_trial_write(run, &trial);
    /* The same without idle connections at two rates, of which one withholds it. */
    trial.connections = 100;
    load_trial_write(run, &trial);
    trial.model = "loop";
    load_trial_write(run, &trial);
    trial.offered_per_second = 2e4;
    trial.p99_ns = 0;
    load_trial_write(run, &trial);
    trial.model = "threads";
    load_trial_write(run, &trial);
}

static void write_throughput(struct simulated_run *run, int block)
{
    struct load_trial trial = {
        .block = block,
        .model = "loop",
        .connections = 100,
        .active = 100,
        .achieved_per_second = 1e5,
        .server_cpu_seconds = 1,
    };
    load_trial_write(run, &trial);
    trial.model = "threads";
    trial.achieved_per_second = 7e4;
    load_trial_write(run, &trial);
}

static void write_run(struct simulated_run *run)
{
    simulated_run_create(run);
    simulated_run_begin(run, "latency.csv", LOAD_HEADER);
    for (int block = 1; block <= BLOCKS; block++)
        write_load(run, block);
    simulated_run_end(run);
    simulated_run_begin(run, "throughput.csv", LOAD_HEADER);
    for (int block = 1; block <= BLOCKS; block++)
        write_throughput(run, block);
    simulated_run_end(run);
    write_memory(run, BLOCKS, 8000);
}

static const struct choice *find(const struct choices *choices, const char *idle_column,
                                 const char *idle)
{
    for (size_t i = 0; i < choices->count; i++)
        if (strcmp(group_text(choices->items[i].trials, idle_column), idle) == 0)
            return &choices->items[i];
    fail_msg("no setting with %s=%s", idle_column, idle);
    return NULL;
}

static enum verdict verdict_of(const struct choice *choice, int kind)
{
    assert_int_equal(choice->counts[kind], 1);
    assert_null(choice->cells[kind][0].absence);
    return choice->cells[kind][0].row->comparison.verdict;
}

static void test_each_setting_has_a_row(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    struct choices choices;
    write_run(&run);
    judge(&judged, &run);
    const struct evidence evidence = {.bill = &judged.bill, .summary = &judged.summary};
    choices_find(&choices, &evidence);
    assert_int_equal(choices.count, 7); /* five numbers that both reach, none idle, 10,000 idle */
    const struct choice *waiting = find(&choices, "waiters_requested", "1600");
    assert_int_equal(verdict_of(waiting, CHOICE_SMALLER), VERDICT_HIGHER);
    assert_int_equal(waiting->counts[CHOICE_FASTER], 0);
    const struct choice *beside = find(&choices, "idle", "10000");
    assert_int_equal(verdict_of(beside, CHOICE_STEADIER), VERDICT_LOWER);
    assert_int_equal(beside->counts[CHOICE_SMALLER], 0);
    const struct choice *busy = find(&choices, "idle", "0");
    assert_int_equal(verdict_of(busy, CHOICE_FASTER), VERDICT_LOWER);
    assert_int_equal(busy->counts[CHOICE_STEADIER], 2);
    assert_int_equal(busy->cells[CHOICE_STEADIER][0].row->comparison.verdict,
                     VERDICT_NO_DIFFERENCE);
    assert_string_equal(busy->cells[CHOICE_STEADIER][1].absence, "withheld");
    assert_int_equal(choice_better(waiting->cells[CHOICE_SMALLER][0].row), BETTER_LOOP);
    assert_int_equal(choice_better(beside->cells[CHOICE_STEADIER][0].row), BETTER_THREADS);
    assert_int_equal(choice_better(busy->cells[CHOICE_FASTER][0].row), BETTER_LOOP);
    assert_int_equal(choice_better(busy->cells[CHOICE_STEADIER][0].row), BETTER_EQUAL);
    choices_finish(&choices);
    finish(&judged, &run);
}

static enum better better_of(double low, double value, double high, enum verdict verdict)
{
    struct summary_row row = {.comparison.ratio = {value, {low, high}, 6}};
    row.comparison.verdict = verdict;
    row.metric.kind = METRIC_RATE;
    return choice_better(&row);
}

static void test_within_five_percent_is_the_whole_interval(void **state)
{
    (void)state;
    assert_int_equal(better_of(0.96, 0.97, 0.99, VERDICT_LOWER), BETTER_EQUAL);
    assert_int_equal(better_of(0.97, 1.0, 1.04, VERDICT_NO_DIFFERENCE), BETTER_EQUAL);
    assert_int_equal(better_of(0.7, 0.97, 0.99, VERDICT_LOWER), BETTER_OPEN);
    assert_int_equal(better_of(0.7, 0.9, 0.99, VERDICT_LOWER), BETTER_LOOP);
    assert_int_equal(better_of(1.01, 1.2, 1.4, VERDICT_HIGHER), BETTER_THREADS);
    assert_int_equal(better_of(0.9, 1.2, 1.4, VERDICT_NO_DIFFERENCE), BETTER_OPEN);
    assert_int_equal(better_of(NAN, 1.0, NAN, VERDICT_TOO_FEW_BLOCKS), BETTER_OPEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_setting_has_a_row),
        cmocka_unit_test(test_within_five_percent_is_the_whole_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
