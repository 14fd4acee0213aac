/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of charts of workloads with options of their own: what is told apart, and what is
 * drawn as one curve. */
#include "base/csv.h"
#include "report/charts/line_chart.h"
#include "report/charts/load_charts.h"

#include "chart_run.h"
#include "read_run.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct workload sqlite = {"web", "sqlite"};
static const struct workload postgres = {"web", "postgres"};
static const struct workload blocking = {"blocking", ""};

/* The chart's figures of that workload, or NULL where there is nothing to draw. */
static struct csv_table *write_chart(const struct run_folder *folder,
                                     const struct line_chart *chart,
                                     const struct workload *workload)
{
    char path[PATH_MAX];
    char suffix[WORKLOAD_NAME_SIZE] = "";
    struct csv_table *table = NULL;
    struct error error = {{0}};
    int result = line_chart_write(chart, read_run(folder->path), workload, folder->path, &error);
    if (result == -ENODATA)
        return NULL;
    if (workload)
        workload_suffix(workload, suffix);
    snprintf(path, sizeof path, "%s/charts/%s%s.csv", folder->path, chart->name, suffix);
    if (result < 0 || csv_read(&table, path, &error) < 0)
        fail_msg("%s", error.text);
    return table;
}

static const char *text(const struct csv_table *table, size_t row, const char *column)
{
    assert_true(csv_column(table, column) >= 0);
    return csv_cell(table, row, csv_column(table, column));
}

static double number(const struct csv_table *table, size_t row, const char *column)
{
    return strtod(text(table, row, column), NULL);
}

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) < 1e-9 * fmax(1, fabs(expected))))
        fail_msg("%g where %g was expected", value, expected);
}

#define RATE_HEADER                                                                              \
    "block,scenario,model,subject,valid,active,idle,arrivals,achieved_per_second,samples,store," \
    "store_call,pool_size,store_connections,store_delay_us\n"

static const char rates[] =
    RATE_HEADER "0,echo,loop,echo-loop,1,100,0,closed,500,10,,,,,\n"
                "0,web,loop,web-loop,1,100,0,closed,10,10,sqlite,pool,16,,\n"
                "0,web,loop,web-loop,1,100,0,closed,20,10,sqlite,pool,4,,\n"
                "0,web,loop,web-loop,1,100,0,closed,30,10,sqlite,inline,,,\n"
                "0,web,threads,web-threads,1,100,0,closed,40,10,sqlite,,,,\n"
                "0,web,pool,web-pool,1,100,0,closed,50,10,sqlite,,32,,\n"
                "0,web,loop,web-loop,1,100,0,closed,60,10,postgres,async,,16,0\n"
                "0,web,loop,web-loop,0,100,0,closed,70,10,sqlite,inline,,,\n";

static void test_ways_are_series_in_order_with_shades_of_one_colour(void **state)
{
    static const struct {
        const char *label;
        const char *color;
        double rate;
    } series[] = {
        {"threads", "threads", 40},        {"loop · inline", "loop", 30},
        {"loop · pool 4", "loop-2", 20},   {"loop · pool 16", "loop-3", 10},
        {"pool · 32 threads", "pool", 50},
    };
    run_folder_write(*state, "throughput.csv", rates);
    struct csv_table *chart = write_chart(*state, &chart_throughput, &sqlite);
    assert_int_equal(csv_row_count(chart), 5);
    for (size_t row = 0; row < 5; row++) {
        assert_string_equal(text(chart, row, "label"), series[row].label);
        assert_string_equal(text(chart, row, "color"), series[row].color);
        assert_string_equal(text(chart, row, "variant"), "0");
        assert_near(number(chart, row, "achieved_median_per_second"), series[row].rate);
    }
    /* A column for what its rows are asked, and none for what they are not. */
    assert_int_equal(csv_column(chart, "store_delay_us"), -1);
    csv_table_destroy(chart);
}

static void test_a_chart_is_of_one_workload(void **state)
{
    run_folder_write(*state, "throughput.csv", rates);
    struct csv_table *chart = write_chart(*state, &chart_throughput, NULL);
    assert_int_equal(csv_row_count(chart), 1);
    assert_string_equal(text(chart, 0, "label"), "loop");
    assert_near(number(chart, 0, "achieved_median_per_second"), 500);
    csv_table_destroy(chart);
    chart = write_chart(*state, &chart_throughput, &postgres);
    assert_int_equal(csv_row_count(chart), 1);
    assert_string_equal(text(chart, 0, "label"), "loop · async");
    assert_near(number(chart, 0, "store_connections"), 16);
    csv_table_destroy(chart);
    assert_null(write_chart(*state, &chart_throughput, &blocking));
    assert_null(write_chart(*state, &chart_throughput_delay, &sqlite));
}

