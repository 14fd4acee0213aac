/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Foreign subjects against one another: which pairs there are, and how the terminal shows them. */
#include "analysis/analysis.h"
#include "analysis/summary/summary.h"
#include "analysis/tables/load_table.h"
#include "analysis/tables/versus.h"
#include "narrow_text.h"
#include "read_run.h"
#include "run_folder.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BLOCKS 8

/* A run of these subjects, each slower than the one before it, beside ours or not. */
struct cast {
    struct run_folder folder;
    const char *const *subjects; /* NULL at the end */
    bool with_ours;
    double samples;
};

static void write_row(FILE *out, int block, const char *model, const char *subject, double slower,
                      double samples)
{
    /* Different from block to block, and alike for all: pairs tell them apart. */
    double noise = 1 + 0.05 * (block % 4);
    fprintf(out, "%d,echo,%s,%s,%s,1,100,100,0,64,poisson,30000,0.5,equal_rate,%g,%g,", block,
            model, *model ? "jemalloc" : "", subject, samples, 1e4 * slower * noise);
    if (samples >= 10000)
        fprintf(out, "%g", 5e4 * slower * noise);
    fputs(",\n", out);
}

static void write_latency(const struct cast *cast)
{
    FILE *out = run_folder_open(&cast->folder, "latency.csv", "w");
    if (!out)
        abort();
    fputs("block,scenario,model,allocator,subject,valid,connections,active,idle,payload_bytes,"
          "arrivals,offered_per_second,capacity_share,rate_basis,samples,p50_ns,p99_ns,p999_ns\n",
          out);
    for (int block = 0; block < BLOCKS; block++) {
        double slower = 1;
        for (const char *const *subject = cast->subjects; *subject; subject++, slower *= 1.2)
            write_row(out, block, "", *subject, slower, cast->samples);
        if (cast->with_ours) {
            write_row(out, block, "threads", "echo-threads", 2, cast->samples);
            write_row(out, block, "loop", "echo-loop", 3, cast->samples);
        }
    }
    fclose(out);
}

static void begin(struct cast *cast, const char *machine)
{
    run_folder_create(&cast->folder);
    write_latency(cast);
    if (machine)
        run_folder_write(&cast->folder, "machine.json", machine);
}

/* The pairs of p50, "new/old new/echo-loop", in the order of the summary. */
static void assert_pairs(const struct cast *cast, const char *baseline, const char *expected)
{
    char pairs[1024] = "";
    struct summary summary;
    struct error error = {""};
    assert_int_equal(
        summary_read_against(&summary, read_run(cast->folder.path), baseline, 1, &error), 0);
    for (size_t i = 0; i < summary.count; i++) {
        size_t used = strlen(pairs);
        if (strcmp(summary.rows[i].metric.name, "p50") == 0)
            snprintf(pairs + used, sizeof pairs - used, "%s%s/%s", used > 0 ? " " : "",
                     group_text(summary.rows[i].a, "subject"),
                     group_text(summary.rows[i].b, "subject"));
    }
    assert_string_equal(pairs, expected);
    summary_finish(&summary);
}

static const char *const two[] = {"new", "old", NULL};
static const char *const three[] = {"a", "b", "c", NULL};
static const char *const five[] = {"a", "b", "c", "d", "e", NULL};

static void test_two_subjects_are_a_pair(void **state)
{
    (void)state;
    struct cast cast = {.subjects = two, .samples = 3e5};
    /* The later on the command line over the earlier; by name where nothing says. */
    begin(&cast, "{\"hostname\":\"vm\",\"subjects\":[\"old\",\"new\"]}");
    assert_pairs(&cast, NULL, "new/old");
    struct summary summary;
    struct error error = {""};
    assert_int_equal(summary_read(&summary, read_run(cast.folder.path), 1, &error), 0);
    assert_string_equal(verdict_text(summary.rows[0].comparison.verdict, METRIC_TIME), "faster");
    assert_true(fabs(summary.rows[0].comparison.ratio.value - 1 / 1.2) < 1e-9);
    summary_finish(&summary);
    run_folder_destroy(&cast.folder);
    begin(&cast, NULL);
    assert_pairs(&cast, NULL, "old/new");
    run_folder_destroy(&cast.folder);
}

