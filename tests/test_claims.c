/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each claim against runs of machines in which it is known to hold, and known not to. */
#include "analysis/analysis.h"
#include "analysis/claims.h"
#include "simulated_run.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BLOCKS 10

/* A run judged; the claim at hand is looked up by its id. */
struct judged {
    struct bill bill;
    struct summary summary;
    struct claims claims;
};

static void judge(struct judged *judged, const struct simulated_run *run)
{
    struct error error = {""};
    assert_int_equal(bill_read(&judged->bill, run->folder.path, 1, &error), 0);
    assert_int_equal(summary_read(&judged->summary, run->folder.path, 1, &error), 0);
    const struct evidence evidence = {run->folder.path, &judged->bill, &judged->summary, 1};
    assert_int_equal(claims_judge(&judged->claims, &evidence, &error), 0);
}

static const struct claim *find_claim(const struct judged *judged, const char *id)
{
    for (size_t i = 0; i < judged->claims.count; i++)
        if (strcmp(judged->claims.claims[i].id, id) == 0)
            return &judged->claims.claims[i];
    fail_msg("no claim %s", id);
    return NULL;
}

static const struct claim *assert_claim(const struct judged *judged, const char *id,
                                        enum claim_verdict verdict)
{
    const struct claim *claim = find_claim(judged, id);
    printf("  %s: %s\n    %s\n    %s\n", id, claim_verdict_text(claim->verdict), claim->figures,
           claim->condition);
    assert_string_equal(claim_verdict_text(claim->verdict), claim_verdict_text(verdict));
    return claim;
}

static void release(struct judged *judged)
{
    claims_finish(&judged->claims);
    summary_finish(&judged->summary);
    bill_finish(&judged->bill);
}

static void finish(struct judged *judged, struct simulated_run *run)
{
    release(judged);
    simulated_run_destroy(run);
}

static void assert_between(double low, double value, double high)
{
    assert_true(low <= value);
    assert_true(value <= high);
}

/* Reads "NAME=X (LOW to HIGH)" from a condition. */
static void read_crossing(const char *condition, const char *name, double *x, double *low,
                          double *high)
{
    char pattern[64];
    snprintf(pattern, sizeof pattern, "below %s=", name);
    const char *at = strstr(condition, pattern);
    assert_non_null(at);
    assert_int_equal(sscanf(at + strlen(pattern), "%lf (%lf to %lf)", x, low, high), 3);
}

/* ---- memory ---- */

static void write_memory(struct simulated_run *run, int blocks, double thread_bytes)
{
    simulated_run_begin(run, "memory.csv", MEMORY_HEADER);
    for (int block = 1; block <= blocks; block++)
        for (int waiters = 100; waiters <= 102400; waiters *= 4) {
            struct memory_trial trial = {block,        "threads", NULL, waiters,
                                         thread_bytes, 20000,     2e5,  20e-6 * waiters};
            trial.note = waiters > 30000 ? "pids.max" : NULL;
            memory_trial_write(run, &trial);
            struct memory_trial loop = {block, "loop", NULL, waiters,
                                        300,   3700,   2e6,  5e-6 * waiters};
            memory_trial_write(run, &loop);
        }
    simulated_run_end(run);
}

static void test_memory_of_a_machine_like_ours(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    write_memory(&run, BLOCKS, 8000);
    run_folder_write(&run.folder, "machine.json",
                     "{\"limits\": {\"nofile\": {\"largest_waiters\": {\"loop\": 199000}},"
                     " \"ports\": {\"largest_waiters\": {\"loop\": null}},"
                     " \"memory\": {\"largest_waiters\": {\"loop\": 800000}}}}");
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "memory-per-waiter", CLAIM_REPRODUCED);
    assert_non_null(strstr(claim->figures, "all in: "));
    claim = assert_claim(&judged, "memory-growth", CLAIM_REPRODUCED);
    /* 28,000 n + 0.4 MB against 4,000 n + 4 MB: threads are smaller below n = 150. */
    double x, low, high;
    read_crossing(claim->condition, "waiters_requested", &x, &low, &high);
    assert_between(100, low, x);
    assert_between(x, high, 1000);
    claim = assert_claim(&judged, "threads-few-hundred", CLAIM_UNDECIDED);
    assert_non_null(strstr(claim->figures, "largest count reached 25600, all there after 5"));
    assert_non_null(strstr(claim->figures, "failed at 102400 (pids.max)"));
    claim = assert_claim(&judged, "loop-unbounded", CLAIM_REPRODUCED);
    assert_non_null(strstr(claim->condition, "nofile, at 199000"));
    finish(&judged, &run);
}

