/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a page, from rows whose figures are known. */
#include "read_run.h"
#include "readme/readme_section.h"
#include "run_folder.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What a section writes of the run, for the caller to free. */
static char *write_section(struct run_folder *folder, readme_section *section, int expected)
{
    char *text = NULL;
    size_t size = 0;
    struct error error = {""};
    const struct readme_runs runs = {.run = read_run(folder->path)};
    struct readme readme = {.runs = &runs, .error = &error};
    readme.out = open_memstream(&text, &size);
    assert_non_null(readme.out);
    assert_int_equal(section(&readme), expected);
    assert_int_equal(expected < 0, error.text[0] != '\0');
    fclose(readme.out);
    return text;
}

static int set_up(void **state)
{
    struct run_folder *folder = malloc(sizeof *folder);
    run_folder_create(folder);
    *state = folder;
    return 0;
}

static int tear_down(void **state)
{
    run_folder_destroy(*state);
    free(*state);
    return 0;
}

static void assert_has(const char *text, const char *line)
{
    if (!strstr(text, line))
        fail_msg("no '%s' in:\n%s", line, text);
}

#define LATENCY_HEADER                                                                       \
    "block,scenario,model,subject,valid,active,idle,payload_bytes,work_cpu_us,work_slow_us," \
    "work_slow_every,work_cache_bytes,requests_per_connection,rate_basis,capacity_share,"    \
    "offered_per_second,overloaded,client_bound,p50_ns,p99_ns,p999_ns\n"

static void each_kind_of_load_has_a_table(void **state)
{
    run_folder_write(
        *state, "latency.csv",
        LATENCY_HEADER
        "0,echo,threads,echo-threads,1,100,0,64,0,0,0,0,0,equal_rate,0.5,50000,0,0,16000,40400,\n"
        "0,echo,loop,echo-loop,1,100,0,64,0,0,0,0,0,equal_rate,0.5,50000,0,1,15000,1140000,2e6\n"
        "0,echo,threads,echo-threads,1,100,0,64,0,0,0,0,0,equal_utilisation,0.8,80000,1,0,1,2,3\n"
        "0,echo,loop,echo-loop,1,100,0,64,0,0,0,0,0,equal_utilisation,0.8,120000,0,0,1e4,2e4,3e4\n"
        "0,echo,loop,echo-loop,1,100,0,64,5,20000,1000,0,0,equal_rate,0.5,10000,0,0,1e4,32e6,\n"
        "0,echo,loop,echo-loop,1,100,0,64,0,0,0,262144,0,equal_rate,0.5,9000,0,0,1e4,2e4,\n"
        "0,echo,loop,echo-loop,1,100,0,16384,0,0,0,0,0,equal_rate,0.5,9000,0,0,1e4,2e4,\n"
        "0,echo,loop,echo-loop,1,100,0,64,0,0,0,0,1,equal_rate,0.5,9000,0,0,1e4,2e4,\n"
        "0,echo,loop,echo-loop,1,100,10000,64,0,0,0,0,0,equal_rate,0.5,50000,0,0,1e4,2e4,\n"
        "0,echo,loop,echo-loop,1,300,0,64,0,0,0,0,0,equal_rate,0.5,50000,0,0,1e4,2e4,\n"
        "0,echo,threads,mine,1,100,0,64,0,0,0,0,0,equal_rate,0.5,50000,0,0,1,1,1\n");
    char *text = write_section(*state, readme_latency, 0);
    assert_has(text,
               "| open loop, 100 active, equal rates | threads p50 / p99 / p99.9 | loop p50 ");
    assert_has(text, "| 50 k/s (50 %) | 16 us / 40 us / - | 15 us / 1.1 ms / 2.0 ms * |\n");
    assert_has(text,
               "| at 80 % of its own | 80 k/s: overloaded | 120 k/s: 10 us / 20 us / 30 us |");
    assert_has(text,
               "| 5 us of work, 1 in 1,000 takes 20 ms more, 10 k/s (50 %) |  | 10 us / 32 ms");
    assert_has(text, "| 256 KiB of cache touched, 9.0 k/s (50 %) |");
    assert_has(text, "| 16 KiB there and back, 9.0 k/s (50 %) |");
    assert_has(text, "| a new connection for each request, 9.0 k/s (50 %) |");
    assert_has(text, "| 10,000 idle, 50 k/s (50 %) |");
    assert_has(text, "| 300 active, 50 k/s (50 %) |");
    assert_null(strstr(text, "mine"));
    free(text);
}

/* Where over one in ten trials could not resolve a percentile, those that could are no sample. */
static void a_percentile_of_few_trials_is_none(void **state)
{
    run_folder_write(*state, "latency.csv",
                     "block,scenario,model,subject,valid,active,offered_per_second,p50_ns,p99_ns\n"
                     "0,echo,loop,echo-loop,1,100,1000,10000,20000\n"
                     "1,echo,loop,echo-loop,1,100,1000,12000,\n");
    char *text = write_section(*state, readme_latency, 0);
    assert_has(text, "| 1.0 k/s |  | 11 us / - / - |\n");
    free(text);
}