static void test_every_pair_of_a_few_and_each_against_the_first_of_many(void **state)
{
    (void)state;
    struct cast cast = {.subjects = three, .samples = 3e5};
    begin(&cast, NULL);
    assert_pairs(&cast, NULL, "b/a c/a c/b");
    run_folder_destroy(&cast.folder);
    cast.subjects = five;
    begin(&cast, "{\"hostname\":\"vm\",\"subjects\":[\"c\",\"gone\",\"a\",7]}");
    assert_pairs(&cast, NULL, "a/c b/c d/c e/c");
    run_folder_destroy(&cast.folder);
    /* Beside ours each is set against our loop, and nothing else. */
    cast.with_ours = true;
    begin(&cast, NULL);
    assert_pairs(&cast, NULL,
                 "a/echo-loop b/echo-loop c/echo-loop d/echo-loop e/echo-loop "
                 "echo-threads/echo-loop");
    assert_pairs(&cast, "d", "a/d b/d c/d e/d echo-loop/d echo-threads/d echo-threads/echo-loop");
    run_folder_destroy(&cast.folder);
}

static void test_a_baseline_takes_every_other_arm(void **state)
{
    (void)state;
    struct cast cast = {.subjects = three, .with_ours = true, .samples = 3e5};
    begin(&cast, NULL);
    assert_pairs(&cast, NULL,
                 "a/echo-loop a/echo-threads b/a b/echo-loop b/echo-threads c/a c/b c/echo-loop "
                 "c/echo-threads echo-threads/echo-loop");
    /* Threads over loop stay, for claims rest on them. */
    assert_pairs(&cast, "b", "a/b c/b echo-loop/b echo-threads/b echo-threads/echo-loop");
    assert_pairs(&cast, "echo-threads",
                 "a/echo-threads b/echo-threads c/echo-threads echo-loop/echo-threads "
                 "echo-threads/echo-loop");
    /* What the run was asked for counts where nobody asks for another. */
    run_folder_write(&cast.folder, "machine.json", "{\"hostname\":\"vm\",\"baseline\":\"c\"}");
    assert_pairs(&cast, NULL, "a/c b/c echo-loop/c echo-threads/c echo-threads/echo-loop");
    assert_pairs(&cast, "a", "b/a c/a echo-loop/a echo-threads/a echo-threads/echo-loop");
    struct summary summary;
    struct error error = {""};
    assert_int_equal(summary_read_against(&summary, read_run(cast.folder.path), "d", 1, &error),
                     -ENODATA);
    assert_non_null(strstr(error.text, "--baseline d: no arm is called so; there are: a, b, c"));
    run_folder_destroy(&cast.folder);
}

