/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/csv.h"
#include "report/charts.h"
#include "report/line_chart.h"
#include "report/trial_charts.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

/* A run folder of the test's own, in *state. */
static int make_run(void **state)
{
    char path[] = "/tmp/waitbench-report-XXXXXX";
    if (!mkdtemp(path))
        return -1;
    *state = strdup(path);
    return *state ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int remove_run(void **state)
{
    int result = nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return result;
}

static void path_in(char *path, const char *run_dir, const char *name)
{
    snprintf(path, PATH_MAX, "%s/%s", run_dir, name);
}

static void write_file(const char *run_dir, const char *name, const char *text)
{
    char path[PATH_MAX];
    path_in(path, run_dir, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static bool exists(const char *run_dir, const char *name)
{
    char path[PATH_MAX];
    path_in(path, run_dir, name);
    return access(path, F_OK) == 0;
}

static const struct chart *chart_named(const char *name)
{
    const struct chart *chart = charts;
    while (chart->name && strcmp(chart->name, name) != 0)
        chart++;
    assert_non_null(chart->name);
    return chart;
}

static void read_chart(struct csv_table **table, const char *run_dir, const char *name)
{
    char path[PATH_MAX];
    struct error error = {{0}};
    path_in(path, run_dir, name);
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
    struct error error = {{0}};
    write_file(*state, "memory.csv",
               MEMORY_HEADER "1,loop,jemalloc,echo-loop,1,100,,0,70,7\n"
                             "1,threads,jemalloc,echo-threads,1,100,65536,0,900,90\n"
                             "1,threads,jemalloc,echo-threads,1,100,,0,1000,300\n"
                             "2,threads,jemalloc,echo-threads,1,100,,0,3000,100\n"
                             "3,threads,jemalloc,echo-threads,1,100,,0,2000,200\n"
                             "3,threads,jemalloc,echo-threads,0,100,,0,99000,9\n"
                             "3,threads,jemalloc,echo-threads,1,100,,1,99000,9\n"
                             "3,threads,libc,echo-threads-libc,1,100,,0,99000,9\n"
                             "1,threads,jemalloc,echo-threads,1,20,,0,1,1\n");
    assert_int_equal(line_chart_write(&chart_memory_growth, *state, &error), 0);
    struct csv_table *chart = NULL;
    read_chart(&chart, *state, "charts/memory-growth.csv");
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
    struct error error = {{0}};
    write_file(*state, "memory.csv",
               MEMORY_HEADER "1,threads,,\"my, \"\"server\"\"\",1,100,,0,10,1\n"
                             "1,,,another,1,100,,0,20,2\n"
                             "1,loop,jemalloc,echo-loop,1,100,,0,30,3\n");
    assert_int_equal(line_chart_write(&chart_memory_growth, *state, &error), 0);
    struct csv_table *chart = NULL;
    read_chart(&chart, *state, "charts/memory-growth.csv");
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
    struct error error = {{0}};
    write_file(*state, "memory.csv",
               "scenario,model,allocator,subject,valid,waiters_requested,total_bytes\n"
               "echo,threads,,tokio-threads,1,100,1\n"
               "echo,loops,libc,echo-loop-libc,1,100,2\n"
               "echo,loop,libc,echo-loop-libc,1,100,3\n");
    assert_int_equal(line_chart_write(&chart_memory_growth, *state, &error), 0);
    struct csv_table *chart = NULL;
    read_chart(&chart, *state, "charts/memory-growth.csv");
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
    struct error error = {{0}};
    write_file(*state, "memory.csv", MEMORY_HEADER "1,loop,jemalloc,echo-loop,1,100,,0,many,7\n");
    assert_int_equal(line_chart_write(&chart_memory_growth, *state, &error), -EBADMSG);
    assert_non_null(strstr(error.text, "memory.csv:2: column total_bytes"));
}

#define SPECTRUM_HEADER \
    "model,subject,valid,active,idle,work_cpu_us,offered_per_second,quantile,latency_ns\n"

static void test_spectrum_keeps_the_lowest_and_the_highest_rate_and_work(void **state)
{
    struct error error = {{0}};
    write_file(*state, "machine.json",
               "{\"hostname\": \"synthetic\", \"calibration\": {\"round_trip_p50_ns\": 21500}}");
    write_file(*state, "latency-spectrum.csv",
               SPECTRUM_HEADER "loop,echo-loop,1,100,0,0,5000,0.5,50\n"
                               "loop,echo-loop,1,100,0,0,5000,0.99,60\n"
                               "loop,echo-loop,1,100,0,0,20000,0.5,70\n"
                               "loop,echo-loop,1,100,0,0,50000,0.5,80\n"
                               "loop,echo-loop,1,100,900,0,90000,0.5,90\n"
                               "loop,echo-loop,1,100,0,20,3000,0.5,100\n");
    assert_int_equal(line_chart_write(&chart_latency_spectrum, *state, &error), 0);
    struct csv_table *chart = NULL;
    read_chart(&chart, *state, "charts/latency-spectrum.csv");
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
    struct error error = {{0}};
    write_file(*state, "latency.csv",
               "model,subject,valid,active,idle,work_cpu_us,offered_per_second,p50_ns\n"
               "loop,echo-loop,1,100,0,0,5000,10\n"
               "loop,echo-loop,1,100,0,0,20000,20\n"
               "loop,echo-loop,1,100,0,20,20000,30\n"
               "loop,echo-loop,1,100,1000,0,20000,40\n");
    assert_int_equal(line_chart_write(&chart_latency_idle, *state, &error), 0);
    struct csv_table *chart = NULL;
    read_chart(&chart, *state, "charts/latency-idle.csv");
    assert_int_equal(csv_row_count(chart), 2);
    assert_near(number(chart, 0, "p50_median_ns"), 20);
    assert_near(number(chart, 1, "idle"), 1000);
    csv_table_destroy(chart);
}

static void test_flow_turns_units_and_rates_into_time(void **state)
{
    struct error error = {{0}};
    write_file(*state, "flow.csv",
               "scenario,model,subject,valid,metric,unit,value,workers\n"
               "nursery,threads,nursery-threads,1,scope,us,3,4\n"
               "nursery,threads,nursery-threads,0,scope,us,99,4\n"
               "counter,loop,counter-loop,1,lost,count,7,4\n"
               "executor,loop,executor-loop,1,tasks_per_second,per_second,2000000,4\n"
               "executor,loop,executor-loop,1,tasks_per_second,per_second,1000000,8\n");
    assert_int_equal(chart_named("flow")->write(*state, &error), 0);
    struct csv_table *chart = NULL;
    read_chart(&chart, *state, "charts/flow.csv");
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
    struct error error = {{0}};
    write_file(*state, "memory-per-waiter.csv",
               "subject,model,allocator,stack_bytes,warm,component,bytes_per_waiter,ci_low,ci_high,"
               "blocks\n"
               "echo-loop,loop,jemalloc,,0,total,300,290,310,6\n"
               "echo-threads,threads,jemalloc,,1,user,12000,,,6\n"
               "echo-threads,threads,jemalloc,,1,heap,400,,,6\n"
               "echo-threads,threads,jemalloc,,1,total,28000,27000,29000,6\n"
               "echo-threads,threads,jemalloc,,1,charged,28100,,,6\n"
               "echo-sockets,sockets,jemalloc,,0,user,5,,,6\n");
    assert_int_equal(chart_named("memory-bill")->write(*state, &error), 0);
    struct csv_table *chart = NULL;
    read_chart(&chart, *state, "charts/memory-bill.csv");
    assert_int_equal(csv_row_count(chart), 2);
    assert_string_equal(text(chart, 0, "label"), "threads · warm");
    assert_near(number(chart, 0, "user_bytes"), 12000);
    assert_near(number(chart, 0, "total_ci_high_bytes"), 29000);
    assert_near(number(chart, 0, "charged_bytes"), 28100);
    assert_string_equal(text(chart, 0, "kernel_stack_bytes"), "");
    assert_near(number(chart, 1, "position"), 2.6);
    csv_table_destroy(chart);
}

static void test_a_run_without_trials_has_no_charts_and_says_why(void **state)
{
    struct error error = {{0}};
    for (const struct chart *chart = charts; chart->name; chart++)
        assert_int_equal(chart_draw(chart, *state, &error), -ENODATA);
    assert_false(exists(*state, "charts"));
    assert_int_equal(chart_draw(chart_named("throughput"), *state, &error), -ENODATA);
    assert_string_equal(error.text, "the run has no throughput.csv");
    write_file(*state, "memory.csv", MEMORY_HEADER "1,loop,jemalloc,echo-loop,0,100,,0,70,7\n");
    assert_int_equal(chart_draw(chart_named("memory-growth"), *state, &error), -ENODATA);
    assert_non_null(strstr(error.text, "no valid row"));
}

static void test_a_script_that_fails_leaves_no_picture(void **state)
{
    struct error error = {{0}};
    write_file(*state, "memory.csv", MEMORY_HEADER "1,loop,jemalloc,echo-loop,1,100,,0,70,7\n");
    write_file(*state, "memory-growth.gp",
               "set terminal svg\nset output ARG2\nplot x\nset nonsense\n");
    assert_int_equal(setenv("WAITBENCH_PLOTS", *state, 1), 0);
    assert_int_equal(chart_draw(chart_named("memory-growth"), *state, &error), -EIO);
    assert_int_equal(unsetenv("WAITBENCH_PLOTS"), 0);
    assert_non_null(strstr(error.text, "gnuplot failed: "));
    assert_non_null(strstr(error.text, "line 4"));
    assert_null(strchr(error.text, '\n'));
    assert_false(exists(*state, "charts/memory-growth.svg"));
    assert_false(exists(*state, "charts/memory-growth.new.svg"));
}

static void test_a_missing_gnuplot_is_named(void **state)
{
    struct error error = {{0}};
    char *path = strdup(getenv("PATH"));
    write_file(*state, "memory.csv", MEMORY_HEADER "1,loop,jemalloc,echo-loop,1,100,,0,70,7\n");
    assert_int_equal(setenv("PATH", *state, 1), 0);
    int result = chart_draw(chart_named("memory-growth"), *state, &error);
    assert_int_equal(setenv("PATH", path, 1), 0);
    free(path);
    assert_int_equal(result, -ENOENT);
    assert_non_null(strstr(error.text, "gnuplot is not installed"));
    assert_true(exists(*state, "charts/memory-growth.csv"));
}

#define WITH_RUN(test) cmocka_unit_test_setup_teardown(test, make_run, remove_run)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RUN(test_growth_takes_medians_of_valid_cold_rows),
        WITH_RUN(test_foreign_subjects_come_last_in_colors_of_their_own),
        WITH_RUN(test_a_number_that_is_none_is_named),
        WITH_RUN(test_loops_is_ours_and_a_foreign_name_may_look_like_ours),
        WITH_RUN(test_spectrum_keeps_the_lowest_and_the_highest_rate_and_work),
        WITH_RUN(test_idle_keeps_what_differs_in_sleepers_only),
        WITH_RUN(test_flow_turns_units_and_rates_into_time),
        WITH_RUN(test_bill_puts_components_side_by_side),
        WITH_RUN(test_a_run_without_trials_has_no_charts_and_says_why),
        WITH_RUN(test_a_script_that_fails_leaves_no_picture),
        WITH_RUN(test_a_missing_gnuplot_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
