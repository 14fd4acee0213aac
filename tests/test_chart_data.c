/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/csv.h"
#include "report/charts/line_chart.h"
#include "report/charts/load_charts.h"
#include "report/charts/trial_charts.h"

#include "chart_run.h"
#include "read_run.h"

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
    assert_int_equal(
        line_chart_write(&chart_memory_growth, read_run(folder->path), NULL, folder->path, &error),
        0);
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
    assert_int_equal(
        line_chart_write(&chart_memory_growth, read_run(folder->path), NULL, folder->path, &error),
        0);
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
    assert_int_equal(
        line_chart_write(&chart_memory_growth, read_run(folder->path), NULL, folder->path, &error),
        0);
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
    assert_int_equal(
        line_chart_write(&chart_memory_growth, read_run(folder->path), NULL, folder->path, &error),
        -EBADMSG);
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
    assert_int_equal(line_chart_write(&chart_latency_spectrum, read_run(folder->path), NULL,
                                      folder->path, &error),
                     0);
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
    assert_int_equal(
        line_chart_write(&chart_latency_idle, read_run(folder->path), NULL, folder->path, &error),
        0);
    struct csv_table *chart = NULL;
    read_chart(&chart, folder, "charts/latency-idle.csv");
    assert_int_equal(csv_row_count(chart), 2);
    assert_near(number(chart, 0, "p50_median_ns"), 20);
    assert_near(number(chart, 1, "idle"), 1000);
    csv_table_destroy(chart);
}

#define LATENCY_HEADER                                                                            \
    "block,model,subject,valid,active,idle,payload_bytes,rate_basis,offered_per_second,"          \
    "capacity_share,work_cpu_us,work_slow_us,work_slow_every,requests_per_connection,overloaded," \
    "p50_ns,p99_ns,excursions_p99\n"

/* Two kinds of load that meet in one rate, and a trial of six that was overloaded. */
static const char latency_rows[] = LATENCY_HEADER
    "0,loop,echo-loop,1,100,0,64,equal_rate,5000,0.5,0,0,0,0,0,10,,3\n"
    "1,loop,echo-loop,1,100,0,64,equal_rate,5000,0.5,0,0,0,0,1,30,,3\n"
    "0,loop,echo-loop,1,100,0,64,equal_utilisation,5000,0.5,0,0,0,0,0,90,900,30\n"
    "0,threads,echo-threads,1,100,0,64,equal_utilisation,4000,0.5,0,0,0,0,0,95,950,30\n"
    "0,loop,echo-loop,1,100,0,16384,equal_rate,5000,0.5,0,0,0,0,0,50,500,30\n"
    "0,loop,echo-loop,1,100,0,64,equal_rate,5000,0.5,5,20000,1000,0,0,60,600,30\n"
    "0,loop,echo-loop,1,100,0,64,equal_rate,5000,0.5,0,0,0,1,0,70,700,30\n"
    "0,loop,echo-loop,1,100,1000,64,equal_rate,5000,0.5,0,0,0,0,0,80,800,30\n"
    "0,loop,echo-loop,1,300,0,64,equal_rate,5000,0.5,0,0,0,0,0,85,850,30\n"
    "0,loop,echo-loop,1,300,0,64,equal_rate,6000,0.6,0,0,0,0,0,86,860,30\n";

static struct csv_table *write_latency_chart(const struct run_folder *folder,
                                             const struct line_chart *chart)
{
    char name[64];
    struct csv_table *table = NULL;
    struct error error = {{0}};
    run_folder_write(folder, "latency.csv", latency_rows);
    if (line_chart_write(chart, read_run(folder->path), NULL, folder->path, &error) < 0)
        fail_msg("%s", error.text);
    snprintf(name, sizeof name, "charts/%s.csv", chart->name);
    read_chart(&table, folder, name);
    return table;
}

static void test_a_curve_over_load_joins_only_light_rows_at_equal_rates(void **state)
{
    struct csv_table *chart = write_latency_chart(*state, &chart_latency_load);
    assert_int_equal(csv_row_count(chart), 1);
    assert_near(number(chart, 0, "p50_median_ns"), 20);
    assert_near(number(chart, 0, "blocks"), 2);
    assert_near(number(chart, 0, "overloaded_trials"), 1);
    assert_string_equal(text(chart, 0, "p99_median_ns"), "");
    assert_near(number(chart, 0, "p99_trials"), 0);
    assert_near(number(chart, 0, "excursions_p99_median_count"), 3);
    csv_table_destroy(chart);
}

