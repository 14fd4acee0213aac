/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs of many languages: which of a run's trials their figures are of, and which of many are
 * shown beside ours. */
#include "analysis/summary/foreign_choice.h"
#include "analysis/summary/runtimes.h"
#include "analysis/tables/runtime_table.h"
#include "narrow_text.h"
#include "read_run.h"
#include "run_folder.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BLOCKS 6

/* A program, and what is true of it. */
struct program {
    const char *model;
    const char *subject;
    const char *allocator;
    double bytes; /* of a waiter */
    double us;    /* of a request */
};

static const struct program programs[] = {
    {"threads", "echo-threads", "jemalloc", 40000, 20},
    {"threads", "echo-threads-libc", "libc", 50000, 20},
    {"loop", "echo-loop", "jemalloc", 4000, 10},
    {"loops", "echo-loop", "jemalloc", 4200, 11},
    {"sockets", "echo-sockets", "jemalloc", 3500, 0},
    {"goroutines", "go", "", 9000, 30},
    {"loop", "node", "", 8000, 50},
    {"threads", "ruby", "", 60000, 200},
};
#define PROGRAMS (sizeof programs / sizeof *programs)

static void write_memory(const struct run_folder *folder, size_t count)
{
    FILE *out = run_folder_open(folder, "memory.csv", "w");
    if (!out)
        abort();
    fputs("block,scenario,model,allocator,subject,valid,waiters_requested,waiters,stack_bytes,warm,"
          "work_stack_bytes,work_heap_bytes,hold_bytes,user_bytes,total_bytes,spawn_seconds,"
          "runtime\n",
          out);
    for (int block = 0; block < BLOCKS; block++)
        for (size_t i = 0; i < count; i++)
            for (int waiters = 100; waiters <= 400; waiters += 100)
                for (int warm = 0; warm < 2; warm++) {
                    const struct program *program = &programs[i];
                    double total = 1e6 + waiters * (program->bytes + 1000 * warm);
                    fprintf(out, "%d,echo,%s,%s,%s,1,%d,%d,,%d,0,0,0,%g,%.9g,%g,%s\n", block,
                            program->model, program->allocator, program->subject, waiters, waiters,
                            warm, total / 2, total, waiters * program->us * 1e-6,
                            strcmp(program->subject, "go") == 0 ? "go 1.22" : "");
                }
    fclose(out);
}

/* Overloaded where the rate is more than it can do; noise is none: what is measured is true. */
static void write_load_row(FILE *out, int block, const struct program *program, double active,
                           double idle, double rate, double share)
{
    double most = 1e6 / program->us;
    bool is_open = rate > 0;
    fprintf(out, "%d,echo,%s,%s,%s,1,%g,%g,64,%s,", block, program->model, program->allocator,
            program->subject, active, idle, is_open ? "poisson" : "closed");
    if (is_open)
        fprintf(out, "%g,%g,equal_rate,", rate, share);
    else
        fputs(",,,", out);
    fprintf(out, "%g,%g,%g,%g,%g,%d\n",
            is_open      ? rate
            : active > 1 ? most
                         : most / 4,
            10000.0, 10000 * program->us / 1e6, program->us * 1000, program->us * 3000,
            is_open && rate > most);
}

static void write_load(const struct run_folder *folder, const char *name, bool is_open,
                       size_t count)
{
    FILE *out = run_folder_open(folder, name, "w");
    if (!out)
        abort();
    fputs("block,scenario,model,allocator,subject,valid,active,idle,payload_bytes,arrivals,"
          "offered_per_second,capacity_share,rate_basis,achieved_per_second,samples,"
          "server_cpu_seconds,p50_ns,p99_ns,overloaded\n",
          out);
    for (int block = 0; block < BLOCKS; block++)
        for (size_t i = 0; i < count; i++) {
            if (programs[i].us <= 0)
                continue;
            if (is_open) {
                write_load_row(out, block, &programs[i], 100, 0, 2000, 0.04);
                write_load_row(out, block, &programs[i], 100, 0, 4000, 0.08);
                write_load_row(out, block, &programs[i], 100, 0, 25000, 0.5);
                write_load_row(out, block, &programs[i], 100, 5000, 4000, 0.08);
            } else {
                write_load_row(out, block, &programs[i], 1, 0, 0, 0);
                write_load_row(out, block, &programs[i], 80, 0, 0, 0);
                write_load_row(out, block, &programs[i], 1000, 0, 0, 0);
            }
        }
    fclose(out);
}

