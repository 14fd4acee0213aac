/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The claims about memory, and claims.csv, on machines in which they are known to hold, and known
 * not to. */
#include "analysis/analysis.h"
#include "judged_run.h"
#include "read_run.h"

#include <errno.h>

static void test_memory_of_a_machine_like_ours(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    write_memory(&run, BLOCKS, 8000);
    run_folder_write(
        &run.folder, "machine.json",
        "{\"hostname\": \"vm\", \"limits\": {\"nofile\": {\"largest_waiters\": {\"loop\": 199000}},"
        " \"ports\": {\"largest_waiters\": {\"loop\": null}},"
        " \"memory\": {\"largest_waiters\": {\"loop\": 800000}}}}");
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "memory-per-waiter", CLAIM_REPRODUCED);
    assert_non_null(strstr(claim->figures, "all in: "));
    claim = assert_claim(&judged, "memory-growth", CLAIM_REPRODUCED);
    /* 28,000 n + 0.4 MB against 4,000 n + 4 MB: threads are smaller below n = 150. */
    double x, low, high;
    read_crossing(claim->condition, "waiters,", &x, &low, &high);
    assert_between(100, low, x);
    assert_between(x, high, 1000);
    claim = assert_claim(&judged, "threads-few-hundred", CLAIM_UNDECIDED);
    assert_non_null(strstr(claim->figures, "largest count reached 25,600, all there after 5"));
    assert_non_null(strstr(claim->figures, "failed at 102,400 (pids.max)"));
    assert_non_null(strstr(claim->figures, "100 threads: all there after "));
    claim = assert_claim(&judged, "loop-unbounded", CLAIM_REPRODUCED);
    assert_non_null(strstr(claim->condition, "nofile, at 199,000"));
    finish(&judged, &run);
}

/* Who had four hundred did not fail at ten for being so many: others may have had the CPUs. */
static void test_a_failure_below_what_was_reached_is_no_bound(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    simulated_run_begin(&run, "memory.csv", MEMORY_HEADER);
    for (int block = 1; block <= BLOCKS; block++)
        for (int waiters = 10; waiters <= 640; waiters *= 2) {
            struct memory_trial trial = {block, "threads", NULL, waiters, 300, 3000, 1e5, 1e-4};
            trial.note = waiters == 10 ? "its CPU was not free" : NULL;
            memory_trial_write(&run, &trial);
            struct memory_trial loop = {block, "loop", NULL, waiters, 300, 3000, 1e5, 1e-4};
            loop.note = trial.note;
            memory_trial_write(&run, &loop);
        }
    simulated_run_end(&run);
    run_folder_write(&run.folder, "machine.json",
                     "{\"limits\": {\"nofile\": {\"largest_waiters\": {\"loop\": 199000}}}}");
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "threads-few-hundred", CLAIM_UNDECIDED);
    assert_null(strstr(claim->figures, "failed at"));
    assert_claim(&judged, "loop-unbounded", CLAIM_UNDECIDED);
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

/* As where others had the CPUs: what stops the loop, too, says nothing of threads. */
static void test_threads_that_fail_where_the_loop_does(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    for (int loop_fails = 0; loop_fails < 2; loop_fails++) {
        simulated_run_create(&run);
        simulated_run_begin(&run, "memory.csv", MEMORY_HEADER);
        for (int block = 1; block <= BLOCKS; block++) {
            struct memory_trial trial = {block, "threads", NULL, 210, 300, 3000, 1e5, 0.1};
            trial.note = "its CPU was not free";
            memory_trial_write(&run, &trial);
            struct memory_trial loop = {block, "loop", NULL, 210, 900, 9000, 1e5, 0.1};
            loop.note = loop_fails ? trial.note : NULL;
            memory_trial_write(&run, &loop);
        }
        simulated_run_end(&run);
        judge(&judged, &run);
        assert_claim(&judged, "threads-few-hundred",
                     loop_fails ? CLAIM_UNDECIDED : CLAIM_REPRODUCED);
        finish(&judged, &run);
    }
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

static void test_one_limit_stops_both(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    simulated_run_begin(&run, "memory.csv", MEMORY_HEADER);
    struct memory_trial trial = {1, "threads", NULL, 19900, 1, 1, 1, 1};
    memory_trial_write(&run, &trial);
    trial.model = "loop";
    memory_trial_write(&run, &trial);
    simulated_run_end(&run);
    run_folder_write(&run.folder, "machine.json",
                     "{\"hostname\": \"vm\", \"limits\": {\"nofile\": {\"largest_waiters\":"
                     " {\"loop\": 19900, \"threads\": 19900}}}}");
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "loop-unbounded", CLAIM_UNDECIDED);
    assert_non_null(strstr(claim->condition, "the same limit stops both"));
    assert_non_null(strstr(claim->condition, "by nofile, at 19,900"));
    assert_non_null(strstr(claim->condition, "`waitbench doctor` prints the command that lifts"));
    finish(&judged, &run);
}

