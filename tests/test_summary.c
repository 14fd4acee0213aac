/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/summary/summary.h"
#include "read_run.h"
#include "simulated_run.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BLOCKS 10

static const struct summary_row *find_row(const struct summary *summary, const char *experiment,
                                          const char *metric, const char *model_b,
                                          const char *parameters)
{
    for (size_t i = 0; i < summary->count; i++) {
        const struct summary_row *row = &summary->rows[i];
        char *text = summary_parameters(row);
        bool found = strcmp(row->experiment->name, experiment) == 0 &&
                     strcmp(row->metric.name, metric) == 0 &&
                     strcmp(group_text(row->b, "model"), model_b) == 0 && strstr(text, parameters);
        free(text);
        if (found)
            return row;
    }
    return NULL;
}

static void assert_verdict(const struct summary_row *row, const char *verdict)
{
    assert_non_null(row);
    assert_string_equal(verdict_text(row->comparison.verdict, row->metric.kind), verdict);
}

/* Threads reach 100 k/s, the loop 200 k/s, two loops as much as threads. */
static void write_throughput(struct simulated_run *run, int blocks)
{
    static const struct {
        const char *model;
        double rate;
    } models[] = {{"threads", 100e3}, {"loop", 200e3}, {"loops", 100e3}};
    simulated_run_begin(run, "throughput.csv", LOAD_HEADER);
    for (int block = 1; block <= blocks; block++)
        for (int i = 0; i < 6; i++) {
            struct load_trial trial = {
                .block = block,
                .model = models[i % 3].model,
                .connections = i < 3 ? 100 : 1000,
                .active = i < 3 ? 100 : 1000,
                .achieved_per_second = models[i % 3].rate,
                .p50_ns = 1e8 / models[i % 3].rate,
                .p99_ns = 3e8 / models[i % 3].rate,
                .server_cpu_seconds = 1,
                .client_bound = i == 1,
            };
            load_trial_write(run, &trial);
        }
    simulated_run_end(run);
}

static void test_pairs_of_models(void **state)
{
    (void)state;
    struct simulated_run run;
    simulated_run_create(&run);
    write_throughput(&run, BLOCKS);
    struct summary summary;
    struct error error = {""};
    assert_int_equal(summary_read(&summary, read_run(run.folder.path), 1, &error), 0);
    /* 2 counts of connections, 2 pairs, and of 6 metrics those that have figures. */
    assert_int_equal(summary.count, 2 * 2 * 4);
    const struct summary_row *row =
        find_row(&summary, "throughput", "achieved", "loop", "active=100 ");
    assert_verdict(row, "slower");
    assert_int_equal(row->comparison.doubts_b.client_bound, BLOCKS);
    assert_true(row->comparison.ratio.interval.low < 0.5);
    assert_true(row->comparison.ratio.interval.high > 0.5);
    row = find_row(&summary, "throughput", "p99", "loop", "active=1000 ");
    assert_verdict(row, "slower");
    assert_int_equal(row->comparison.doubts_b.client_bound, 0);
    assert_verdict(find_row(&summary, "throughput", "achieved", "loops", "active=100 "),
                   "no difference resolved");
    assert_verdict(
        find_row(&summary, "throughput", "server_cpu_per_request", "loop", "active=100 "),
        "no difference resolved");
    summary_finish(&summary);
    simulated_run_destroy(&run);
}

static void test_few_blocks_give_no_verdict(void **state)
{
    (void)state;
    struct simulated_run run;
    simulated_run_create(&run);
    write_throughput(&run, 5);
    struct summary summary;
    struct error error = {""};
    assert_int_equal(summary_read(&summary, read_run(run.folder.path), 1, &error), 0);
    const struct summary_row *row =
        find_row(&summary, "throughput", "achieved", "loop", "active=100 ");
    assert_verdict(row, "too few blocks");
    assert_true(isnan(row->comparison.ratio.interval.low));
    assert_false(isnan(row->comparison.ratio.value));
    summary_finish(&summary);
    simulated_run_destroy(&run);
}