static void test_equal_utilisation_pairs_arms_by_their_share(void **state)
{
    struct csv_table *chart = write_latency_chart(*state, &chart_latency_utilisation);
    assert_int_equal(csv_row_count(chart), 2);
    assert_string_equal(text(chart, 0, "label"), "threads");
    assert_near(number(chart, 0, "capacity_share"), 0.5);
    assert_near(number(chart, 0, "offered_median_per_second"), 4000);
    assert_near(number(chart, 1, "capacity_share"), 0.5);
    assert_near(number(chart, 1, "offered_median_per_second"), 5000);
    csv_table_destroy(chart);
}

static void test_kinds_of_work_have_lines_of_their_own(void **state)
{
    static const char *const labels[] = {
        "no work",
        "1 in 1000 takes 20 ms more",
        "16 KiB payload",
        "a new connection each time",
    };
    struct csv_table *chart = write_latency_chart(*state, &chart_latency_work);
    assert_int_equal(csv_row_count(chart), 4);
    for (size_t row = 0; row < 4; row++) {
        assert_near(number(chart, row, "panel"), (double)row + 1);
        assert_string_equal(text(chart, row, "row_label"), labels[row]);
    }
    assert_near(number(chart, 1, "p99_median_ns"), 600);
    csv_table_destroy(chart);
}

static void test_active_takes_the_rate_that_most_numbers_of_connections_have(void **state)
{
    struct csv_table *chart = write_latency_chart(*state, &chart_latency_active);
    assert_int_equal(csv_row_count(chart), 2);
    assert_near(number(chart, 0, "active"), 100);
    assert_near(number(chart, 1, "active"), 300);
    assert_near(number(chart, 1, "p50_median_ns"), 85);
    csv_table_destroy(chart);
}

static void test_sleepers_are_beside_rows_of_the_same_kind(void **state)
{
    struct csv_table *chart = write_latency_chart(*state, &chart_latency_idle);
    assert_int_equal(csv_row_count(chart), 2);
    assert_near(number(chart, 0, "idle"), 0);
    assert_near(number(chart, 0, "p50_median_ns"), 20);
    assert_near(number(chart, 1, "p50_median_ns"), 80);
    csv_table_destroy(chart);
}

static void test_one_kind_of_work_is_no_chart_of_kinds(void **state)
{
    struct error error = {{0}};
    run_folder_write(*state, "latency.csv",
                     LATENCY_HEADER "0,loop,echo-loop,1,100,0,64,,5000,0.5,0,0,0,0,,10,20,30\n");
    const struct run_folder *folder = *state;
    assert_int_equal(
        line_chart_write(&chart_latency_work, read_run(folder->path), NULL, folder->path, &error),
        -ENODATA);
    assert_string_equal(error.text, "latency.csv has one kind of work only");
    assert_int_equal(
        line_chart_write(&chart_latency_active, read_run(folder->path), NULL, folder->path, &error),
        -ENODATA);
    assert_int_equal(line_chart_write(&chart_latency_utilisation, read_run(folder->path), NULL,
                                      folder->path, &error),
                     -ENODATA);
    assert_int_equal(
        line_chart_write(&chart_latency_load, read_run(folder->path), NULL, folder->path, &error),
        0);
}

static void test_throughput_leaves_other_kinds_to_their_chart(void **state)
{
    const struct run_folder *folder = *state;
    struct csv_table *chart = NULL;
    struct error error = {{0}};
    run_folder_write(folder, "throughput.csv",
                     "model,subject,valid,active,payload_bytes,work_cpu_us,work_cache_bytes,"
                     "achieved_per_second,both_cpu_seconds,samples,charged_bytes\n"
                     "loop,echo-loop,1,10,64,0,0,1000,1,1000,5\n"
                     "loop,echo-loop,1,100,64,0,0,2000,4,1000,6\n"
                     "loop,echo-loop,1,100,64,20,0,300,1,1000,7\n"
                     "loop,echo-loop,1,100,1024,0,0,900,1,1000,8\n"
                     "loop,echo-loop,1,100,64,0,262144,800,1,1000,9\n");
    assert_int_equal(
        line_chart_write(&chart_throughput, read_run(folder->path), NULL, folder->path, &error), 0);
    read_chart(&chart, folder, "charts/throughput.csv");
    assert_int_equal(csv_row_count(chart), 3);
    assert_near(number(chart, 1, "achieved_median_per_second"), 2000);
    assert_near(number(chart, 1, "both_cpu_median_seconds_per_request"), 0.004);
    assert_near(number(chart, 1, "charged_median_bytes"), 6);
    csv_table_destroy(chart);
    assert_int_equal(line_chart_write(&chart_throughput_work, read_run(folder->path), NULL,
                                      folder->path, &error),
                     0);
    read_chart(&chart, folder, "charts/throughput-work.csv");
    assert_int_equal(csv_row_count(chart), 4);
    assert_string_equal(text(chart, 2, "row_label"), "touches 256 KiB");
    csv_table_destroy(chart);
}

