/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal's tables of load: a run whose medians are known, and rows that show each mark. */
#include "analysis/tables/load_table.h"
#include "narrow_text.h"
#include "read_run.h"
#include "run_folder.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define BLOCKS 10
#define LONG   "a-server-of-which-the-name-is-far-too-long-for-a-column"

/* What is printed of a run, to be freed; none of it is wider than 80 columns. */
static char *print(const char *run_dir)
{
    char *text = NULL;
    size_t length = 0;
    struct error error = {""};
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    if (load_table_print(read_run(run_dir), out, &error) != 0)
        fail_msg("%s", error.text);
    fclose(out);
    assert_in_range(widest_line(text), 0, 80);
    return text;
}

static void assert_line(const char *text, const char *line)
{
    size_t length = strlen(line);
    for (const char *at = text; *at; at += strcspn(at, "\n") + 1)
        if (strncmp(at, line, length) == 0 && at[length] == '\n')
            return;
    fail_msg("no line '%s' in:\n%s", line, text);
}

static size_t count(const char *text, const char *part)
{
    size_t found = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        found++;
    return found;
}

/* The medians were taken from its CSVs by another program. */
static void test_a_run_whose_medians_are_known(void **state)
{
    (void)state;
    char *text = print(GOLDEN "/report-run");
    assert_int_equal(count(text, " (* the generator was the limit,\nthe server was not)\n"), 2);
    assert_line(text, "       active connections                  threads"
                      "                     loop");
    assert_line(text, "       active connections                    loops");
    assert_line(text, "                      100            142 k 5.58 us"
                      "           195 k* 2.93 us");
    assert_line(text, "                      100           195 k* 2.87 us");
    assert_line(text, "20 us of work, 16 KiB of stack, 4 KiB of heap");
    assert_line(text, "                      100           35.6 k 23.2 us"
                      "           38.7 k 20.3 us");
    assert_line(text, "                      100           37.7 k 21.0 us");
    /* No line of its own stands above what has no work: it comes first. */
    assert_int_equal(count(text, "no work"), 0);
    assert_line(text, "   50.0 k     100       0    159 us 615 us 1.09 ms"
                      "    58.9 us 158 us 228 us");
    assert_line(text, "   50.0 k     100       0    59.0 us 158 us 231 us");
    assert_line(text, "   20.0 k     100   19800    83.9 us 235 us 349 us"
                      "    44.3 us 102 us 157 us");
    assert_line(text, "   20.0 k     100   19800    44.1 us 101 us 137 us");
    /* Too few samples beyond p99.9; and a load that one arm did not have. */
    assert_line(text, "   9.00 k     100       0        34.8 us 83.4 us -"
                      "        40.1 us 86.7 us -");
    assert_int_equal(count(text, "\nLatency, each offered that share"), 0);
    assert_int_equal(count(text, "failed"), 0);
    assert_int_equal(count(text, "\nk: thousand requests/s."), 1);
    free(text);
}

/* How the trials of one load came out. */
struct load {
    int active;           /* tells the loads apart */
    int failed;           /* of BLOCKS, the first ones */
    int overloaded;       /* of those that did not fail, the last ones */
    int without_p99;      /* of the last ones */
    int without_p999;     /* of the last ones */
    const char *samples;  /* of each */
    const char *expected; /* the arm's cell */
};

static const struct load loads[] = {
    {1, 0, 0, 0, 0, "200000", "10.0 us 20.0 us 30.0 us"},
    {2, 0, 0, 0, 1, "200000", "10.0 us 20.0 us 30.0 us"},
    {3, 0, 0, 0, 2, "200000", "10.0 us 20.0 us -"},
    {4, 0, 0, 2, 2, "200000", "10.0 us - -"},
    {5, 0, 0, 10, 10, "9000", "10.0 us p99: too few"},
    {6, 0, 10, 10, 10, "200000", "10.0 us overloaded"},
    {7, 0, 3, 3, 3, "200000", "10.0 us overloaded 3/10"},
    {8, 4, 2, 2, 2, "200000", "10.0 us overloaded 2/6"},
    {9, 10, 0, 0, 0, "", "failed"},
};