/* A plan that ends at 1,000 shows no limit. */
static void test_a_plan_that_asks_for_no_more_is_no_limit(void **state)
{
    (void)state;
    struct simulated_run run;
    struct judged judged;
    simulated_run_create(&run);
    simulated_run_begin(&run, "memory.csv", MEMORY_HEADER);
    struct memory_trial trial = {1, "threads", NULL, 1000, 1, 1, 1, 1};
    memory_trial_write(&run, &trial);
    trial.model = "loop";
    memory_trial_write(&run, &trial);
    simulated_run_end(&run);
    run_folder_write(&run.folder, "machine.json",
                     "{\"hostname\": \"vm\", \"limits\": {\"nofile\": {\"largest_waiters\":"
                     " {\"loop\": 19900, \"threads\": 19900}}}}");
    judge(&judged, &run);
    const struct claim *claim = assert_claim(&judged, "loop-unbounded", CLAIM_UNDECIDED);
    assert_string_equal(claim->answer, "1,000 against 1,000, no more asked for");
    assert_null(strstr(claim->condition, "the same limit"));
    assert_non_null(strstr(claim->condition, "both would be bound here by nofile, at 19,900"));
    finish(&judged, &run);
}

static int write_analysis(const char *folder, uint64_t seed, struct error *error)
{
    struct analysis analysis;
    analysis_read(&analysis, read_run(folder), NULL, seed);
    int result = analysis_write(&analysis, error);
    analysis_finish(&analysis);
    return result;
}

static void test_nothing_run(void **state)
{
    (void)state;
    struct run_folder folder;
    run_folder_create(&folder);
    struct error error = {""};
    assert_int_equal(write_analysis(folder.path, 1, &error), 0);
    struct csv_table *table;
    assert_int_equal(read_table(&table, folder.path, "claims.csv", &error), 0);
    assert_int_equal(csv_row_count(table), 11);
    for (size_t row = 0; row < csv_row_count(table); row++) {
        assert_string_equal(csv_cell(table, row, csv_column(table, "verdict")), "undecided");
        assert_string_equal(csv_cell(table, row, csv_column(table, "figures")), "not run");
        assert_string_equal(csv_cell(table, row, csv_column(table, "pair")), "c");
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
    write_memory(&run, BLOCKS, 8000);
    assert_int_equal(write_analysis(run.folder.path, 7, &error), 0);
    char before[65536] = "";
    FILE *file = run_folder_open(&run.folder, "claims.csv", "r");
    assert_true(fread(before, 1, sizeof before - 1, file) > 0);
    fclose(file);
    assert_int_equal(write_analysis(run.folder.path, 7, &error), 0);
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
    assert_int_equal(write_analysis(folder.path, 1, &error), -EBADMSG);
    assert_non_null(strstr(error.text, "throughput.csv:2: "));
    assert_same_file(&folder, "claims.csv", "old\n");
    assert_int_equal(run_folder_destroy(&folder), 2);
    assert_int_equal(recorded_run_check(read_run("/nowhere/at/all"), &error), -ENODATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_of_a_machine_like_ours),
        cmocka_unit_test(test_a_failure_below_what_was_reached_is_no_bound),
        cmocka_unit_test(test_memory_of_cheap_threads),
        cmocka_unit_test(test_threads_that_fail_where_the_loop_does),
        cmocka_unit_test(test_few_blocks_leave_memory_undecided),
        cmocka_unit_test(test_loop_that_fails_where_threads_do_not),
        cmocka_unit_test(test_one_limit_stops_both),
        cmocka_unit_test(test_a_plan_that_asks_for_no_more_is_no_limit),
        cmocka_unit_test(test_nothing_run),
        cmocka_unit_test(test_report_again_is_the_same),
        cmocka_unit_test(test_bad_file_leaves_the_old_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