static void test_spectrum_knows_the_conditions_of_its_trials(void **state)
{
    const struct run_folder *folder = *state;
    struct csv_table *chart = NULL;
    struct error error = {{0}};
    run_folder_write(folder, "latency.csv",
                     "block,order,valid,rate_basis,work_slow_us,work_slow_every,overloaded\n"
                     "0,0,1,equal_rate,0,0,0\n"
                     "0,1,1,equal_utilisation,0,0,0\n"
                     "0,2,1,equal_rate,20000,1000,0\n"
                     "0,3,1,equal_rate,0,0,1\n");
    run_folder_write(folder, "latency-spectrum.csv",
                     "block,order,model,subject,valid,active,idle,offered_per_second,quantile,"
                     "latency_ns\n"
                     "0,0,loop,echo-loop,1,100,0,5000,0.5,50\n"
                     "0,1,loop,echo-loop,1,100,0,7000,0.5,60\n"
                     "0,2,loop,echo-loop,1,100,0,3000,0.5,70\n"
                     "0,3,loop,echo-loop,1,100,0,9000,0.5,80\n");
    assert_int_equal(line_chart_write(&chart_latency_spectrum, read_run(folder->path), NULL,
                                      folder->path, &error),
                     0);
    read_chart(&chart, folder, "charts/latency-spectrum.csv");
    assert_int_equal(csv_row_count(chart), 2);
    assert_near(number(chart, 0, "latency_median_ns"), 50);
    assert_near(number(chart, 1, "latency_median_ns"), 70);
    assert_string_equal(text(chart, 1, "row_label"), "1 in 1000 takes 20 ms more");
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
    const struct chart_source source = {.folder = folder->path, .run = read_run(folder->path)};
    assert_int_equal(chart_named("flow")->write(&source, &error), 0);
    struct csv_table *chart = NULL;
    read_chart(&chart, folder, "charts/flow.csv");
    assert_int_equal(csv_row_count(chart), 3);
    assert_string_equal(text(chart, 0, "row_label"), "tasks (each) · workers 4");
    assert_near(number(chart, 0, "time_median_ns"), 500);
    assert_near(number(chart, 1, "time_median_ns"), 1000);
    assert_near(number(chart, 1, "position"), 2);
    assert_string_equal(text(chart, 1, "heading"), "executor: tasks in a pool of workers");
    assert_near(number(chart, 1, "panel"), 1);
    assert_string_equal(text(chart, 2, "row_label"), "scope");
    assert_near(number(chart, 2, "time_median_ns"), 3000);
    assert_near(number(chart, 2, "panel"), 2);
    assert_near(number(chart, 2, "position"), 1);
    csv_table_destroy(chart);
}

static void test_steps_of_other_languages_have_lines_of_their_own(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    struct csv_table *chart = NULL;
    run_folder_write(
        folder, "flow.csv",
        "scenario,model,subject,valid,metric,unit,value,workers,runtime,runtime_threads,pair\n"
        "counter,threads,counter-threads,1,locked,ns,30,4,,,c\n"
        "counter,loop,counter-loop,1,locked,ns,2,4,,,c\n"
        "counter,threads,python-threads,1,locked,ns,900,4,CPython 3.11,0,python\n"
        "counter,loop,python-asyncio,1,locked,ns,700,4,CPython 3.11,1,python\n"
        "counter,threads,free,1,locked,ns,80,4,CPython 3.13,0,\n");
    const struct chart_source source = {.folder = folder->path, .run = read_run(folder->path)};
    assert_int_equal(chart_named("flow")->write(&source, &error), 0);
    read_chart(&chart, folder, "charts/flow.csv");
    assert_int_equal(csv_row_count(chart), 5);
    assert_string_equal(text(chart, 1, "row_label"), text(chart, 0, "row_label"));
    assert_null(strstr(text(chart, 0, "row_label"), "·"));
    assert_non_null(strstr(text(chart, 2, "row_label"), " · free"));
    assert_near(number(chart, 2, "time_median_ns"), 80);
    for (size_t row = 3; row < 5; row++) {
        assert_non_null(strstr(text(chart, row, "row_label"), " · python"));
        assert_near(number(chart, row, "position"), 3);
    }
    assert_near(number(chart, 4, "time_median_ns"), 700);
    csv_table_destroy(chart);
}

