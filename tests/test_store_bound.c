/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a database is the limit, from rows whose arithmetic is plain. */
#include "analysis/summary/store_bound.h"
#include "base/cpu_list.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_cpu_lists(void **state)
{
    (void)state;
    assert_int_equal(cpu_list_count("0-1,3"), 3);
    assert_int_equal(cpu_list_count("7"), 1);
    assert_int_equal(cpu_list_count(""), 0);
    assert_int_equal(cpu_list_count("0-,3"), 0);
    assert_int_equal(cpu_list_count("1;2"), 0);
    assert_true(cpu_list_overlap("0-3", "2"));
    assert_true(cpu_list_overlap("0,130-140", "1-2,135"));
    assert_false(cpu_list_overlap("0-3", "4,10-11"));
    assert_false(cpu_list_overlap("", "0"));
}

/* The table of one row; the caller destroys it. */
static struct csv_table *read_row(const char *columns, const char *cells)
{
    struct csv_table *table = NULL;
    struct error error = {""};
    char text[512];
    snprintf(text, sizeof text, "%s\n%s\n", columns, cells);
    assert_int_equal(csv_parse(&table, text, strlen(text), "throughput.csv", &error), 0);
    return table;
}

static int is_bound(const char *cells)
{
    struct error error = {""};
    struct csv_table *table =
        read_row("store_connections,store_delay_us,achieved_per_second,store_cpus,"
                 "server_cpus,store_cpu_seconds,duration_seconds",
                 cells);
    int result = store_bound_is(table, 0, &error);
    csv_table_destroy(table);
    return result;
}

static void test_connections(void **state)
{
    (void)state;
    /* 16 connections with 10 ms each: 1,600/s for anybody, of which 90 % are 1,440. */
    assert_int_equal(is_bound("16,10000,1441,,,,"), 1);
    assert_int_equal(is_bound("16,10000,1439,,,,"), 0);
    assert_int_equal(is_bound("16,0,50000,,,,"), 0);
    assert_int_equal(is_bound("16,10000,,,,,"), 0);
    assert_int_equal(is_bound(",,50000,,,,"), 0);
    assert_int_equal(is_bound("16,10000,x,,,,"), -EBADMSG);
}

static void test_cpus(void **state)
{
    (void)state;
    assert_int_equal(is_bound("16,0,9000,2-3,0-1,18.1,10"), 1);
    assert_int_equal(is_bound("16,0,9000,2-3,0-1,17.9,10"), 0);
    /* Beside the server it has what the server leaves it. */
    assert_int_equal(is_bound("16,0,9000,0-1,0-1,18.1,10"), 0);
    assert_int_equal(is_bound("16,0,9000,1-2,0-1,18.1,10"), 0);
    assert_int_equal(is_bound("16,0,9000,,0-1,18.1,10"), 0);
    assert_int_equal(is_bound("16,0,9000,2-3,0-1,,10"), 0);
}

static size_t shared(const char *store, const char *server)
{
    char cells[64];
    snprintf(cells, sizeof cells, "\"%s\",\"%s\"", store, server);
    struct csv_table *table = read_row("store_cpus,server_cpus", cells);
    size_t cpus = store_shared_cpus(table, 0);
    csv_table_destroy(table);
    return cpus;
}

static void test_whose_cpus(void **state)
{
    (void)state;
    assert_int_equal(shared("0", "0"), 1);
    assert_int_equal(shared("0-3", "0-3"), 4);
    assert_int_equal(shared("4-5,7", "0-3"), 0);
    assert_int_equal(shared("", "0-3"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cpu_lists),
        cmocka_unit_test(test_connections),
        cmocka_unit_test(test_cpus),
        cmocka_unit_test(test_whose_cpus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