static void test_memory_of_cheap_threads(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    simulated_run_begin(&run, "memory.csv", MEMORY_HEADER);
    for (int block = 1; block <= BLOCKS; block++)
        for (int waiters = 100; waiters <= 900; waiters += 200) {
            struct memory_trial trial = {block, "threads", NULL, waiters, 300, 3000, 1e5, 0.1};
            trial.note = waiters > 300 ? "no more threads" : NULL;
            trial.waiters = trial.note ? waiters : waiters / 2;
            memory_trial_write(&run, &trial);
            trial.waiters = waiters / 4;
            memory_trial_write(&run, &trial);
            struct memory_trial loop = {block, "loop", NULL, waiters, 900, 9000, 1e5, 0.1};
            loop.note = waiters > 500 ? "the loop stopped answering" : NULL;
            memory_trial_write(&run, &loop);
            loop.waiters = waiters / 2;
            memory_trial_write(&run, &loop);
        }
    simulated_run_end(&run);
    judge(&judged, &run);
    assert_claim(&judged, "memory-per-waiter", CLAIM_REFUTED);
    assert_claim(&judged, "memory-growth", CLAIM_REFUTED);
    assert_claim(&judged, "threads-few-hundred", CLAIM_REPRODUCED);
    assert_claim(&judged, "loop-unbounded", CLAIM_UNDECIDED);
    finish(&judged, &run);
}

static void test_few_blocks_leave_memory_undecided(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    write_memory(&run, 5, 8000);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "memory-per-waiter", CLAIM_UNDECIDED);
    assert_non_null(strstr(claim->figures, "per thread"));
    finish(&judged, &run);
}

static void test_loop_that_fails_where_threads_do_not(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    simulated_run_begin(&run, "memory.csv", MEMORY_HEADER);
    struct memory_trial trial = {1, "threads", NULL, 5000, 1, 1, 1, 1};
    memory_trial_write(&run, &trial);
    trial = (struct memory_trial){1, "loop", "died", 5000, 1, 1, 1, 1};
    memory_trial_write(&run, &trial);
    simulated_run_end(&run);
    judge(&judged, &run);
    assert_claim(&judged, "loop-unbounded", CLAIM_REFUTED);
    finish(&judged, &run);
}

/* ---- throughput and latency ---- */

/* A machine as a function: threads / loop in requests per second at `active`. */
typedef double rate_ratio(int active);

static double rate_like_ours(int active)
{
    return pow(active / 8.0, -0.2); /* 1.5 for one, equal at 8, 0.4 at 1,000 */
}

static double rate_threads_win(int active)
{
    (void)active;
    return 1.3;
}

static void write_throughput(struct simulated_run *run, rate_ratio *ratio, bool bound)
{
    simulated_run_begin(run, "throughput.csv", LOAD_HEADER);
    for (int block = 1; block <= BLOCKS; block++)
        for (int active = 1; active <= 1000; active *= 10) {
            struct load_trial trial = {
                .block = block,
                .model = "loop",
                .connections = active,
                .active = active,
                .achieved_per_second = 1e5,
                .p50_ns = 1e5,
                .p99_ns = 3e5,
                .server_cpu_seconds = 1,
            };
            load_trial_write(run, &trial);
            trial.model = "threads";
            trial.achieved_per_second *= ratio(active);
            trial.client_bound = bound;
            load_trial_write(run, &trial);
        }
    simulated_run_end(run);
}

static void write_latency(struct simulated_run *run, double low_ratio, double high_ratio)
{
    simulated_run_begin(run, "latency.csv", LOAD_HEADER);
    for (int block = 1; block <= BLOCKS; block++)
        for (int rate = 10000; rate <= 80000; rate *= 2) {
            double part = log(rate / 10000.0) / log(8);
            struct load_trial trial = {
                .block = block,
                .model = "loop",
                .connections = 100,
                .active = 100,
                .offered_per_second = rate,
                .achieved_per_second = rate,
                .p50_ns = 1e5,
                .p99_ns = 1e6,
            };
            load_trial_write(run, &trial);
            trial.model = "threads";
            trial.p99_ns *= low_ratio * pow(high_ratio / low_ratio, part);
            load_trial_write(run, &trial);
        }
    simulated_run_end(run);
}

static void test_speed_turns_at_the_crossover(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    write_throughput(&run, rate_like_ours, false);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "speed", CLAIM_REFUTED);
    double x, low, high;
    read_crossing(claim->condition, "active", &x, &low, &high);
    assert_between(low, 8, high);
    assert_between(6, x, 10);
    finish(&judged, &run);
}