/* The runner looks once a millisecond: 2.0 and 2.6 ms may be the same to it, 200 and 260 not. */
static void test_spawning_is_known_to_a_millisecond(void **state)
{
    (void)state;
    struct simulated_run run;
    struct summary summary;
    struct error error = {""};
    simulated_run_create(&run);
    run.noise = 0.01;
    simulated_run_begin(&run, "memory.csv", MEMORY_HEADER);
    for (int block = 1; block <= BLOCKS; block++)
        for (int waiters = 100; waiters <= 10000; waiters *= 100)
            for (int i = 0; i < 2; i++) {
                struct memory_trial trial = {
                    .block = block,
                    .model = i == 0 ? "threads" : "loop",
                    .waiters = waiters,
                    .user_bytes = 1000,
                    .spawn_seconds = (i == 0 ? 26e-6 : 20e-6) * waiters,
                };
                memory_trial_write(&run, &trial);
            }
    simulated_run_end(&run);
    assert_int_equal(summary_read(&summary, read_run(run.folder.path), 1, &error), 0);
    assert_verdict(find_row(&summary, "memory", "spawn", "loop", "waiters_requested=100 "),
                   "no difference resolved");
    assert_verdict(find_row(&summary, "memory", "spawn", "loop", "waiters_requested=10000 "),
                   "slower");
    summary_finish(&summary);
    simulated_run_destroy(&run);
}

static void test_golden_memory(void **state)
{
    (void)state;
    struct summary summary;
    struct error error = {""};
    assert_int_equal(summary_read(&summary, read_run(GOLDEN "/six-blocks"), 42, &error), 0);
    /* Both stacks against the loop with jemalloc, and one pair with libc; at 4 N. */
    assert_int_equal(summary.count, 3 * 4 * 9);
    assert_verdict(find_row(&summary, "memory", "user", "loop", "waiters_requested=10000"),
                   "larger");
    assert_verdict(find_row(&summary, "memory", "spawn", "loop", "waiters_requested=10000"),
                   "slower");
    const struct summary_row *row =
        find_row(&summary, "memory", "total", "loop", "stack_bytes=65536");
    assert_non_null(row);
    assert_string_equal(group_text(row->a, "allocator"), "jemalloc");
    size_t short_of_a_block = 0;
    for (size_t i = 0; i < summary.count; i++)
        short_of_a_block += summary.rows[i].comparison.ratio.blocks == 5;
    assert_int_equal(short_of_a_block, 9); /* one failed trial, in each metric of its pair */
    summary_finish(&summary);
}

static void test_flow_pairs_by_metric_and_parameters(void **state)
{
    (void)state;
    struct simulated_run run;
    simulated_run_create(&run);
    simulated_run_begin(&run, "flow.csv", FLOW_HEADER);
    for (int block = 1; block <= BLOCKS; block++)
        for (int workers = 1; workers <= 10; workers *= 10) {
            struct flow_trial trial = {
                block, "futures", "threads", "handoff_p50_ns", "ns", workers, 20e3, false,
            };
            flow_trial_write(&run, &trial);
            trial.model = "loop";
            trial.value = workers == 1 ? 500 : 30e3;
            flow_trial_write(&run, &trial);
            trial.metric = "only_the_loop_bytes";
            trial.unit = "bytes";
            flow_trial_write(&run, &trial);
            trial.metric = "handoff_samples_count";
            trial.unit = "count";
            flow_trial_write(&run, &trial);
            trial.model = "threads";
            flow_trial_write(&run, &trial);
        }
    simulated_run_end(&run);
    struct summary summary;
    struct error error = {""};
    assert_int_equal(summary_read(&summary, read_run(run.folder.path), 1, &error), 0);
    assert_int_equal(summary.count, 2);
    assert_verdict(find_row(&summary, "flow", "handoff_p50_ns", "loop", "workers=10"), "faster");
    assert_verdict(&summary.rows[0], "slower");
    summary_finish(&summary);
    simulated_run_destroy(&run);
}

