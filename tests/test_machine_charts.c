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
    "memory,total,warm=0,echo-loop,,one,5000,4900,5100\n"
    "memory,total,warm=0,echo-loop,,\"two, more\",4000,,\n"
    "memory,total,warm=0,echo-loop,,three,,,\n"
    "memory,total,warm=1 stack_bytes=65536 work_stack_bytes=4096,echo-threads,,one,60000,,\n"
    "memory,total,warm=1 stack_bytes=65536 work_stack_bytes=4096,echo-threads,,three,50000,,\n"
    "memory,total,warm=1,echo-pool,,one,50000,,\n"
    "memory,user,warm=0,echo-loop,,one,300,,\n"
    "memory,total,warm=0,echo-threads,echo-loop,one,10,9,11\n"
    "memory,total,warm=0,echo-threads,echo-loop,three,0.5,0.4,0.6\n"
    "memory,total,warm=1,echo-threads,echo-loop,one,12,9,11\n"
    "throughput,achieved,active=10 work_cpu_us=0,echo-threads,echo-loop,one,0.5,0.4,0.6\n"
    "throughput,achieved,active=10 work_cpu_us=0,echo-threads,echo-loop,three,1,0.9,1.1\n"
    "throughput,achieved,active=10 work_cpu_us=0 loops=2,echo-threads,echo-loop,three,0.7,,\n"
    "throughput,achieved,active=10,echo-loop,,one,5000,,\n"
    "throughput,achieved,active=10,echo-loop,,three,6000,,\n"
    "latency,p99,idle=0 load=1/4,echo-loop,,one,70000,,\n"
    "latency,p99,idle=0 load=1/4,echo-loop,,three,80000,,\n"
    "latency,p99,idle=0 load=90% loops=2,echo-loop,,one,90000,,\n"
    "latency,p99,idle=0 load=90% loops=2,echo-loop,,three,80000,,\n"
    "latency,p99,idle=0 load=60% rate_basis=equal_utilisation,echo-loop,,one,80000,,\n"
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

static void assert_cell(const struct csv_table *table, size_t row, const char *column,
                        const char *text)
{
    assert_string_equal(csv_cell(table, row, csv_column(table, column)), text);
}

static void assert_row(const struct csv_table *table, size_t row, const char *machine,
                       const char *position, const char *value, const char *color)
{
    assert_cell(table, row, "label", machine);
    assert_cell(table, row, "position", position);
    assert_cell(table, row, "value", value);
    assert_cell(table, row, "color", color);
}

static void test_machines_stand_in_the_order_of_each_figure(void **state)
{
    struct run_folder folder;
    struct csv_table *table = NULL;
    (void)state;
    run_folder_create(&folder);
    write_chart(&folder, "machines-memory", &table);
    /* What one machine alone has is left out. */
    assert_int_equal(csv_row_count(table), 5);
    assert_cell(table, 0, "row_label", "loop · cold");
    assert_cell(table, 0, "block", "1");
    assert_cell(table, 0, "heading", "1");
    assert_row(table, 0, "two · more", "2", "4000", "loop");
    assert_row(table, 1, "one", "3", "5000", "loop");
    assert_row(table, 2, "three", "4", "", "loop");
    assert_cell(table, 1, "ci_high", "5100");
    assert_cell(table, 3, "row_label", "threads · 64 KiB stack · after work");
    assert_cell(table, 3, "heading", "5.5");
    assert_row(table, 3, "three", "6.5", "50000", "threads");
    assert_row(table, 4, "one", "7.5", "60000", "threads");
    csv_table_destroy(table);

    write_chart(&folder, "machines-throughput", &table);
    assert_int_equal(csv_row_count(table), 2);
    assert_row(table, 0, "three", "2", "6000", "loop");
    csv_table_destroy(table);
    run_folder_destroy(&folder);
}

static void test_latency_is_at_equal_rates_of_busy_connections(void **state)
{
    struct run_folder folder;
    struct csv_table *table = NULL;
    (void)state;
    run_folder_create(&folder);
    write_chart(&folder, "machines-latency", &table);
    assert_int_equal(csv_row_count(table), 4);
    assert_cell(table, 0, "row_label", "99th percentile latency · loop · load 1/4");
    assert_cell(table, 2, "row_label", "99th percentile latency · loops · load 90%");
    assert_row(table, 2, "three", "5.5", "80000", "loops");
    csv_table_destroy(table);
    run_folder_destroy(&folder);
}

static void test_ratios_say_who_is_better_on_which_side(void **state)
{
    struct run_folder folder;
    struct csv_table *table = NULL;
    (void)state;
    run_folder_create(&folder);
    write_chart(&folder, "ratios", &table);
    assert_int_equal(csv_row_count(table), 4);
    assert_cell(table, 0, "row_label", "memory: all · cold");
    assert_cell(table, 0, "left_side", "threads");
    assert_row(table, 0, "three", "3", "0.5", "threads");
    assert_row(table, 1, "one", "4", "10", "loop");
    assert_cell(table, 2, "row_label", "requests/s · 10 active");
    assert_cell(table, 2, "left_side", "loop");
    assert_row(table, 2, "one", "7.5", "0.5", "loop");
    assert_row(table, 3, "three", "8.5", "1", "sockets"); /* neither */
    csv_table_destroy(table);
    run_folder_destroy(&folder);
}

/* Sixteen machines with twenty figures each. */
static void test_many_machines_have_fewer_figures_in_one_picture(void **state)
{
    struct run_folder folder;
    struct csv_table *table = NULL;
    struct error error = {{0}};
    char path[PATH_MAX];
    (void)state;
    run_folder_create(&folder);
    FILE *file = run_folder_open(&folder, "compare.csv", "w");
    fprintf(file, "experiment,metric,parameters,arm,against,machine,value,ci_low,ci_high\n");
    for (int active = 10; active <= 200; active += 10)
        for (int machine = 1; machine <= 16; machine++)
            fprintf(file, "throughput,achieved,active=%d,echo-threads,echo-loop,m%d,%d,,\n", active,
                    machine, 17 - machine);
    fclose(file);
    const struct chart *chart = machine_charts; /* ratios */
    assert_int_equal(chart->write(&(struct chart_source){.folder = folder.path}, &error), 0);
    snprintf(path, sizeof path, "%s/charts/ratios.csv", folder.path);
    assert_int_equal(csv_read(&table, path, &error), 0);
    assert_int_equal(csv_row_count(table) % 16, 0);
    assert_in_range(csv_row_count(table) / 16, 4, 6);
    assert_cell(table, 0, "label", "m16");
    assert_cell(table, 15, "label", "m1");
    /* A hundred connections are what is asked for first. */
    bool has_usual = false;
    for (size_t row = 0; row < csv_row_count(table); row++)
        has_usual |= strcmp(csv_cell(table, row, csv_column(table, "row_label")),
                            "requests/s · 100 active") == 0;
    assert_true(has_usual);
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
        cmocka_unit_test(test_machines_stand_in_the_order_of_each_figure),
        cmocka_unit_test(test_latency_is_at_equal_rates_of_busy_connections),
        cmocka_unit_test(test_ratios_say_who_is_better_on_which_side),
        cmocka_unit_test(test_many_machines_have_fewer_figures_in_one_picture),
        cmocka_unit_test(test_every_chart_is_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
