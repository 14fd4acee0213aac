/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The claims about control flow, on machines in which they are known to hold, and known not to. */
#include "judged_run.h"

static void write_flow(struct simulated_run *run, double lost, double stop_ratio, bool nursery)
{
    static const char *const scenarios[] = {"futures",  "executor", "workflow", "cancel",
                                            "findself", "counter",  "nursery"};
    simulated_run_begin(run, "flow.csv", FLOW_HEADER);
    for (int block = 1; block <= BLOCKS; block++)
        for (size_t i = 0; i < (nursery ? 7u : 6u); i++) {
            struct flow_trial trial = {block, scenarios[i], "loop", "stopped_p50_ns", "ns",
                                       4,     1000,         false};
            flow_trial_write(run, &trial);
            trial.model = "threads";
            trial.value *= stop_ratio;
            flow_trial_write(run, &trial);
            if (i != 5)
                continue;
            trial.metric = "unsynchronised_lost_count";
            trial.unit = "count";
            trial.value = lost;
            flow_trial_write(run, &trial);
            trial.model = "loop";
            trial.value = 0;
            flow_trial_write(run, &trial);
        }
    simulated_run_end(run);
}

static void test_flow(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    write_flow(&run, 1e6, 20, true);
    judge(&judged, &run);
    const struct claim *shown = assert_claim(&judged, "trickiness", CLAIM_REPRODUCED);
    assert_non_null(strstr(shown->condition, "a single thread cannot lose an update"));
    shown = assert_claim(&judged, "control-flow", CLAIM_REPRODUCED);
    assert_non_null(strstr(shown->condition, "the programs verified their own answers"));
    assert_claim(&judged, "cancellation", CLAIM_REPRODUCED);
    finish(&judged, &run);

    simulated_run_create(&run);
    write_flow(&run, 0, 0.5, false);
    judge(&judged, &run);
    assert_claim(&judged, "trickiness", CLAIM_REFUTED);
    const struct claim *claim = assert_claim(&judged, "control-flow", CLAIM_UNDECIDED);
    assert_non_null(strstr(claim->condition, "nursery: not run"));
    assert_claim(&judged, "cancellation", CLAIM_REFUTED);
    finish(&judged, &run);
}

/* What is verified is right whoever else is at work; how long it takes to wake somebody up is not.
 */
static void test_beside_others_times_decide_nothing(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    run.contended = true;
    write_flow(&run, 1e6, 20, true);
    judge(&judged, &run);
    assert_claim(&judged, "trickiness", CLAIM_REPRODUCED);
    assert_claim(&judged, "control-flow", CLAIM_REPRODUCED);
    const struct claim *claim = assert_claim(&judged, "cancellation", CLAIM_UNDECIDED);
    assert_string_equal(claim->answer, "others at work in 1 of 1");
    finish(&judged, &run);
}

/* What only one model has is told by itself, and is in no ratio and no verdict. */
static void test_own_prices_have_no_ratio(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    run.noise = 0;
    simulated_run_begin(&run, "flow.csv", FLOW_HEADER);
    for (int block = 1; block <= BLOCKS; block++) {
        struct flow_trial trial = {block, "cancel", "loop", "compute_stop_p50",
                                   "ns",  1,        2000,   false};
        flow_trial_write(&run, &trial);
        trial.metric = "loop_turn";
        trial.value = 400;
        flow_trial_write(&run, &trial);
        trial.metric = "check";
        trial.value = 1;
        flow_trial_write(&run, &trial);
        trial.model = "threads";
        flow_trial_write(&run, &trial);
        trial.metric = "compute_stop_p50";
        trial.value = 1000;
        flow_trial_write(&run, &trial);
    }
    simulated_run_end(&run);
    judge(&judged, &run);
    for (size_t i = 0; i < judged.summary.count; i++)
        assert_string_not_equal(judged.summary.rows[i].metric.name, "loop_turn");
    const struct claim *claim = assert_claim(&judged, "control-flow", CLAIM_UNDECIDED);
    assert_non_null(strstr(claim->figures, "by themselves: loop loop_turn 400 ns"));
    assert_null(strstr(claim->figures, "loop compute_stop"));
    claim = assert_claim(&judged, "cancellation", CLAIM_REFUTED);
    assert_null(strstr(claim->figures, "loop_turn"));
    finish(&judged, &run);
}

static void test_threads_that_cannot(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    simulated_run_begin(&run, "flow.csv", FLOW_HEADER);
    struct flow_trial trial = {1, "futures", "loop", "handoff", "ns", 1, 1, false};
    flow_trial_write(&run, &trial);
    trial.model = "threads";
    trial.failed = true;
    flow_trial_write(&run, &trial);
    simulated_run_end(&run);
    judge(&judged, &run);
    assert_claim(&judged, "control-flow", CLAIM_REFUTED);
    finish(&judged, &run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flow),
        cmocka_unit_test(test_beside_others_times_decide_nothing),
        cmocka_unit_test(test_own_prices_have_no_ratio),
        cmocka_unit_test(test_threads_that_cannot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