static void test_speed_of_faster_threads(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    write_throughput(&run, rate_threads_win, false);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "speed", CLAIM_REPRODUCED);
    assert_non_null(strstr(claim->condition, "threads higher at every active from 1 to 1000"));
    finish(&judged, &run);
}

static void test_speed_is_not_judged_by_a_slow_generator(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    /* Threads are faster in one condition, slower in three, and the generator was their limit. */
    write_throughput(&run, rate_like_ours, true);
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "speed", CLAIM_UNDECIDED);
    assert_non_null(strstr(claim->figures, "3 left out"));
    finish(&judged, &run);
}

static void test_tail(void **state)
{
    (void)state;
    static const struct {
        double low_ratio; /* threads : loop at the lowest rate */
        double high_ratio;
        enum claim_verdict verdict;
    } machines[] = {
        {0.5, 0.5, CLAIM_REPRODUCED},
        {2, 2, CLAIM_REFUTED},
        {1, 1, CLAIM_REFUTED}, /* no worse is not worse */
        {0.5, 2, CLAIM_REFUTED},
    };
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        struct simulated_run run;
        struct judged judged;
        simulated_run_create(&run);
        run.noise = 0.01;
        write_latency(&run, machines[i].low_ratio, machines[i].high_ratio);
        judge(&judged, &run);
        assert_claim(&judged, "tail", machines[i].verdict);
        finish(&judged, &run);
    }
}

/* Where there is no difference and much noise, a verdict would be an error. */
static void test_tail_in_noise_is_undecided(void **state)
{
    (void)state;
    struct simulated_run run;
    unsigned decided = 0;
    simulated_run_create(&run);
    run.noise = 0.3;
    for (int i = 0; i < 50; i++) {
        struct judged judged;
        write_latency(&run, 1, 1);
        judge(&judged, &run);
        decided += find_claim(&judged, "tail")->verdict != CLAIM_UNDECIDED;
        release(&judged);
    }
    printf("  decided without a difference: %u of 50\n", decided);
    assert_in_range(decided, 0, 4);
    simulated_run_destroy(&run);
}

static void write_idle(struct simulated_run *run, double many_idle_ratio)
{
    simulated_run_begin(run, "latency.csv", LOAD_HEADER);
    for (int block = 1; block <= BLOCKS; block++)
        for (int connections = 10; connections <= 10000; connections *= 10) {
            struct load_trial trial = {
                .block = block,
                .model = "loop",
                .connections = connections,
                .active = 10,
                .offered_per_second = 10000,
                .achieved_per_second = 10000,
                .p50_ns = 1e5,
                .p99_ns = 1e6,
            };
            load_trial_write(run, &trial);
            trial.model = "threads";
            trial.p99_ns *= connections < 1000 ? 0.8 : many_idle_ratio;
            load_trial_write(run, &trial);
        }
    simulated_run_end(run);
}

static void test_idle_only(void **state)
{
    (void)state;
    static const struct {
        double many_idle_ratio;
        rate_ratio *rate;
        enum claim_verdict verdict;
    } machines[] = {
        {2, rate_threads_win, CLAIM_REPRODUCED},
        {0.8, rate_threads_win, CLAIM_REFUTED}, /* not even then */
        {2, rate_like_ours, CLAIM_REFUTED},     /* not only then */
    };
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        struct simulated_run run;
        struct judged judged;
        simulated_run_create(&run);
        write_idle(&run, machines[i].many_idle_ratio);
        write_throughput(&run, machines[i].rate, false);
        judge(&judged, &run);
        const struct claim *claim = assert_claim(&judged, "idle-only", machines[i].verdict);
        if (i == 0) {
            double x, low, high;
            read_crossing(claim->condition, "connections", &x, &low, &high);
            assert_between(100, low, x);
            assert_between(x, high, 1000);
        }
        finish(&judged, &run);
    }
}

static void test_few_hundred(void **state)
{
    (void)state;
    static const struct {
        double ratio; /* of p99 at 1,000 and 10,000 connections */
        enum claim_verdict verdict;
    } machines[] = {{2, CLAIM_REFUTED}, {40, CLAIM_REPRODUCED}, {4, CLAIM_UNDECIDED}};
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        struct simulated_run run;
        struct judged judged;
        simulated_run_create(&run);
        write_memory(&run, BLOCKS, 8000);
        write_throughput(&run, rate_like_ours, false);
        write_idle(&run, machines[i].ratio);
        judge(&judged, &run);
        assert_claim(&judged, "threads-few-hundred", machines[i].verdict);
        finish(&judged, &run);
    }
}

