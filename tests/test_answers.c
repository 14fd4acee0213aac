/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two figures of each claim, on machines that measure without noise. */
#include "judged_run.h"

static void assert_answer(const struct judged *judged, const char *id, const char *answer)
{
    assert_string_equal(find_claim(judged, id)->answer, answer);
}

static void begin(struct simulated_run *run, const char *file, const char *header)
{
    simulated_run_create(run);
    run->noise = 0;
    simulated_run_begin(run, file, header);
}

static void end(struct simulated_run *run, struct judged *judged)
{
    simulated_run_end(run);
    judge(judged, run);
}

static void test_memory(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    run.noise = 0;
    write_memory(&run, BLOCKS, 8000);
    judge(&judged, &run);
    assert_answer(&judged, "memory-per-waiter", "27.3 KiB against 3.91 KiB, 7.00 times");
    assert_answer(&judged, "memory-growth", "1,000 more: 26.7 MiB against 3.81 MiB");
    assert_answer(&judged, "loop-unbounded", "25,600 against 102,400");
    assert_answer(&judged, "threads-few-hundred", "failed at 102,400");
    assert_answer(&judged, "speed", "not run");
    const struct claim *claim = find_claim(&judged, "memory-per-waiter");
    assert_int_equal(claim->votes.count, 1);
    assert_int_equal(claim->votes.items[0].side, SIDE_HIGHER);
    assert_false(claim->votes.items[0].more_is_better);
    finish(&judged, &run);
}

/* Threads' rates of a loop's 100,000 per second, by active connections. */
struct rate {
    int active;
    double ratio;
};

static void judge_rates(struct simulated_run *run, struct judged *judged, const struct rate *rates,
                        size_t count, bool bound)
{
    begin(run, "throughput.csv", LOAD_HEADER);
    for (int block = 1; block <= BLOCKS; block++)
        for (size_t i = 0; i < count; i++) {
            struct load_trial trial = {
                .block = block,
                .model = "loop",
                .connections = rates[i].active,
                .active = rates[i].active,
                .achieved_per_second = 1e5,
                .server_cpu_seconds = 1,
            };
            load_trial_write(run, &trial);
            trial.model = "threads";
            trial.achieved_per_second *= rates[i].ratio;
            trial.client_bound = bound;
            load_trial_write(run, &trial);
        }
    end(run, judged);
}

/* Not the strongest of them. */
static void test_one_side_has_its_middle_setting(void **state)
{
    (void)state;
    static const struct rate rates[] = {{1, 0.3}, {10, 0.7}, {100, 0.6}, {1000, 0.5}};
    struct simulated_run run;
    struct judged judged;
    judge_rates(&run, &judged, rates, 4, false);
    assert_string_equal(claim_verdict_text(find_claim(&judged, "speed")->verdict), "refuted");
    assert_answer(&judged, "speed", "60.0 k/s against 100 k/s, 0.60 times");
    assert_string_equal(claim_shown_setting(find_claim(&judged, "speed")),
                        "100 active connections");
    assert_answer(&judged, "threads-few-hundred", "1,000: rate 0.50 times");
    finish(&judged, &run);
}

static void test_both_sides_are_a_range(void **state)
{
    (void)state;
    static const struct rate rates[] = {{1, 1.5}, {10, 1.2}, {100, 0.4}};
    struct simulated_run run;
    struct judged judged;
    judge_rates(&run, &judged, rates, 3, false);
    assert_string_equal(claim_verdict_text(find_claim(&judged, "speed")->verdict), "depends");
    assert_answer(&judged, "speed", "0.40 to 1.50 times in 3 settings");
    assert_string_equal(claim_shown_setting(find_claim(&judged, "speed")), "");
    const struct claim_votes *votes = &find_claim(&judged, "speed")->votes;
    assert_int_equal(votes->count, 3);
    for (size_t i = 0; i < votes->count; i++) {
        assert_true(votes->items[i].more_is_better);
        assert_int_equal(votes->items[i].side,
                         votes->items[i].ratio.value > 1 ? SIDE_HIGHER : SIDE_LOWER);
    }
    assert_string_equal(votes->items[0].setting, "1 active connection");
    finish(&judged, &run);
}

static void test_without_a_vote_it_says_why(void **state)
{
    (void)state;
    static const struct rate rates[] = {{1, 0.5}, {10, 0.5}, {100, 0.5}};
    struct simulated_run run;
    struct judged judged;
    judge_rates(&run, &judged, rates, 3, true);
    assert_answer(&judged, "speed", "generator the limit in 3 of 3");
    const struct claim_vote *vote = find_claim(&judged, "speed")->votes.items;
    assert_string_equal(vote->absence, "generator the limit");
    assert_true(isnan(vote->ratio.value));
    finish(&judged, &run);
}

/* Threads of which the first `failed` trials failed, those that were slow. */
static void judge_failing(struct simulated_run *run, struct judged *judged, int failed)
{
    begin(run, "throughput.csv", LOAD_HEADER);
    for (int block = 1; block <= 2 * BLOCKS; block++) {
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
        trial.achieved_per_second = 1.2e5;
        trial.failed = block <= failed;
        load_trial_write(run, &trial);
    }
    end(run, judged);
}