static void test_foreign_subject_meets_ours(void **state)
{
    (void)state;
    struct run_folder folder;
    run_folder_create(&folder);
    run_folder_write(&folder, "memory.csv",
                     "block,scenario,model,allocator,subject,valid,waiters_requested,total_bytes\n"
                     "1,echo,loop,libc,echo-loop-libc,1,100,2000\n"
                     "1,echo,,,mine,1,100,4000\n"
                     "1,echo,sockets,libc,echo-sockets-libc,1,100,1000\n");
    struct summary summary;
    struct error error = {""};
    assert_int_equal(summary_read(&summary, read_run(folder.path), 1, &error), 0);
    assert_int_equal(summary.count, 1);
    assert_string_equal(group_text(summary.rows[0].a, "subject"), "mine");
    assert_true(summary.rows[0].comparison.ratio.value == 2);
    summary_finish(&summary);
    run_folder_destroy(&folder);
}

static void test_summary_is_written(void **state)
{
    (void)state;
    struct simulated_run run;
    simulated_run_create(&run);
    write_throughput(&run, BLOCKS);
    struct summary summary;
    struct error error = {""};
    assert_int_equal(summary_read(&summary, read_run(run.folder.path), 1, &error), 0);
    assert_int_equal(summary_write(&summary, run.folder.path, &error), 0);
    struct csv_table *table;
    assert_int_equal(read_table(&table, run.folder.path, "summary.csv", &error), 0);
    assert_int_equal(csv_row_count(table), summary.count);
    assert_string_equal(csv_cell(table, 0, csv_column(table, "arm_a")), "echo-threads");
    assert_string_equal(csv_cell(table, 0, csv_column(table, "verdict")), "slower");
    assert_string_equal(csv_cell(table, 0, csv_column(table, "parameters")),
                        "connections=100 active=100 idle=0 payload_bytes=64 work_cpu_us=0 "
                        "arrivals=closed");
    csv_table_destroy(table);
    summary_finish(&summary);
    simulated_run_destroy(&run);
}

static void test_empty_run(void **state)
{
    (void)state;
    struct run_folder folder;
    run_folder_create(&folder);
    struct summary summary;
    struct error error = {""};
    assert_int_equal(summary_read(&summary, read_run(folder.path), 1, &error), 0);
    assert_int_equal(summary.count, 0);
    assert_int_equal(summary_write(&summary, folder.path, &error), 0);
    summary_finish(&summary);
    assert_int_equal(run_folder_destroy(&folder), 1);
}

static void test_bad_number_names_file_and_line(void **state)
{
    (void)state;
    struct run_folder folder;
    run_folder_create(&folder);
    run_folder_write(&folder, "latency.csv",
                     "block,scenario,model,subject,valid,active,p99_ns\n"
                     "1,echo,threads,echo-threads,1,1,100\n"
                     "1,echo,loop,echo-loop,1,1,1e\n");
    struct summary summary;
    struct error error = {""};
    assert_int_equal(summary_read(&summary, read_run(folder.path), 1, &error), -EBADMSG);
    assert_non_null(strstr(error.text, "latency.csv:3: column p99_ns: '1e'"));
    run_folder_destroy(&folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs_of_models),
        cmocka_unit_test(test_few_blocks_give_no_verdict),
        cmocka_unit_test(test_spawning_is_known_to_a_millisecond),
        cmocka_unit_test(test_golden_memory),
        cmocka_unit_test(test_flow_pairs_by_metric_and_parameters),
        cmocka_unit_test(test_foreign_subject_meets_ours),
        cmocka_unit_test(test_summary_is_written),
        cmocka_unit_test(test_empty_run),
        cmocka_unit_test(test_bad_number_names_file_and_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
