/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/csv.h"
#include "report/line_chart.h"
#include "report/load_charts.h"
#include "report/trial_charts.h"

#include "chart_run.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void read_chart(struct csv_table **table, const struct run_folder *folder, const char *name)
{
    char path[PATH_MAX];
    struct error error = {{0}};
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    if (csv_read(table, path, &error) < 0)
        fail_msg("%s", error.text);
}

static double number(const struct csv_table *table, size_t row, const char *column)
{
    double value = NAN;
    struct error error = {{0}};
    assert_true(csv_column(table, column) >= 0);
    assert_int_equal(csv_number(table, row, csv_column(table, column), &value, &error), 1);
    return value;
}

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) < 1e-9))
        fail_msg("%g where %g was expected", value, expected);
}

static const char *text(const struct csv_table *table, size_t row, const char *column)
{
    assert_true(csv_column(table, column) >= 0);
    return csv_cell(table, row, csv_column(table, column));
}

#define MEMORY_HEADER                                                                              \
    "block,model,allocator,subject,valid,waiters_requested,stack_bytes,warm,total_bytes,rss_bytes" \
    "\n"

static void test_growth_takes_medians_of_valid_cold_rows(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    run_folder_write(folder, "memory.csv",
                     MEMORY_HEADER "1,loop,jemalloc,echo-loop,1,100,,0,70,7\n"
                                   "1,threads,jemalloc,echo-threads,1,100,65536,0,900,90\n"
                                   "1,threads,jemalloc,echo-threads,1,100,,0,1000,300\n"
                                   "2,threads,jemalloc,echo-threads,1,100,,0,3000,100\n"
                                   "3,threads,jemalloc,echo-threads,1,100,,0,2000,200\n"
                                   "3,threads,jemalloc,echo-threads,0,100,,0,99000,9\n"
                                   "3,threads,jemalloc,echo-threads,1,100,,1,99000,9\n"
                                   "3,threads,libc,echo-threads-libc,1,100,,0,99000,9\n"
                                   "1,threads,jemalloc,echo-threads,1,20,,0,1,1\n");
    assert_int_equal(line_chart_write(&chart_memory_growth, folder->path, &error), 0);
    struct csv_table *chart = NULL;
    read_chart(&chart, folder, "charts/memory-growth.csv");
    assert_int_equal(csv_row_count(chart), 4);
    assert_string_equal(text(chart, 0, "label"), "threads · default stack");
    assert_near(number(chart, 0, "waiters_requested"), 20);
    assert_near(number(chart, 1, "total_median_bytes"), 2000);
    assert_near(number(chart, 1, "resident_median_bytes"), 200);
    assert_near(number(chart, 1, "blocks"), 3);
    assert_string_equal(text(chart, 1, "total_ci_low_bytes"), "");
    assert_string_equal(text(chart, 2, "label"), "threads · 64 KiB stack");
    assert_string_equal(text(chart, 2, "color"), "threads");
    assert_near(number(chart, 2, "variant"), 1);
    assert_string_equal(text(chart, 3, "color"), "loop");
    assert_near(number(chart, 3, "series"), 3);
    csv_table_destroy(chart);
}

static void test_foreign_subjects_come_last_in_colors_of_their_own(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    run_folder_write(folder, "memory.csv",
                     MEMORY_HEADER "1,threads,,\"my, \"\"server\"\"\",1,100,,0,10,1\n"
                                   "1,,,another,1,100,,0,20,2\n"
                                   "1,loop,jemalloc,echo-loop,1,100,,0,30,3\n");
    assert_int_equal(line_chart_write(&chart_memory_growth, folder->path, &error), 0);
    struct csv_table *chart = NULL;
    read_chart(&chart, folder, "charts/memory-growth.csv");
    assert_int_equal(csv_row_count(chart), 3);
    assert_string_equal(text(chart, 0, "label"), "loop");
    assert_string_equal(text(chart, 1, "label"), "another");
    assert_string_equal(text(chart, 1, "color"), "other1");
    assert_string_equal(text(chart, 2, "label"), "my   server ");
    assert_string_equal(text(chart, 2, "color"), "other2");
    csv_table_destroy(chart);
}

