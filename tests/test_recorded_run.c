/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run folder read whole: what is refused, and what is not. */
#include "read_run.h"
#include "run/machine_json.h"
#include "run_folder.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

/* What became of the file with this text. */
static int read_as(const struct run_folder *folder, const char *name, const char *text,
                   struct error *error)
{
    const struct csv_table *table;
    run_folder_write(folder, name, text);
    return recorded_run_table(read_run(folder->path), name, &table, error);
}

static void a_bad_number_is_refused_where_no_figure_needs_it(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        const char *where;
    } files[] = {
        {"memory.csv", "block,order,total_bytes\n1,1,5\n1,2O,6\n",
         "memory.csv:3: column order: '2O"},
        {"memory.csv", "subject,pid\nx,\ny,none\n", "memory.csv:3: column pid: 'none'"},
        {"latency.csv", "block,errors\n1,many\n", "latency.csv:2: column errors: 'many'"},
        {"latency-spectrum.csv", "quantile\nhalf\n", "latency-spectrum.csv:2: column quantile"},
        {"flow.csv", "metric,value,waiters_count\nx,1,1e\n", "flow.csv:2: column waiters_count"},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct error error = {""};
        assert_int_equal(read_as(*state, files[i].name, files[i].text, &error), -EBADMSG);
        if (!strstr(error.text, files[i].where))
            fail_msg("'%s' does not say '%s'", error.text, files[i].where);
    }
}

static void empty_cells_texts_and_what_is_not_ours_pass(void **state)
{
    struct error error = {""};
    assert_int_equal(read_as(*state, "throughput.csv",
                             "block,order,subject,note,server_cpus,idle_wait,mood,stack_bytes\n"
                             "1,,5 O,1e,\"0,2-3\",spin,good,\n",
                             &error),
                     1);
    assert_string_equal(error.text, "");
}

static void a_trial_that_stands_there_twice_is_refused(void **state)
{
    struct error error = {""};
    static const char once[] = "block,pid,subject,value\n1,7,a,5\n1,8,a,5\n2,7,a,5\n1,7,b,5\n";
    assert_int_equal(read_as(*state, "throughput.csv", once, &error), 1);
    assert_int_equal(read_as(*state, "flow.csv", "block,pid,value\n1,7,5\n2,7,5\n1,7,5\n", &error),
                     -EBADMSG);
    assert_non_null(strstr(error.text, "flow.csv:4: the same trial as on line 2"));
    /* What is no trial may be alike. */
    assert_int_equal(read_as(*state, "latency-spectrum.csv", "quantile\n0.5\n0.5\n", &error), 1);
}

static void a_malformed_file_costs_no_other(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {""};
    const struct csv_table *table;
    run_folder_write(folder, "memory.csv", "block\n1\n");
    run_folder_write(folder, "flow.csv", "block\n1,2\n");
    const struct recorded_run *run = read_run(folder->path);
    assert_int_equal(recorded_run_check(run, &error), 0);
    assert_int_equal(recorded_run_table(run, "memory.csv", &table, &error), 1);
    assert_int_equal(csv_row_count(table), 1);
    assert_int_equal(recorded_run_table(run, "latency.csv", &table, &error), 0);
    assert_null(table);
    assert_int_equal(recorded_run_table(run, "flow.csv", &table, &error), -EBADMSG);
    assert_non_null(strstr(error.text, "flow.csv:2: "));
    assert_int_equal(recorded_run_need(run, "latency.csv", &table, &error), -ENODATA);
    assert_string_equal(error.text, "the run has no latency.csv");
    assert_int_equal(recorded_run_need_machine(run, &error), -ENOENT);
    assert_int_equal(recorded_run_seed(run), 0);
    assert_true(isnan(recorded_run_floor_ns(run)));
}

static void machine_json_is_read_with_it(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {""};
    run_folder_write(folder, "machine.json",
                     "{\"hostname\":\"vm\",\"seed\":7,"
                     "\"calibration\":{\"round_trip_p50_ns\":9000}}");
    const struct recorded_run *run = read_run(folder->path);
    assert_int_equal(recorded_run_check(run, &error), 0);
    assert_int_equal(recorded_run_need_machine(run, &error), 0);
    assert_int_equal(recorded_run_seed(run), 7);
    assert_true(fabs(recorded_run_floor_ns(run) - 9000) < 1e-9);
    assert_string_equal(machine_find_text(run->machine, "hostname"), "vm");
    run_folder_write(folder, "machine.json", "{\"hostname\":\n");
    assert_int_equal(recorded_run_need_machine(read_run(folder->path), &error), -EBADMSG);
    assert_non_null(strstr(error.text, "machine.json:"));
}

static void an_empty_folder_is_no_run(void **state)
{
    const struct run_folder *folder = *state;
    struct error error = {""};
    assert_int_equal(recorded_run_check(read_run(folder->path), &error), -ENODATA);
    assert_non_null(strstr(error.text, "is no run"));
    assert_int_equal(recorded_run_check(read_run("/nowhere/at/all"), &error), -ENODATA);
}

#define FOLDER_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_bad_number_is_refused_where_no_figure_needs_it),
        FOLDER_TEST(empty_cells_texts_and_what_is_not_ours_pass),
        FOLDER_TEST(a_trial_that_stands_there_twice_is_refused),
        FOLDER_TEST(a_malformed_file_costs_no_other),
        FOLDER_TEST(machine_json_is_read_with_it),
        FOLDER_TEST(an_empty_folder_is_no_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