/* Of the first `count` programs. */
static void read_programs(const struct run_folder *folder, size_t count, struct bill *bill,
                          struct runtime_figures *runtimes)
{
    struct error error = {""};
    write_memory(folder, count);
    write_load(folder, "throughput.csv", false, count);
    write_load(folder, "latency.csv", true, count);
    run_folder_write(folder, "machine.json",
                     "{\"hostname\":\"vm\",\"runtimes\":{\"go\":{\"about\":\"Go, "
                     "net\",\"version\":\"go1.22.1\"},"
                     "\"node\":7}}");
    const struct recorded_run *run = read_run(folder->path);
    assert_int_equal(bill_read(bill, run, 1, &error), 0);
    assert_int_equal(runtime_figures_read(runtimes, run, bill, &error), 0);
}

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) <= 1e-6 * fabs(expected)))
        fail_msg("%g, not %g", value, expected);
}

static void test_each_has_the_figures_that_are_true_of_it(void **state)
{
    (void)state;
    static const char *const order[] = {"echo-loop", "echo-loops",   "node",
                                        "go",        "echo-threads", "ruby"};
    struct run_folder folder;
    struct bill bill;
    struct runtime_figures runtimes;
    run_folder_create(&folder);
    read_programs(&folder, PROGRAMS, &bill, &runtimes);
    assert_true(runtime_figures_are_many(&runtimes));
    assert_int_equal(runtimes.count, 6);
    for (size_t i = 0; i < runtimes.count; i++)
        assert_string_equal(runtimes.arms[i].name, order[i]);
    const struct runtime_arm *go = &runtimes.arms[3];
    assert_false(go->is_ours);
    assert_string_equal(go->about, "Go, net");
    assert_string_equal(go->version, "go1.22.1");
    assert_string_equal(go->runtime, "go 1.22");
    assert_string_equal(runtimes.arms[2].about, "");
    assert_near(go->bytes[COMPONENT_TOTAL].value, 9000);
    assert_near(go->bytes[COMPONENT_USER].value, 4500);
    assert_near(go->spawn_ns.value, 30e3);
    assert_near(go->per_second[RUNTIMES_MANY].value, 1e6 / 30);
    assert_near(go->per_second[RUNTIMES_MANY].interval.low, 1e6 / 30);
    assert_near(go->per_second[RUNTIMES_ONE].value, 1e6 / 120);
    assert_near(go->cpu_seconds[RUNTIMES_MANY].value, 30e-6);
    assert_near(go->p50_ns.value, 30e3);
    assert_near(go->p99_ns.value, 90e3);
    assert_near(runtimes.connection_bytes, 3500);
    bill_finish(&bill);
    runtime_figures_finish(&runtimes);
    run_folder_destroy(&folder);
}

static void test_the_setting_is_the_one_that_most_keep_up_with(void **state)
{
    (void)state;
    struct run_folder folder;
    struct bill bill;
    struct runtime_figures runtimes;
    run_folder_create(&folder);
    read_programs(&folder, PROGRAMS, &bill, &runtimes);
    /* 25,000/s are nearest to half, and overload two of six. */
    assert_near(runtimes.offered_per_second, 4000);
    assert_near(runtimes.latency_active, 100);
    assert_near(runtimes.active[RUNTIMES_ONE], 1);
    assert_near(runtimes.active[RUNTIMES_MANY], 80);
    assert_near(runtimes.spawn_waiters, 400);
    assert_false(runtimes.is_warm);
    for (size_t i = 0; i < runtimes.count; i++) {
        assert_int_equal(runtimes.arms[i].overloaded_trials, 0);
        assert_int_equal(runtimes.arms[i].latency_trials, BLOCKS);
    }
    bill_finish(&bill);
    runtime_figures_finish(&runtimes);
    run_folder_destroy(&folder);
}

