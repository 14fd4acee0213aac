/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What servers are asked to do, in words: workloads, kinds of work, and single conditions. */
#include "analysis/words/load_kind.h"
#include "analysis/words/wording.h"
#include "analysis/words/workload.h"
#include "read_run.h"
#include "run_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct csv_table *parse(const char *text)
{
    struct csv_table *table = NULL;
    struct error error = {""};
    if (csv_parse(&table, text, strlen(text), "rows", &error) < 0)
        fail_msg("%s", error.text);
    return table;
}

/* Name in words, and what a chart's name ends in, in the order of a report. */
static const struct {
    const char *row;
    const char *words;
    const char *suffix;
} workloads[] = {
    {"echo,\n", "echo", ""},
    {"web,memory\n", "web with rows in memory", "-web-memory"},
    {"web,sqlite\n", "web with SQLite", "-web-sqlite"},
    {"web,postgres\n", "web with PostgreSQL", "-web-postgres"},
    {"web,tape\n", "web with tape", "-web-tape"},
    {"blocking,\n", "blocking", "-blocking"},
    {"../../toy,\n", "../../toy", "-______toy"},
    {"toy,\n", "toy", "-toy"},
};
#define WORKLOADS (sizeof workloads / sizeof *workloads)

static struct csv_table *all_workloads(void)
{
    char text[512] = "scenario,store\n";
    for (size_t i = 0; i < WORKLOADS; i++)
        strcat(text, workloads[i].row);
    return parse(text);
}

static void test_workloads_have_names_and_an_order(void **state)
{
    (void)state;
    struct csv_table *table = all_workloads();
    for (size_t i = 0; i < WORKLOADS; i++) {
        char words[2 * WORKLOAD_NAME_SIZE];
        char suffix[WORKLOAD_NAME_SIZE];
        struct workload workload = workload_of(table, i);
        workload_words(&workload, words, sizeof words);
        workload_suffix(&workload, suffix);
        assert_string_equal(words, workloads[i].words);
        assert_string_equal(suffix, workloads[i].suffix);
        assert_int_equal(workload_is_plain(&workload), i == 0);
        assert_int_equal(workload_needs_name(&workload), i > 0);
        for (size_t k = 0; k < WORKLOADS; k++) {
            struct workload other = workload_of(table, k);
            int order = workload_compare(&workload, &other);
            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
            assert_int_equal(workload_has(&workload, table, k), i == k);
        }
    }
    csv_table_destroy(table);
}

/* Programs that measure themselves are told of by name anyway. */
static void test_programs_of_flow_need_no_name(void **state)
{
    (void)state;
    struct csv_table *table = parse("scenario\ncancel\n");
    struct workload workload = workload_of(table, 0);
    assert_false(workload_needs_name(&workload));
    csv_table_destroy(table);
}

static void test_the_workloads_of_a_run(void **state)
{
    (void)state;
    struct run_folder folder;
    struct workloads found;
    run_folder_create(&folder);
    run_folder_write(&folder, "memory.csv", "scenario,store\nweb,sqlite\necho,\n");
    run_folder_write(&folder, "throughput.csv", "scenario\nweb\n");
    run_folder_write(&folder, "latency.csv", "scenario,store\nweb,postgres\nweb,sqlite\n");
    const struct recorded_run *run = read_run(folder.path);
    workloads_find(&found, run);
    assert_int_equal(found.count, 4);
    assert_true(workload_is_plain(&found.items[0]));
    assert_string_equal(found.items[3].store, "postgres");
    workloads_finish(&found);
    workloads_find_loaded(&found, run);
    assert_int_equal(found.count, 3);
    workloads_finish(&found);
    run_folder_destroy(&folder);
}

/* An older version wrote no scenario: all is the plain server's. */
static void test_files_without_scenarios(void **state)
{
    (void)state;
    struct csv_table *table = parse("subject\necho-loop\necho-threads\n");
    struct workload workload = workload_of(table, 1);
    assert_true(workload_is_plain(&workload));
    assert_false(workloads_are_told(table));
    assert_false(workloads_differ(table));
    csv_table_destroy(table);
}

#define KIND_HEADER                                                                       \
    "store,work_cpu_us,work_slow_us,work_slow_every,block_us,block_every,store_delay_us," \
    "store_connections\n"