static void each_arm_has_its_own_utilisation(void **state)
{
    run_folder_write(
        *state, "latency.csv",
        "block,scenario,model,subject,valid,active,offered_per_second,capacity_share,utilisation,"
        "p50_ns\n"
        "0,echo,threads,echo-threads,1,100,71000,0.5,0.5,16000\n"
        "0,echo,loop,echo-loop,1,100,71000,0.5,0.32,15000\n"
        "0,echo,loop,echo-loop,1,100,90000,0.7,0.4,15000\n");
    char *text = write_section(*state, readme_latency, 0);
    assert_has(text, "| 71 k/s (50 % / 32 %) | 16 us / - / - | 15 us / - / - |\n");
    assert_has(text, "| 90 k/s (- / 40 %) |  | 15 us / - / - |\n");
    free(text);
}

static void other_programs_alone_make_no_table(void **state)
{
    run_folder_write(*state, "latency.csv",
                     "block,scenario,model,subject,valid,active,offered_per_second,p50_ns\n"
                     "0,echo,threads,mine,1,100,1000,10000\n");
    run_folder_write(*state, "throughput.csv",
                     "block,scenario,model,subject,valid,active,achieved_per_second\n"
                     "0,echo,threads,mine,1,100,1000\n");
    readme_section *const sections[] = {readme_latency, readme_throughput};
    for (size_t i = 0; i < 2; i++) {
        char *text = write_section(*state, sections[i], 0);
        assert_has(text, "(The run has no trial of waitbench's own servers.)");
        assert_null(strchr(text, '|'));
        free(text);
    }
}

static void cpu_of_both_sides_stands_in_brackets(void **state)
{
    run_folder_write(
        *state, "throughput.csv",
        "block,scenario,model,subject,server_cpus,valid,active,achieved_per_second,samples,"
        "server_cpu_seconds,both_cpu_seconds,client_bound,loops\n"
        "0,echo,threads,echo-threads,0-1,1,1,82900,1000,0.0065,0.0112,1,\n"
        "0,echo,loop,echo-loop,0-1,1,1,950,1000,0.0285,,0,\n"
        "0,echo,loops,echo-loop,0-1,1,1,950,1000,0.0285,,0,2\n");
    char *text = write_section(*state, readme_throughput, 0);
    assert_has(text, "| closed loop | threads | loop | loops |\n|---|---|---|---|\n");
    assert_has(text,
               "| 1 active | 83 k/s*, 6.5 us (11.2 us) | 950/s, 28.5 us | 950/s, 28.5 us |\n");
    free(text);
}

static void what_is_missing_or_broken_is_an_error(void **state)
{
    free(write_section(*state, readme_latency, -ENODATA));
    free(write_section(*state, readme_memory, -ENODATA));
    free(write_section(*state, readme_coffee, -ENODATA));
    run_folder_write(*state, "latency.csv",
                     "block,scenario,model,subject,p50_ns\n"
                     "0,echo,loop,echo-loop,1O\n");
    free(write_section(*state, readme_latency, -EBADMSG));
}

static void a_claim_of_another_language_is_left_out(void **state)
{
    run_folder_write(*state, "claims.csv",
                     "id,claim,verdict,figures,pair\n"
                     "a,A claim,depends,1,c\n"
                     "a,A claim,refuted,1,python\n"
                     "b,Another,undecided,not run,c\n");
    char *text = write_section(*state, readme_scorecard, 0);
    assert_string_equal(text, "| claim | here |\n|---|---|\n| A claim | depends |\n"
                              "| Another | undecided (not run) |\n\n"
                              "(in brackets: in how many of the settings that a claim was asked in "
                              "its side is resolved;\nthe report names them)\n");
    free(text);
}

static void numbers_have_the_digits_that_readers_compare_by(void **state)
{
    (void)state;
    char text[README_TEXT_SIZE];
    assert_string_equal(readme_bytes(339.03, text), "339 B");
    assert_string_equal(readme_bytes(39510, text), "38.6 KiB");
    assert_string_equal(readme_bytes(-0.2, text), "0 B");
    assert_string_equal(readme_time(999.6, text), "1.0 us");
    assert_string_equal(readme_time(9960, text), "10 us");
    assert_string_equal(readme_time(39e6, text), "39 ms");
    assert_string_equal(readme_time(NAN, text), "-");
    assert_string_equal(readme_cpu(28500, text), "28.5 us");
    assert_string_equal(readme_rate(217400, text), "217 k/s");
    assert_string_equal(readme_times(0.651, text), "0.65");
    assert_string_equal(readme_times(25.1, text), "25");
}

#define FOLDER_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(each_kind_of_load_has_a_table),
        FOLDER_TEST(a_percentile_of_few_trials_is_none),
        FOLDER_TEST(each_arm_has_its_own_utilisation),
        FOLDER_TEST(other_programs_alone_make_no_table),
        FOLDER_TEST(cpu_of_both_sides_stands_in_brackets),
        FOLDER_TEST(what_is_missing_or_broken_is_an_error),
        FOLDER_TEST(a_claim_of_another_language_is_left_out),
        cmocka_unit_test(numbers_have_the_digits_that_readers_compare_by),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