static void write_trial(FILE *out, const struct load *load, int block, const char *subject)
{
    bool failed = block < load->failed;
    fprintf(out, "%d,echo,,,%s,%d,%d,%d,0,64,%s,1000,0.5,equal_rate,", block, subject, !failed,
            load->active, load->active, failed ? "" : "poisson");
    if (failed)
        fputs(",,,,\n", out);
    else
        fprintf(out, "%s,10000,%s,%s,%d\n", load->samples,
                block >= BLOCKS - load->without_p99 ? "" : "20000",
                block >= BLOCKS - load->without_p999 ? "" : "30000",
                block >= BLOCKS - load->overloaded);
}

static void write_latency(const struct run_folder *folder, const char *const *subjects)
{
    FILE *out = run_folder_open(folder, "latency.csv", "w");
    assert_non_null(out);
    fputs("block,scenario,model,allocator,subject,valid,connections,active,idle,payload_bytes,"
          "arrivals,offered_per_second,capacity_share,rate_basis,samples,p50_ns,p99_ns,p999_ns,"
          "overloaded\n",
          out);
    for (size_t i = 0; i < sizeof loads / sizeof *loads; i++)
        for (int block = 0; block < BLOCKS; block++)
            for (const char *const *subject = subjects; *subject; subject++)
                write_trial(out, &loads[i], block, *subject);
    fclose(out);
}

static void test_marks(void **state)
{
    (void)state;
    static const char *const subjects[] = {"mine", NULL};
    struct run_folder folder;
    char line[101];
    run_folder_create(&folder);
    write_latency(&folder, subjects);
    char *text = print(folder.path);
    for (size_t i = 0; i < sizeof loads / sizeof *loads; i++) {
        snprintf(line, sizeof line, "%9s %7d %7d%25s", "1.00 k", loads[i].active, 0,
                 loads[i].expected);
        assert_line(text, line);
    }
    assert_line(text, "(14 trials failed and are in no figure; the report says why)");
    free(text);
    run_folder_destroy(&folder);
}

/* Two arms to a table, so that a line is no wider than the terminal; names are cut for that. */
static void test_more_arms_than_fit(void **state)
{
    (void)state;
    static const char *const subjects[] = {"a", "b", "c", LONG, LONG "-b", NULL};
    struct run_folder folder;
    run_folder_create(&folder);
    write_latency(&folder, subjects);
    char *text = print(folder.path);
    assert_int_equal(count(text, "\nLatency from the intended send"), 3);
    assert_int_equal(count(text, "   1.00 k       1       0"), 3);
    assert_int_equal(count(text, LONG), 0);
    assert_line(text, "offered/s  active    idle                        a"
                      " a-server-of...r-a-column");
    assert_line(text, "offered/s  active    idle a-server-of...a-column-b"
                      "                        b");
    assert_line(text, "offered/s  active    idle                        c");
    free(text);
    run_folder_destroy(&folder);
}

static void test_a_run_without_load_says_nothing(void **state)
{
    (void)state;
    struct run_folder folder;
    run_folder_create(&folder);
    char *text = print(folder.path);
    assert_string_equal(text, "");
    free(text);
    run_folder_destroy(&folder);
}

static void test_a_malformed_file_is_named(void **state)
{
    (void)state;
    struct run_folder folder;
    struct error error = {""};
    run_folder_create(&folder);
    run_folder_write(&folder, "latency.csv", "subject,valid,active\nmine,1\n");
    assert_int_equal(load_table_print(read_run(folder.path), stderr, &error), -EBADMSG);
    assert_non_null(strstr(error.text, "latency.csv"));
    run_folder_destroy(&folder);
}

/* With 16 connections a query of 10 ms more is answered 1,600 times a second at most. */
static void test_settings_of_a_store_are_told_apart(void **state)
{
    (void)state;
    static const char rows[] =
        "block,scenario,model,allocator,subject,valid,connections,active,idle,payload_bytes,"
        "arrivals,achieved_per_second,samples,server_cpu_seconds,client_bound,store,"
        "store_connections,store_delay_us\n"
        "1,web,threads,libc,web-threads,1,100,100,0,,closed,20000,20000,1,0,postgres,16,0\n"
        "1,web,threads,libc,web-threads,1,100,100,0,,closed,1590,1590,1,0,postgres,16,10000\n";
    struct run_folder folder;
    run_folder_create(&folder);
    run_folder_write(&folder, "throughput.csv", rows);
    char *text = print(folder.path);
    assert_line(text, "no other work, over 16 database connections");
    assert_line(text, "each query takes 10 ms more, over 16 database connections");
    assert_int_equal(count(text, "1.59 k# "), 1);
    assert_int_equal(count(text, "20.0 k "), 1);
    assert_int_equal(count(text, "(# the database was the limit"), 1);
    free(text);
    run_folder_destroy(&folder);
}