/* Threads answer 400 requests/s at each delay, the loop 200, 200 and 800: as many at 316 us. */
static void write_delays(const struct run_folder *folder)
{
    static const int delays[] = {0, 100, 1000};
    static const double loop[] = {200, 200, 800};
    FILE *out = run_folder_open(folder, "throughput.csv", "w");
    fputs(RATE_HEADER, out);
    for (int block = 0; block < 6; block++)
        for (size_t i = 0; i < 3; i++) {
            double noise = 1 + 0.001 * block;
            fprintf(out, "%d,web,threads,web-threads,1,100,0,closed,%g,9,postgres,,,16,%d\n", block,
                    400 * noise, delays[i]);
            fprintf(out, "%d,web,loop,web-loop,1,100,0,closed,%g,9,postgres,async,,16,%d\n", block,
                    loop[i] * noise, delays[i]);
            /* Ten connections have no delays beside them. */
            if (i == 0)
                fprintf(out, "%d,web,loop,web-loop,1,10,0,closed,7,9,postgres,async,,16,0\n",
                        block);
        }
    fclose(out);
}

static void test_a_delay_has_a_curve_and_a_place_of_equality(void **state)
{
    write_delays(*state);
    struct csv_table *chart = write_chart(*state, &chart_throughput_delay, &postgres);
    assert_int_equal(csv_row_count(chart), 6);
    assert_near(number(chart, 0, "store_delay_us"), 0);
    assert_near(number(chart, 5, "store_delay_us"), 1000);
    assert_near(number(chart, 5, "active"), 100);
    assert_near(number(chart, 5, "store_connections"), 16);
    assert_near(number(chart, 5, "store_bound_median_share"), 0);
    assert_string_equal(text(chart, 0, "equal_at"), "");
    assert_string_equal(text(chart, 3, "label"), "loop · async");
    for (size_t row = 3; row < 6; row++) {
        assert_true(fabs(number(chart, row, "equal_at") - sqrt(1e5)) < 1);
        assert_true(number(chart, row, "equal_ci_low") <= number(chart, row, "equal_at"));
        assert_true(number(chart, row, "equal_ci_high") >= number(chart, row, "equal_at"));
    }
    csv_table_destroy(chart);
    /* Curves are of stores that take no time of their own. */
    chart = write_chart(*state, &chart_throughput, &postgres);
    assert_int_equal(csv_row_count(chart), 3);
    csv_table_destroy(chart);
    assert_null(write_chart(*state, &chart_throughput_work, &postgres));
}

#define LATENCY_HEADER                                                                           \
    "block,scenario,model,subject,valid,active,idle,arrivals,rate_basis,offered_per_second,"     \
    "capacity_share,p50_ns,p99_ns,other_p50_ns,other_p99_ns,store,store_call,store_connections," \
    "store_delay_us,block_us,block_every,block_call,pool_size\n"

/* With each delay one share: the one that most have, or the nearest. */
static void test_latency_by_delay_is_at_one_share(void **state)
{
    run_folder_write(
        *state, "latency.csv",
        LATENCY_HEADER
        "0,web,loop,web-loop,1,100,0,poisson,equal_rate,900,0.4,1,,,,postgres,async,16,0,,,,\n"
        "0,web,loop,web-loop,1,100,0,poisson,equal_rate,900,0.6,2,,,,postgres,async,16,0,,,,\n"
        "0,web,loop,web-loop,1,100,0,poisson,equal_rate,800,0.5,3,,,,postgres,async,16,100,,,,\n"
        "0,web,loop,web-loop,1,100,0,poisson,equal_rate,700,0.5,4,,,,postgres,async,16,1000,,,,\n"
        "0,web,loop,web-loop,1,100,0,poisson,equal_rate,700,0.8,5,,,,postgres,async,16,1000,,,,\n"
        "0,web,loop,web-loop,1,100,9,poisson,equal_rate,700,0.5,6,,,,postgres,async,16,1000,,,,\n");
    struct csv_table *chart = write_chart(*state, &chart_latency_delay, &postgres);
    assert_int_equal(csv_row_count(chart), 3);
    assert_near(number(chart, 0, "p50_median_ns"), 1);
    assert_near(number(chart, 1, "p50_median_ns"), 3);
    assert_near(number(chart, 2, "p50_median_ns"), 4);
    csv_table_destroy(chart);
}