/* ---- control flow ---- */

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
    assert_claim(&judged, "trickiness", CLAIM_REPRODUCED);
    assert_claim(&judged, "control-flow", CLAIM_REPRODUCED);
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

static void test_blocking_library(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    simulated_run_begin(&run, "latency.csv",
                        "block,scenario,model,allocator,subject,valid,active,p99_ns");
    for (int block = 1; block <= BLOCKS; block++)
        fprintf(run.file,
                "%d,blocking,threads,libc,blocking-threads,1,10,1e6\n"
                "%d,blocking,loop,libc,blocking-loop,1,10,1e7\n",
                block, block);
    simulated_run_end(&run);
    judge(&judged, &run);
    assert_claim(&judged, "compatibility", CLAIM_REPRODUCED);
    const struct claim *claim = assert_claim(&judged, "tail", CLAIM_UNDECIDED);
    assert_string_equal(claim->figures, "not run");
    finish(&judged, &run);
}

/* ---- the file ---- */

static void test_nothing_run(void **state)
{
    (void)state;
    struct run_folder folder;
    run_folder_create(&folder);
    struct error error = {""};
    assert_int_equal(analysis_write(folder.path, 1, &error), 0);
    struct csv_table *table;
    assert_int_equal(trials_read(&table, folder.path, "claims.csv", &error), 1);
    assert_int_equal(csv_row_count(table), 11);
    for (size_t row = 0; row < csv_row_count(table); row++) {
        assert_string_equal(csv_cell(table, row, csv_column(table, "verdict")), "undecided");
        assert_string_equal(csv_cell(table, row, csv_column(table, "figures")), "not run");
    }
    csv_table_destroy(table);
    assert_int_equal(run_folder_destroy(&folder), 2); /* summary.csv, claims.csv */
}

static void assert_same_file(const struct run_folder *folder, const char *name,
                             const char *expected)
{
    char text[65536] = "";
    FILE *file = run_folder_open(folder, name, "r");
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    fclose(file);
    assert_string_equal(text, expected);
}

static void test_report_again_is_the_same(void **state)
{
    (void)state;
    struct simulated_run run;
    struct error error = {""};
    simulated_run_create(&run);
    write_throughput(&run, rate_like_ours, false);
    write_memory(&run, BLOCKS, 8000);
    assert_int_equal(analysis_write(run.folder.path, 7, &error), 0);
    char before[65536] = "";
    FILE *file = run_folder_open(&run.folder, "claims.csv", "r");
    assert_true(fread(before, 1, sizeof before - 1, file) > 0);
    fclose(file);
    assert_int_equal(analysis_write(run.folder.path, 7, &error), 0);
    assert_same_file(&run.folder, "claims.csv", before);
    simulated_run_destroy(&run);
}

static void test_bad_file_leaves_the_old_results(void **state)
{
    (void)state;
    struct run_folder folder;
    run_folder_create(&folder);
    run_folder_write(&folder, "claims.csv", "old\n");
    run_folder_write(&folder, "throughput.csv", "block,valid\n1,x\n");
    struct error error = {""};
    assert_int_equal(analysis_write(folder.path, 1, &error), -EBADMSG);
    assert_non_null(strstr(error.text, "throughput.csv:2: "));
    assert_same_file(&folder, "claims.csv", "old\n");
    assert_int_equal(run_folder_destroy(&folder), 2);
    assert_int_equal(analysis_write("/nowhere/at/all", 1, &error), -ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_of_a_machine_like_ours),
        cmocka_unit_test(test_memory_of_cheap_threads),
        cmocka_unit_test(test_few_blocks_leave_memory_undecided),
        cmocka_unit_test(test_loop_that_fails_where_threads_do_not),
        cmocka_unit_test(test_speed_turns_at_the_crossover),
        cmocka_unit_test(test_speed_of_faster_threads),
        cmocka_unit_test(test_speed_is_not_judged_by_a_slow_generator),
        cmocka_unit_test(test_tail),
        cmocka_unit_test(test_tail_in_noise_is_undecided),
        cmocka_unit_test(test_idle_only),
        cmocka_unit_test(test_few_hundred),
        cmocka_unit_test(test_flow),
        cmocka_unit_test(test_threads_that_cannot),
        cmocka_unit_test(test_blocking_library),
        cmocka_unit_test(test_nothing_run),
        cmocka_unit_test(test_report_again_is_the_same),
        cmocka_unit_test(test_bad_file_leaves_the_old_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