/* Runtimes of one pair: threads over the loop, whatever is asked besides, and never the reverse. */
static void test_halves_of_a_pair_are_set_against_each_other(void **state)
{
    (void)state;
    static const char *const arms[] = {
        "threads,echo-threads,", "loop,echo-loop,c",
        "loop,py-loop,python",   "threads,py-threads,python",
        "loop,py-uvloop,",       "threads,rb-threads,ruby",
        "loop,epoll,c",          NULL,
    };
    struct cast cast = {.samples = 0};
    run_folder_create(&cast.folder);
    FILE *out = run_folder_open(&cast.folder, "latency.csv", "w");
    if (!out)
        abort();
    fputs("block,scenario,valid,model,subject,pair,p50_ns\n", out);
    for (int block = 0; block < BLOCKS; block++)
        for (const char *const *arm = arms; *arm; arm++)
            fprintf(out, "%d,echo,1,%s,%g\n", block, *arm, 1e5 + 100 * block);
    fclose(out);
    assert_pairs(&cast, "echo-loop",
                 "epoll/echo-loop py-loop/echo-loop py-uvloop/echo-loop echo-threads/echo-loop "
                 "py-threads/echo-loop py-threads/py-loop rb-threads/echo-loop");
    /* Five foreign ones: each against our loop, and the pair besides, whatever comes first. */
    static const char five_and_the_pair[] =
        "epoll/echo-loop py-loop/echo-loop py-uvloop/echo-loop echo-threads/echo-loop "
        "py-threads/echo-loop py-threads/py-loop rb-threads/echo-loop";
    run_folder_write(&cast.folder, "machine.json",
                     "{\"hostname\":\"vm\",\"subjects\":[\"epoll\",\"py-threads\"]}");
    assert_pairs(&cast, NULL, five_and_the_pair);
    run_folder_write(&cast.folder, "machine.json",
                     "{\"hostname\":\"vm\",\"subjects\":[\"py-threads\"]}");
    assert_pairs(&cast, NULL, five_and_the_pair);
    run_folder_destroy(&cast.folder);
}

/* The halves of an A/A run are compared in aa.csv, and nowhere else. */
static void test_an_arm_and_itself_are_no_pair(void **state)
{
    (void)state;
    static const char *const again[] = {"mine", "mine-again", NULL};
    struct cast cast = {.subjects = again, .samples = 3e5};
    begin(&cast, NULL);
    assert_pairs(&cast, NULL, "");
    run_folder_destroy(&cast.folder);
}

/* Two ways of a loop, and a pool of threads beside it and threads. */
static void test_each_way_of_a_loop_is_a_pair(void **state)
{
    (void)state;
    static const char *const arms[] = {
        "threads,libc,web-threads,,", "loop,libc,web-loop,inline,", "loop,libc,web-loop,pool,4",
        "pool,libc,web-pool,,32",     "loop,jemalloc,web-loop,,",   NULL,
    };
    struct run_folder folder;
    struct summary summary;
    struct error error = {""};
    char pairs[512] = "";
    run_folder_create(&folder);
    FILE *out = run_folder_open(&folder, "latency.csv", "w");
    fputs("block,scenario,valid,model,allocator,subject,store_call,pool_size,p50_ns\n", out);
    for (int block = 0; block < BLOCKS; block++)
        for (const char *const *arm = arms; *arm; arm++)
            fprintf(out, "%d,web,1,%s,%g\n", block, *arm, 1e5 + 100 * block);
    fclose(out);
    assert_int_equal(
        summary_read_against(&summary, read_run(folder.path), "web-loop:pool-4", 1, &error), 0);
    assert_int_equal(summary_write(&summary, folder.path, &error), 0);
    struct csv_table *table = NULL;
    assert_int_equal(read_table(&table, folder.path, "summary.csv", &error), 0);
    for (size_t i = 0; i < csv_row_count(table); i++)
        if (strcmp(csv_cell(table, i, csv_column(table, "metric")), "p50") == 0)
            snprintf(pairs + strlen(pairs), sizeof pairs - strlen(pairs), "%s %s\n",
                     csv_cell(table, i, csv_column(table, "arm_a")),
                     csv_cell(table, i, csv_column(table, "arm_b")));
    assert_string_equal(pairs, "web-loop web-loop:pool-4\n"
                               "web-loop:inline web-loop:pool-4\n"
                               "web-pool:32-threads web-loop:inline\n"
                               "web-pool:32-threads web-loop:pool-4\n"
                               "web-threads web-loop:inline\n"
                               "web-threads web-loop:pool-4\n"
                               "web-threads web-pool:32-threads\n");
    csv_table_destroy(table);
    summary_finish(&summary);
    assert_int_equal(
        summary_read_against(&summary, read_run(folder.path), "web-loop:pool-5", 1, &error),
        -ENODATA);
    assert_non_null(strstr(error.text, "there are: web-loop, web-loop:inline, web-loop:pool-4, "));
    run_folder_destroy(&folder);
}

