/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "base/csv.h"
#include "report/charts/machine_charts.h"

#include "chart_run.h"
#include "run_folder.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char comparison[] =
    "experiment,metric,parameters,arm,against,machine,value,ci_low,ci_high\n"
    "memory,total,warm=0,echo-loop,,one,4000,3900,4100\n"
    "memory,total,warm=0,echo-loop,,two,5000,,\n"
    "memory,total,warm=1 stack_bytes=65536 work_stack_bytes=4096,echo-threads,,two,60000,,\n"
    "memory,user,warm=0,echo-loop,,one,300,,\n"
    "memory,total,warm=0,echo-threads,echo-loop,one,10,9,11\n"
    "memory,total,warm=1,echo-threads,echo-loop,one,12,9,11\n"
    "throughput,achieved,active=10 work_cpu_us=0,echo-threads,echo-loop,two,0.5,,\n"
    "throughput,achieved,active=10 work_cpu_us=0 loops=2,echo-threads,echo-loop,two,0.7,,\n"
    "latency,p99,idle=0 load=1/4,echo-loop,,one,70000,,\n"
    "latency,p99,idle=0 load=50%,echo-loop,,one,80000,,\n"
    "latency,p99,idle=0 load=90% loops=2,echo-loop,,one,90000,,\n"
    "latency,p99,idle=0 load=200/s,echo-threads,,two,60000,,\n"
    "latency,p99,idle=900 load=10%,echo-loop,,one,99999,,\n"
    "latency,p90,idle=0 load=4/4,echo-loop,,one,99999,,\n";

static void write_chart(const struct run_folder *folder, const char *name, struct csv_table **table)
{
    char path[PATH_MAX];
    struct error error = {{0}};
    const struct chart *chart = machine_charts;
    while (chart->name && strcmp(chart->name, name) != 0)
        chart++;
    assert_non_null(chart->name);
    run_folder_write(folder, "compare.csv", comparison);
    assert_int_equal(chart->write(&(struct chart_source){.folder = folder->path}, &error), 0);
    snprintf(path, sizeof path, "%s/charts/%s.csv", folder->path, name);
    assert_int_equal(csv_read(table, path, &error), 0);
}

static void assert_row(const struct csv_table *table, size_t row, const char *series,
                       const char *position, const char *label, const char *value)
{
    assert_string_equal(csv_cell(table, row, csv_column(table, "series")), series);
    assert_string_equal(csv_cell(table, row, csv_column(table, "position")), position);
    assert_string_equal(csv_cell(table, row, csv_column(table, "row_label")), label);
    assert_string_equal(csv_cell(table, row, csv_column(table, "value")), value);
}

static void test_memory_has_a_line_per_arm_and_a_dot_per_machine(void **state)
{
    struct run_folder folder;
    struct csv_table *table = NULL;
    (void)state;
    run_folder_create(&folder);
    write_chart(&folder, "machines-memory", &table);
    assert_int_equal(csv_row_count(table), 3);
    assert_row(table, 0, "1", "1", "loop · cold", "4000");
    assert_row(table, 1, "2", "1", "loop · cold", "5000");
    assert_row(table, 2, "2", "2", "threads · 64 KiB stack · after work", "60000");
    assert_string_equal(csv_cell(table, 0, csv_column(table, "ci_high")), "4100");
    csv_table_destroy(table);
    run_folder_destroy(&folder);
}

static void test_latency_shows_the_ends_of_the_load(void **state)
{
    struct run_folder folder;
    struct csv_table *table = NULL;
    (void)state;
    run_folder_create(&folder);
    write_chart(&folder, "machines-latency", &table);
    assert_int_equal(csv_row_count(table), 3);
    assert_row(table, 0, "1", "1", "99 % · loop · load 1/4", "70000");
    assert_row(table, 1, "1", "2", "99 % · loops · load 90%", "90000");
    assert_string_equal(csv_cell(table, 2, csv_column(table, "row_label")),
                        "99 % · threads · load 200/s");
    csv_table_destroy(table);
    run_folder_destroy(&folder);
}

static void test_ratios_are_of_threads_and_one_loop(void **state)
{
    struct run_folder folder;
    struct csv_table *table = NULL;
    (void)state;
    run_folder_create(&folder);
    write_chart(&folder, "ratios", &table);
    assert_int_equal(csv_row_count(table), 2);
    assert_row(table, 0, "1", "1", "memory: all · cold", "10");
    assert_row(table, 1, "2", "2.6", "requests/s · 10 active", "0.5");
    csv_table_destroy(table);
    run_folder_destroy(&folder);
}

static void test_every_chart_is_drawn(void **state)
{
    struct run_folder folder;
    struct error error = {{0}};
    const int64_t soon_ns = clock_now_ns() + CHARTS_SECONDS * NS_PER_SECOND;
    (void)state;
    run_folder_create(&folder);
    assert_int_equal(draw(machine_charts, folder.path, soon_ns, &error), -ENODATA);
    assert_string_equal(error.text, "the run has no compare.csv");
    run_folder_write(&folder, "compare.csv", comparison);
    for (const struct chart *chart = machine_charts; chart->name; chart++)
        if (draw(chart, folder.path, soon_ns, &error) < 0)
            fail_msg("%s: %s", chart->name, error.text);
    run_folder_destroy(&folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_has_a_line_per_arm_and_a_dot_per_machine),
        cmocka_unit_test(test_latency_shows_the_ends_of_the_load),
        cmocka_unit_test(test_ratios_are_of_threads_and_one_loop),
        cmocka_unit_test(test_every_chart_is_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