static void test_loops_is_ours_and_a_foreign_name_may_look_like_ours(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    run_folder_write(folder, "memory.csv",
                     "scenario,model,allocator,subject,valid,waiters_requested,total_bytes\n"
                     ",threads,,tokio-threads,1,100,1\n"
                     "echo,loops,libc,echo-loop-libc,1,100,2\n"
                     "echo,loop,libc,echo-loop-libc,1,100,3\n");
    assert_int_equal(line_chart_write(&chart_memory_growth, folder->path, &error), 0);
    struct csv_table *chart = NULL;
    read_chart(&chart, folder, "charts/memory-growth.csv");
    assert_int_equal(csv_row_count(chart), 3);
    assert_string_equal(text(chart, 0, "label"), "loop · libc");
    assert_string_equal(text(chart, 1, "label"), "loops · libc");
    assert_string_equal(text(chart, 1, "color"), "loops");
    assert_string_equal(text(chart, 2, "label"), "tokio-threads");
    assert_string_equal(text(chart, 2, "color"), "other1");
    csv_table_destroy(chart);
}

static void test_a_number_that_is_none_is_named(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    run_folder_write(folder, "memory.csv",
                     MEMORY_HEADER "1,loop,jemalloc,echo-loop,1,100,,0,many,7\n");
    assert_int_equal(line_chart_write(&chart_memory_growth, folder->path, &error), -EBADMSG);
    assert_non_null(strstr(error.text, "memory.csv:2: column total_bytes"));
}

#define SPECTRUM_HEADER \
    "model,subject,valid,active,idle,work_cpu_us,offered_per_second,quantile,latency_ns\n"

static void test_spectrum_keeps_the_lowest_and_the_highest_rate_and_work(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    run_folder_write(
        folder, "machine.json",
        "{\"hostname\": \"synthetic\", \"calibration\": {\"round_trip_p50_ns\": 21500}}");
    run_folder_write(folder, "latency-spectrum.csv",
                     SPECTRUM_HEADER "loop,echo-loop,1,100,0,0,5000,0.5,50\n"
                                     "loop,echo-loop,1,100,0,0,5000,0.99,60\n"
                                     "loop,echo-loop,1,100,0,0,20000,0.5,70\n"
                                     "loop,echo-loop,1,100,0,0,50000,0.5,80\n"
                                     "loop,echo-loop,1,100,900,0,90000,0.5,90\n"
                                     "loop,echo-loop,1,100,0,20,3000,0.5,100\n");
    assert_int_equal(line_chart_write(&chart_latency_spectrum, folder->path, &error), 0);
    struct csv_table *chart = NULL;
    read_chart(&chart, folder, "charts/latency-spectrum.csv");
    assert_int_equal(csv_row_count(chart), 4);
    assert_near(number(chart, 0, "panel"), 1);
    assert_near(number(chart, 1, "latency_median_ns"), 60);
    assert_near(number(chart, 1, "floor_ns"), 21500);
    assert_near(number(chart, 2, "panel"), 2);
    assert_near(number(chart, 2, "offered_per_second"), 50000);
    assert_near(number(chart, 3, "panel"), 3);
    assert_near(number(chart, 3, "latency_median_ns"), 100);
    csv_table_destroy(chart);
}

static void test_idle_keeps_what_differs_in_sleepers_only(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    run_folder_write(folder, "latency.csv",
                     "model,subject,valid,active,idle,work_cpu_us,offered_per_second,p50_ns\n"
                     "loop,echo-loop,1,100,0,0,5000,10\n"
                     "loop,echo-loop,1,100,0,0,20000,20\n"
                     "loop,echo-loop,1,100,0,20,20000,30\n"
                     "loop,echo-loop,1,100,1000,0,20000,40\n");
    assert_int_equal(line_chart_write(&chart_latency_idle, folder->path, &error), 0);
    struct csv_table *chart = NULL;
    read_chart(&chart, folder, "charts/latency-idle.csv");
    assert_int_equal(csv_row_count(chart), 2);
    assert_near(number(chart, 0, "p50_median_ns"), 20);
    assert_near(number(chart, 1, "idle"), 1000);
    csv_table_destroy(chart);
}