/* A failed row does not say what is known of a trial only in the end. */
static void test_trials_that_all_failed_are_a_setting(void **state)
{
    (void)state;
    static const char header[] = "block,scenario,model,subject,pid,valid,note,connections,active,"
                                 "arrivals,idle_wait,achieved_per_second\n";
    struct run_folder folder;
    char rows[8192];
    size_t used = (size_t)snprintf(rows, sizeof rows, "%s", header);
    run_folder_create(&folder);
    for (int block = 1; block <= 8; block++) {
        for (int active = 10; active <= 100; active *= 10)
            used += (size_t)snprintf(rows + used, sizeof rows - used,
                                     "%d,echo,loop,echo-loop,1,1,,%d,%d,closed,spin,%d\n", block,
                                     active, active, 1000 + block);
        used += (size_t)snprintf(rows + used, sizeof rows - used,
                                 "%d,echo,threads,echo-threads,1,%d,,10,10,%s,%d\n", block,
                                 block > 3, block > 3 ? "closed,spin" : ",", 2000 + block);
        used += (size_t)snprintf(rows + used, sizeof rows - used,
                                 "%d,echo,threads,echo-threads,1,0,hangs,100,100,,,\n", block);
    }
    run_folder_write(&folder, "throughput.csv", rows);
    struct simulated_run run = {.folder = folder};
    struct judged judged;
    judge(&judged, &run);
    const struct claim *claim = find_claim(&judged, "speed");
    assert_int_equal(claim->settings, 2);
    assert_string_equal(claim->answer, "trials failed in 2 of 2");
    assert_string_equal(claim->votes.items[1].setting, "100 active connections");
    release(&judged);
    run_folder_destroy(&folder);
}

static void test_what_many_failures_leave_decides_nothing(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    judge_failing(&run, &judged, BLOCKS / 2);
    const struct claim *claim = find_claim(&judged, "speed");
    char told[96];
    snprintf(told, sizeof told, "; judged without the blocks in which one failed: %d of %d trials",
             BLOCKS / 2, 4 * BLOCKS);
    assert_string_equal(claim_verdict_text(claim->verdict), "reproduced");
    assert_non_null(strstr(claim->figures, told));
    finish(&judged, &run);

    /* Enough blocks are left for a verdict, and nobody knows of which kind they are. */
    judge_failing(&run, &judged, BLOCKS / 2 + 1);
    claim = find_claim(&judged, "speed");
    assert_string_equal(claim_verdict_text(claim->verdict), "undecided");
    assert_string_equal(claim->answer, "trials failed in 1 of 1");
    assert_string_equal(claim->votes.items[0].absence, "trials failed");
    assert_int_equal(judged.claims.open.count, 1);
    finish(&judged, &run);
}

/* A tail in milliseconds; and memory beside idle connections was not run. */
static void test_tail(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    begin(&run, "latency.csv", LOAD_HEADER);
    for (int block = 1; block <= BLOCKS; block++) {
        struct load_trial trial = {
            .block = block,
            .model = "loop",
            .connections = 5100,
            .active = 100,
            .offered_per_second = 1e4,
            .achieved_per_second = 1e4,
            .p50_ns = 1e5,
            .p99_ns = 2e6,
        };
        load_trial_write(&run, &trial);
        trial.connections = 100;
        load_trial_write(&run, &trial);
        trial.model = "threads";
        trial.p99_ns = 5e5;
        load_trial_write(&run, &trial);
        trial.connections = 5100;
        load_trial_write(&run, &trial);
    }
    end(&run, &judged);
    assert_answer(&judged, "tail", "500 us against 2.00 ms, 0.25 times");
    assert_answer(&judged, "idle-only", "memory not run, p99 0.25 times");
    assert_answer(&judged, "compatibility", "not run");
    finish(&judged, &run);
}

static void test_flow(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    begin(&run, "flow.csv", FLOW_HEADER);
    for (int block = 1; block <= BLOCKS; block++) {
        struct flow_trial trial = {block, "cancel", "loop", "crowd_stop", "ns", 4, 1000, false};
        flow_trial_write(&run, &trial);
        trial.model = "threads";
        trial.value = 4000;
        flow_trial_write(&run, &trial);
        trial =
            (struct flow_trial){block,   "counter", "threads",          "unsynchronised_lost_count",
                                "count", 4,         block == 1 ? 0 : 9, false};
        flow_trial_write(&run, &trial);
        trial.model = "loop";
        trial.value = 0;
        flow_trial_write(&run, &trial);
    }
    end(&run, &judged);
    assert_answer(&judged, "cancellation", "4.00 us against 1.00 us, 4.00 times");
    assert_answer(&judged, "trickiness", "9 of 10 trials lost some, loop 0 of 10");
    assert_answer(&judged, "control-flow", "1 of 6 scenarios right in both");
    finish(&judged, &run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_one_side_has_its_middle_setting),
        cmocka_unit_test(test_both_sides_are_a_range),
        cmocka_unit_test(test_without_a_vote_it_says_why),
        cmocka_unit_test(test_trials_that_all_failed_are_a_setting),
        cmocka_unit_test(test_what_many_failures_leave_decides_nothing),
        cmocka_unit_test(test_tail),
        cmocka_unit_test(test_flow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