/* No line is wider than 80 characters. To be freed. */
static char *print_checked(const struct cast *cast, const char *baseline)
{
    char *text = NULL;
    size_t length = 0;
    struct error error = {""};
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    const struct recorded_run *run = read_run(cast->folder.path);
    struct summary summary;
    assert_int_equal(summary_read_against(&summary, run, baseline, 1, &error), 0);
    assert_int_equal(load_table_print(run, out, &error), 0);
    versus_print(&summary, baseline, out);
    summary_finish(&summary);
    fclose(out);
    assert_in_range(widest_line(text), 1, 80);
    return text;
}

static void assert_says(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no '%s' in:\n%s", part, text);
}

static void test_the_terminal_shows_pairs(void **state)
{
    (void)state;
    struct cast cast = {.subjects = two, .samples = 3e5};
    begin(&cast, "{\"hostname\":\"vm\",\"subjects\":[\"old\",\"new\"]}");
    char *text = print_checked(&cast, NULL);
    assert_says(text, "\nnew against old (ratio of medians, 95 % interval; * resolved)\n");
    assert_says(text, "\n  30.0 k/s, 100 active                       0.83*          0.83*");
    assert_says(text, "\n                                       0.83..0.83     0.83..0.83 ");
    free(text);
    run_folder_destroy(&cast.folder);
    cast.subjects = five;
    begin(&cast, NULL);
    text = print_checked(&cast, NULL);
    assert_says(text, "\nEach is set against a.\n(--baseline NAME takes another.)\n");
    free(text);
    text = print_checked(&cast, "e");
    assert_says(text, "\nEach is set against e.\n");
    assert_says(text, "\nd against e (");
    free(text);
    run_folder_destroy(&cast.folder);
}

static void test_seven_arms_with_long_names_fit(void **state)
{
    (void)state;
    static const char *const many[] = {
        "an-extraordinarily-long-subject-name-of-version-1.0",
        "an-extraordinarily-long-subject-name-of-version-1.1",
        "an-extraordinarily-long-subject-name-of-version-2.0",
        "c",
        "d",
        "e",
        "f",
        NULL,
    };
    struct cast cast = {.subjects = many, .with_ours = true, .samples = 3e5};
    begin(&cast, NULL);
    char *text = print_checked(&cast, NULL);
    /* Each has its column, under a name of its own. */
    assert_says(text, "an-extraord...ersion-1.0");
    assert_says(text, "an-extraord...ersion-1.1");
    assert_says(text, "an-extraord...ersion-2.0");
    assert_says(text, "10.8 us 53.8 us");
    free(text);
    run_folder_destroy(&cast.folder);
}

static void test_too_few_samples_are_called_so(void **state)
{
    (void)state;
    struct cast cast = {.subjects = two, .samples = 190};
    begin(&cast, NULL);
    char *text = print_checked(&cast, NULL);
    assert_says(text, "10.8 us p99: too few");
    free(text);
    run_folder_destroy(&cast.folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_subjects_are_a_pair),
        cmocka_unit_test(test_every_pair_of_a_few_and_each_against_the_first_of_many),
        cmocka_unit_test(test_a_baseline_takes_every_other_arm),
        cmocka_unit_test(test_halves_of_a_pair_are_set_against_each_other),
        cmocka_unit_test(test_an_arm_and_itself_are_no_pair),
        cmocka_unit_test(test_each_way_of_a_loop_is_a_pair),
        cmocka_unit_test(test_the_terminal_shows_pairs),
        cmocka_unit_test(test_seven_arms_with_long_names_fit),
        cmocka_unit_test(test_too_few_samples_are_called_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