static void test_flow_turns_units_and_rates_into_time(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    run_folder_write(folder, "flow.csv",
                     "scenario,model,subject,valid,metric,unit,value,workers\n"
                     "nursery,threads,nursery-threads,1,scope,us,3,4\n"
                     "nursery,threads,nursery-threads,0,scope,us,99,4\n"
                     "counter,loop,counter-loop,1,lost,count,7,4\n"
                     "executor,loop,executor-loop,1,tasks_per_second,per_second,2000000,4\n"
                     "executor,loop,executor-loop,1,tasks_per_second,per_second,1000000,8\n");
    assert_int_equal(chart_named("flow")->write(folder->path, &error), 0);
    struct csv_table *chart = NULL;
    read_chart(&chart, folder, "charts/flow.csv");
    assert_int_equal(csv_row_count(chart), 3);
    assert_string_equal(text(chart, 0, "row_label"), "executor: tasks (each) · workers 4");
    assert_near(number(chart, 0, "time_median_ns"), 500);
    assert_near(number(chart, 1, "time_median_ns"), 1000);
    assert_near(number(chart, 1, "position"), 2);
    assert_string_equal(text(chart, 2, "row_label"), "nursery: scope");
    assert_near(number(chart, 2, "time_median_ns"), 3000);
    assert_near(number(chart, 2, "position"), 3.6);
    csv_table_destroy(chart);
}

static void test_bill_puts_components_side_by_side(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    run_folder_write(
        folder, "memory-per-waiter.csv",
        "subject,model,allocator,stack_bytes,warm,component,bytes_per_waiter,ci_low,ci_high,"
        "blocks\n"
        "echo-loop,loop,jemalloc,,0,total,300,290,310,6\n"
        "echo-threads,threads,jemalloc,,1,user,12000,,,6\n"
        "echo-threads,threads,jemalloc,,1,heap,400,,,6\n"
        "echo-threads,threads,jemalloc,,1,total,28000,27000,29000,6\n"
        "echo-threads,threads,jemalloc,,1,charged,28100,,,6\n"
        "echo-sockets,sockets,jemalloc,,0,user,5,,,6\n");
    assert_int_equal(chart_named("memory-bill")->write(folder->path, &error), 0);
    struct csv_table *chart = NULL;
    read_chart(&chart, folder, "charts/memory-bill.csv");
    assert_int_equal(csv_row_count(chart), 2);
    assert_string_equal(text(chart, 0, "label"), "threads · warm");
    assert_near(number(chart, 0, "user_bytes"), 12000);
    assert_near(number(chart, 0, "total_ci_high_bytes"), 29000);
    assert_near(number(chart, 0, "charged_bytes"), 28100);
    assert_string_equal(text(chart, 0, "kernel_stack_bytes"), "");
    assert_near(number(chart, 1, "position"), 2.6);
    csv_table_destroy(chart);
}

#define WITH_RUN(test) cmocka_unit_test_setup_teardown(test, make_run, remove_run)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RUN(test_growth_takes_medians_of_valid_cold_rows),
        WITH_RUN(test_foreign_subjects_come_last_in_colors_of_their_own),
        WITH_RUN(test_loops_is_ours_and_a_foreign_name_may_look_like_ours),
        WITH_RUN(test_a_number_that_is_none_is_named),
        WITH_RUN(test_spectrum_keeps_the_lowest_and_the_highest_rate_and_work),
        WITH_RUN(test_idle_keeps_what_differs_in_sleepers_only),
        WITH_RUN(test_flow_turns_units_and_rates_into_time),
        WITH_RUN(test_bill_puts_components_side_by_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