static void test_two_are_few(void **state)
{
    (void)state;
    struct run_folder folder;
    struct bill bill;
    struct runtime_figures runtimes;
    run_folder_create(&folder);
    read_programs(&folder, PROGRAMS - 1, &bill, &runtimes);
    assert_false(runtime_figures_are_many(&runtimes));
    assert_int_equal(runtimes.foreign_count, 2);
    bill_finish(&bill);
    runtime_figures_finish(&runtimes);
    run_folder_destroy(&folder);
}

static char *print_table(const struct runtime_figures *runtimes)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        abort();
    runtime_table_print(runtimes, out);
    fclose(out);
    return text;
}

static void test_the_terminal_has_a_line_for_each(void **state)
{
    (void)state;
    struct run_folder folder;
    struct bill bill;
    struct runtime_figures runtimes;
    run_folder_create(&folder);
    read_programs(&folder, PROGRAMS, &bill, &runtimes);
    runtimes.arms[4].overloaded_trials = 5;
    runtimes.arms[5].p99_ns.value = NAN;
    char *text = print_table(&runtimes);
    assert_in_range(widest_line(text), 1, 80);
    assert_non_null(strstr(text, "\nat 4.00 k/s over 100\n"));
    assert_non_null(strstr(text, "\ngo                         8.79 KiB 4.39 KiB   33.3 k   8.33 k "
                                 " 30.0 us  90.0 us\n"));
    assert_non_null(strstr(text, "    overloaded 5/6\n"));
    assert_non_null(strstr(text, "   200 us        -\n"));
    free(text);
    bill_finish(&bill);
    runtime_figures_finish(&runtimes);
    run_folder_destroy(&folder);
}

/* A table of `count` foreign subjects beside ours, the first `paired` of them of a pair. */
static struct csv_table *many(size_t count, size_t paired)
{
    char *text = NULL;
    size_t length = 0;
    struct error error = {""};
    struct csv_table *table = NULL;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        abort();
    fputs("scenario,model,subject,pair\necho,loop,echo-loop,c\n", out);
    for (size_t i = 0; i < 2 * count; i++)
        fprintf(out, "echo,loop,mine-%zu,%s\n", i / 2, i / 2 < paired ? "mine" : "");
    fclose(out);
    assert_int_equal(csv_parse(&table, text, length, "many.csv", &error), 0);
    free(text);
    return table;
}

static void assert_shown(size_t count, size_t paired, size_t shown)
{
    bool kept[128];
    size_t left = 0;
    struct csv_table *table = many(count, paired);
    for (size_t row = 0; row < csv_row_count(table); row++)
        kept[row] = true;
    struct foreign_choice choice = foreign_choose(table, FOREIGN_TOO_MANY, kept);
    for (size_t row = 0; row < csv_row_count(table); row++)
        left += kept[row];
    assert_int_equal(choice.count, count);
    assert_int_equal(choice.shown, shown);
    assert_int_equal(left, 1 + 2 * shown);
    assert_true(kept[0]);
    csv_table_destroy(table);
}

static void test_of_many_those_of_a_pair_stand_beside_ours(void **state)
{
    (void)state;
    assert_shown(FOREIGN_MANY, 2, FOREIGN_MANY);
    assert_shown(FOREIGN_MANY + 1, 2, 2);
    assert_shown(FOREIGN_TOO_MANY, 0, FOREIGN_TOO_MANY);
    assert_shown(FOREIGN_TOO_MANY + 1, 0, 0);
    assert_shown(30, 8, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_has_the_figures_that_are_true_of_it),
        cmocka_unit_test(test_the_setting_is_the_one_that_most_keep_up_with),
        cmocka_unit_test(test_two_are_few),
        cmocka_unit_test(test_the_terminal_has_a_line_for_each),
        cmocka_unit_test(test_of_many_those_of_a_pair_stand_beside_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