static void test_bill_puts_components_side_by_side(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    run_folder_write(folder, "memory.csv",
                     "subject,model,allocator,stack_bytes,warm,valid\n"
                     "echo-loop,loop,jemalloc,,0,1\n"
                     "echo-threads,threads,jemalloc,,1,1\n"
                     "echo-sockets,sockets,jemalloc,,0,1\n");
    struct bill bill;
    const struct recorded_run *run = read_run(folder->path);
    assert_int_equal(bill_read(&bill, run, 1, &error), 0);
    assert_int_equal(bill.count, 3);
    for (size_t i = 0; i < bill.count; i++) {
        struct slope *slopes = bill.bills[i].components;
        if (bill.bills[i].trials.first == 0)
            slopes[COMPONENT_TOTAL].slope = (struct estimate){300, {290, 310}, 6};
        if (bill.bills[i].trials.first == 2)
            slopes[COMPONENT_USER].slope = (struct estimate){5, INTERVAL_NONE, 6};
        if (bill.bills[i].trials.first != 1)
            continue;
        slopes[COMPONENT_USER].slope = (struct estimate){12000, INTERVAL_NONE, 6};
        slopes[COMPONENT_HEAP].slope = (struct estimate){400, INTERVAL_NONE, 6};
        slopes[COMPONENT_TOTAL].slope = (struct estimate){28000, {27000, 29000}, 6};
        slopes[COMPONENT_CHARGED].slope = (struct estimate){28100, INTERVAL_NONE, 6};
    }
    const struct chart_source source = {.folder = folder->path, .run = run, .bill = &bill};
    assert_int_equal(chart_named("memory-bill")->write(&source, &error), 0);
    bill_finish(&bill);
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

static void test_the_second_half_of_an_arm_is_beside_it_in_a_lighter_colour(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {{0}};
    run_folder_write(folder, "memory.csv",
                     MEMORY_HEADER "1,loop,jemalloc,echo-loop-again,1,100,,0,70,7\n"
                                   "1,threads,jemalloc,echo-threads-again,1,100,65536,0,900,90\n"
                                   "1,threads,jemalloc,echo-threads-again,1,100,,0,900,90\n"
                                   "1,threads,jemalloc,echo-threads,1,100,65536,0,900,90\n"
                                   "1,threads,jemalloc,echo-threads,1,100,,0,900,90\n"
                                   "1,loop,jemalloc,echo-loop,1,100,,0,70,7\n");
    static const char *const expected[][3] = {
        {"threads · default stack", "threads", "0"},
        {"threads again · default stack", "threads-again", "0"},
        {"threads · 64 KiB stack", "threads", "1"},
        {"threads again · 64 KiB stack", "threads-again", "1"},
        {"loop", "loop", "0"},
        {"loop again", "loop-again", "0"},
    };
    assert_int_equal(
        line_chart_write(&chart_memory_growth, read_run(folder->path), NULL, folder->path, &error),
        0);
    struct csv_table *chart = NULL;
    read_chart(&chart, folder, "charts/memory-growth.csv");
    assert_int_equal(csv_row_count(chart), 6);
    for (size_t row = 0; row < 6; row++) {
        assert_string_equal(text(chart, row, "label"), expected[row][0]);
        assert_string_equal(text(chart, row, "color"), expected[row][1]);
        assert_string_equal(text(chart, row, "variant"), expected[row][2]);
    }
    csv_table_destroy(chart);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RUN(test_growth_takes_medians_of_valid_cold_rows),
        WITH_RUN(test_foreign_subjects_come_last_in_colors_of_their_own),
        WITH_RUN(test_loops_is_ours_and_a_foreign_name_may_look_like_ours),
        WITH_RUN(test_the_second_half_of_an_arm_is_beside_it_in_a_lighter_colour),
        WITH_RUN(test_a_number_that_is_none_is_named),
        WITH_RUN(test_spectrum_keeps_the_lowest_and_the_highest_rate_and_work),
        WITH_RUN(test_idle_keeps_what_differs_in_sleepers_only),
        WITH_RUN(test_a_curve_over_load_joins_only_light_rows_at_equal_rates),
        WITH_RUN(test_equal_utilisation_pairs_arms_by_their_share),
        WITH_RUN(test_kinds_of_work_have_lines_of_their_own),
        WITH_RUN(test_active_takes_the_rate_that_most_numbers_of_connections_have),
        WITH_RUN(test_sleepers_are_beside_rows_of_the_same_kind),
        WITH_RUN(test_one_kind_of_work_is_no_chart_of_kinds),
        WITH_RUN(test_throughput_leaves_other_kinds_to_their_chart),
        WITH_RUN(test_spectrum_knows_the_conditions_of_its_trials),
        WITH_RUN(test_flow_turns_units_and_rates_into_time),
        WITH_RUN(test_steps_of_other_languages_have_lines_of_their_own),
        WITH_RUN(test_bill_puts_components_side_by_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