/* In the order of kinds. */
static const struct {
    const char *row;
    const char *label;
    const char *whole;
    bool is_light;
    bool is_plain;
} kinds[] = {
    {",0,0,0,,,,\n", "no work", "no work", true, true},
    {"sqlite,0,0,0,,,,\n", "no other work", "no other work", true, true},
    {"postgres,0,0,0,,,0,16\n", "no other work", "no other work, over 16 database connections",
     true, true},
    {"postgres,0,0,0,,,100,1\n", "each query takes 100 us more",
     "each query takes 100 us more, over 1 database connection", false, false},
    {"postgres,0,0,0,,,1000,16\n", "each query takes 1 ms more",
     "each query takes 1 ms more, over 16 database connections", false, false},
    {",0,0,0,10000,100,,\n", "1 in 100 blocks for 10 ms", "1 in 100 blocks for 10 ms", false,
     false},
    {"sqlite,20,0,0,,,,\n", "20 us of work", "20 us of work", false, true},
    {"sqlite,5,2000,1000,,,,\n", "1 in 1,000 takes 2 ms more",
     "5 us of work, 1 in 1,000 takes 2 ms more", false, false},
};
#define KINDS (sizeof kinds / sizeof *kinds)

static void test_kinds_of_work(void **state)
{
    (void)state;
    char text[512] = KIND_HEADER;
    struct load_kind before;
    for (size_t i = 0; i < KINDS; i++)
        strcat(text, kinds[i].row);
    struct csv_table *table = parse(text);
    for (size_t i = 0; i < KINDS; i++) {
        char words[LOAD_KIND_LABEL_BYTES];
        struct load_kind kind;
        load_kind_read(&kind, table, i);
        load_kind_label(&kind, words);
        assert_string_equal(words, kinds[i].label);
        load_kind_describe(&kind, words);
        assert_string_equal(words, kinds[i].whole);
        assert_int_equal(load_kind_is_light(&kind), kinds[i].is_light);
        assert_int_equal(load_kind_is_plain(&kind), kinds[i].is_plain);
        if (i > 0)
            assert_true(load_kind_compare(&before, &kind) <= 0);
        before = kind;
    }
    csv_table_destroy(table);
}

static void test_delayed_and_unequal_kinds(void **state)
{
    (void)state;
    struct csv_table *table = parse(KIND_HEADER "postgres,20,0,0,,,1000,16\n,0,0,0,10000,100,,\n");
    struct load_kind kind;
    load_kind_read(&kind, table, 0);
    assert_true(load_kind_is_delayed(&kind));
    assert_false(load_kind_is_unequal(&kind));
    struct load_kind undelayed = load_kind_undelayed(&kind);
    assert_false(load_kind_is_delayed(&undelayed));
    assert_true(load_kind_is_plain(&undelayed));
    load_kind_read(&kind, table, 1);
    assert_true(load_kind_is_blocking(&kind));
    assert_true(load_kind_is_unequal(&kind));
    assert_true(load_kind_slow_us(&kind) > 9999 && load_kind_slow_us(&kind) < 10001);
    csv_table_destroy(table);
}

static void assert_words(const char *column, const char *cell, const char *expected)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    wording_write(column, cell, out);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void test_conditions_of_servers_with_options(void **state)
{
    (void)state;
    assert_words("store", "sqlite", "with SQLite");
    assert_words("store", "tape", "with tape");
    assert_words("store_connections", "1", "1 database connection");
    assert_words("store_connections", "16", "16 database connections");
    assert_words("store_delay_us", "1000", "1,000 us more for each query");
    assert_words("block_us", "10000", "10,000 us blocked");
    assert_words("block_every", "100", "1 in 100 requests blocks");
    assert_string_equal(wording_noun("store_delay_us"), "us more for each query");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_workloads_have_names_and_an_order),
        cmocka_unit_test(test_programs_of_flow_need_no_name),
        cmocka_unit_test(test_the_workloads_of_a_run),
        cmocka_unit_test(test_files_without_scenarios),
        cmocka_unit_test(test_kinds_of_work),
        cmocka_unit_test(test_delayed_and_unequal_kinds),
        cmocka_unit_test(test_conditions_of_servers_with_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