/* What stands above lines is said where there are lines: the last arm has no delay. */
static void test_a_table_names_only_what_it_has(void **state)
{
    (void)state;
    static const char rows[] =
        "block,scenario,model,allocator,subject,valid,connections,active,idle,payload_bytes,"
        "arrivals,achieved_per_second,samples,server_cpu_seconds,client_bound,store,"
        "store_connections,store_delay_us\n"
        "1,web,threads,libc,web-threads,1,100,100,0,,closed,9,9,1,0,postgres,16,0\n"
        "1,web,threads,libc,web-threads,1,100,100,0,,closed,9,9,1,0,postgres,16,1000\n"
        "1,web,loop,libc,web-loop,1,100,100,0,,closed,9,9,1,0,postgres,16,0\n"
        "1,web,loop,libc,web-loop,1,100,100,0,,closed,9,9,1,0,postgres,16,1000\n"
        "1,web,,,a,1,100,100,0,,closed,9,9,1,0,postgres,16,0\n"
        "1,web,,,b,1,100,100,0,,closed,9,9,1,0,postgres,16,0\n";
    struct run_folder folder;
    run_folder_create(&folder);
    run_folder_write(&folder, "throughput.csv", rows);
    char *text = print(folder.path);
    assert_int_equal(count(text, "no other work, over 16 database connections\n"), 2);
    assert_int_equal(count(text, "each query takes 1 ms more"), 1);
    free(text);
    run_folder_destroy(&folder);
}

/* Beside requests that block there are the others, which are no faster ones of a kind. */
static void test_the_others_of_requests_that_block(void **state)
{
    (void)state;
    static const char rows[] =
        "block,scenario,model,allocator,subject,valid,connections,active,idle,payload_bytes,"
        "arrivals,offered_per_second,rate_basis,samples,p50_ns,p99_ns,other_p50_ns,other_p99_ns,"
        "overloaded,block_us,block_every,work_slow_us,work_slow_every,other_p90_ns\n"
        "1,blocking,loop,libc,blocking-loop,1,9,9,0,,poisson,200,equal_rate,9,,,,,0,10000,100,,,\n"
        "1,blocking,loop,libc,blocking-loop,1,9,9,0,,poisson,3000,equal_rate,90000,4000,5000,"
        "6000,7000,0,10000,100,,,6500\n"
        "1,blocking,loop,libc,blocking-loop,1,9,9,0,,poisson,5000,equal_rate,90000,4000,,"
        "8000,,0,10000,100,,,1440000\n"
        "1,echo,loop,libc,echo-loop,1,9,9,0,,poisson,3000,equal_rate,90000,4000,5000,6000,7000,0,"
        ",,20000,1000,\n";
    struct run_folder folder;
    run_folder_create(&folder);
    run_folder_write(&folder, "latency.csv", rows);
    char *text = print(folder.path);
    assert_line(text, "               the others        6.00 us 7.00 us -");
    /* What is beyond them was withheld. */
    assert_line(text, "               the others   8.00 us p90: 1.44 ms -");
    assert_line(text, "    without the slow ones        6.00 us 7.00 us -");
    assert_int_equal(count(text, "p50: too few samples"), 1);
    free(text);
    run_folder_destroy(&folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings_of_a_store_are_told_apart),
        cmocka_unit_test(test_a_table_names_only_what_it_has),
        cmocka_unit_test(test_the_others_of_requests_that_block),
        cmocka_unit_test(test_a_run_whose_medians_are_known),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_more_arms_than_fit),
        cmocka_unit_test(test_a_run_without_load_says_nothing),
        cmocka_unit_test(test_a_malformed_file_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