/* A plan that names rates has no shares: their cells are empty, and of two rates one is drawn. */
static void test_rates_that_were_named_are_no_shares(void **state)
{
    run_folder_write(
        *state, "latency.csv",
        LATENCY_HEADER
        "0,web,loop,web-loop,1,100,0,poisson,equal_rate,800,,3,,,,postgres,async,16,0,,,,\n"
        "0,web,loop,web-loop,1,100,0,poisson,equal_rate,200,,4,,,,postgres,async,16,1000,,,,\n"
        "0,web,loop,web-loop,1,100,0,poisson,equal_rate,3000,,5,,,,postgres,async,16,1000,,,,\n"
        "0,blocking,loop,blocking-loop,1,100,0,poisson,equal_rate,900,,1,2,3,4,,,,,1000,100,,\n");
    struct csv_table *chart = write_chart(*state, &chart_latency_delay, &postgres);
    assert_int_equal(csv_row_count(chart), 2);
    assert_near(number(chart, 0, "p50_median_ns"), 3);
    assert_near(number(chart, 1, "p50_median_ns"), 4);
    assert_near(number(chart, 1, "offered_median_per_second"), 200);
    csv_table_destroy(chart);
    chart = write_chart(*state, &chart_latency_others, &blocking);
    assert_int_equal(csv_row_count(chart), 1);
    assert_string_equal(text(chart, 0, "capacity_share"), "");
    csv_table_destroy(chart);
}

static void test_others_have_a_line_for_each_kind_and_rate(void **state)
{
    run_folder_write(*state, "latency.csv",
                     LATENCY_HEADER "0,blocking,loop,blocking-loop,1,100,0,poisson,equal_rate,900,"
                                    "0.4,1,2,3,4,,,,,10000,100,inline,\n"
                                    "0,blocking,loop,blocking-loop,1,100,0,poisson,equal_rate,900,"
                                    "0.4,1,2,5,6,,,,,10000,100,pool,4\n"
                                    "0,blocking,loop,blocking-loop,1,100,0,poisson,equal_rate,1800,"
                                    "0.8,1,2,7,8,,,,,10000,100,inline,\n"
                                    "0,blocking,loop,blocking-loop,1,100,0,poisson,equal_rate,900,"
                                    "0.4,1,2,9,9,,,,,1000,100,inline,\n"
                                    "0,blocking,loop,blocking-loop,1,100,0,poisson,equal_"
                                    "utilisation,1,0.4,1,2,9,9,,,,,1000,100,inline,\n");
    struct csv_table *chart = write_chart(*state, &chart_latency_others, &blocking);
    assert_int_equal(csv_row_count(chart), 4);
    assert_string_equal(text(chart, 0, "row_label"), "1 in 100 blocks for 1 ms");
    assert_near(number(chart, 0, "panel"), 1);
    assert_string_equal(text(chart, 1, "row_label"), "1 in 100 blocks for 10 ms");
    assert_near(number(chart, 1, "other_p50_median_ns"), 3);
    assert_near(number(chart, 1, "block_us"), 10000);
    assert_near(number(chart, 2, "offered_per_second"), 1800);
    assert_string_equal(text(chart, 3, "label"), "loop · pool 4");
    assert_near(number(chart, 3, "other_p99_median_ns"), 6);
    csv_table_destroy(chart);
    /* Where all work is of one kind its curve is drawn, and its caption says which. */
    struct load_kind kind;
    assert_true(line_chart_kind(&chart_latency_load, read_run(((struct run_folder *)*state)->path),
                                &blocking, &kind));
    assert_true(load_kind_is_blocking(&kind));
    chart = write_chart(*state, &chart_latency_load, &blocking);
    assert_int_equal(csv_row_count(chart), 3);
    csv_table_destroy(chart);
}

#define WITH_RUN(test) cmocka_unit_test_setup_teardown(test, make_run, remove_run)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RUN(test_ways_are_series_in_order_with_shades_of_one_colour),
        WITH_RUN(test_a_chart_is_of_one_workload),
        WITH_RUN(test_a_delay_has_a_curve_and_a_place_of_equality),
        WITH_RUN(test_latency_by_delay_is_at_one_share),
        WITH_RUN(test_rates_that_were_named_are_no_shares),
        WITH_RUN(test_others_have_a_line_for_each_kind_and_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
