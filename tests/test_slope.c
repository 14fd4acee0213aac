/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/summary/bill.h"
#include "analysis/tables/memory_table.h"
#include "read_run.h"
#include "run_folder.h"

#include <errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define POINTS      4
#define BLOCKS_MAX  12
#define SIMULATIONS 2000

static const double waiters[POINTS] = {100, 1000, 3000, 10000};

/* 400 bytes per waiter over 50,000; each trial is off by its own 1 %, each block's price by 1 %. */
static size_t simulate(gsl_rng *random, size_t blocks, struct slope_point *points)
{
    double price = 0;
    for (size_t i = 0; i < blocks * POINTS; i++) {
        double x = waiters[i % POINTS];
        if (i % POINTS == 0)
            price = 400 * (1 + gsl_ran_gaussian(random, 0.01));
        double y = (50000 + price * x) * (1 + gsl_ran_gaussian(random, 0.01));
        points[i] = (struct slope_point){(double)(i / POINTS), x, y};
    }
    return blocks * POINTS;
}

static void test_exact_line(void **state)
{
    (void)state;
    struct slope_point points[POINTS];
    for (size_t i = 0; i < POINTS; i++)
        points[i] = (struct slope_point){0, waiters[i], 5000 + 16384 * waiters[i]};
    struct slope line = slope_fit(points, POINTS, 1);
    assert_true(fabs(line.slope.value - 16384) < 1e-6);
    assert_true(fabs(line.intercept - 5000) < 1e-3);
    assert_true(fabs(line.slope.interval.high - 16384) < 1e-3);
    assert_int_equal(line.points, 4);
    assert_int_equal(line.slope.blocks, 1);
}

static void test_three_points_are_too_few(void **state)
{
    (void)state;
    /* The third and fourth are the same count, one waiter short. */
    struct slope_point points[] = {{0, 100, 1}, {0, 1000, 2}, {0, 10000, 3}, {1, 9999, 3}};
    struct slope line = slope_fit(points, 4, 1);
    assert_true(isnan(line.slope.value) && isnan(line.slope.interval.low));
    assert_int_equal(line.points, 3);
    assert_int_equal(line.slope.blocks, 2);
    line = slope_fit(points, 0, 1);
    assert_true(isnan(line.slope.value));
    assert_int_equal(line.points, 0);
}

static void test_coverage(void **state)
{
    (void)state;
    static const size_t block_counts[] = {6, 12};
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, 5);
    for (size_t n = 0; n < 2; n++) {
        unsigned held = 0;
        for (uint64_t i = 0; i < SIMULATIONS; i++) {
            struct slope_point points[BLOCKS_MAX * POINTS];
            size_t count = simulate(random, block_counts[n], points);
            struct interval interval = slope_fit(points, count, i).slope.interval;
            held += interval.low <= 400 && 400 <= interval.high;
        }
        printf("  slope, %zu blocks: %.1f %%\n", block_counts[n], 100.0 * held / SIMULATIONS);
        assert_in_range(held, SIMULATIONS * 92 / 100, SIMULATIONS * 98 / 100);
    }
    gsl_rng_free(random);
}

static void test_ratio_uses_common_blocks(void **state)
{
    (void)state;
    struct slope_point a[10 * POINTS];
    struct slope_point b[10 * POINTS];
    for (size_t i = 0; i < (size_t)10 * POINTS; i++) {
        double block = (double)(i / POINTS);
        double x = waiters[i % POINTS];
        a[i] = (struct slope_point){block, x, (30000 + 100 * block) * x};
        b[i] = (struct slope_point){block + 3, x, (3000 + 10 * (block + 3)) * x + 777};
    }
    struct estimate ratio = slope_ratio(a, (size_t)10 * POINTS, b, (size_t)10 * POINTS, 1);
    assert_int_equal(ratio.blocks, 7);
    assert_true(fabs(ratio.interval.low - 10) < 1e-6);
    assert_true(fabs(ratio.interval.high - 10) < 1e-6);
    ratio = slope_ratio(a, (size_t)10 * POINTS, b, 0, 1);
    assert_true(isnan(ratio.value));
}

static const struct bill_arm *find_arm(const struct bill *bill, const char *subject,
                                       const char *stack)
{
    for (size_t i = 0; i < bill->count; i++)
        if (strcmp(group_text(&bill->bills[i].trials, "subject"), subject) == 0 &&
            strcmp(group_text(&bill->bills[i].trials, "stack_bytes"), stack) == 0)
            return &bill->bills[i];
    fail_msg("no arm %s %s", subject, stack);
    return NULL;
}

static void assert_price(const struct bill_arm *arm, enum component component, double truth)
{
    const struct estimate *slope = &arm->components[component].slope;
    assert_true(fabs(slope->value - truth) <= 0.02 * truth + 2);
    assert_true(slope->interval.low <= slope->value && slope->value <= slope->interval.high);
    assert_int_equal(slope->blocks, 6);
}

static void test_bill_of_golden_run(void **state)
{
    (void)state;
    struct bill bill;
    struct error error = {""};
    assert_int_equal(bill_read(&bill, read_run(GOLDEN "/six-blocks"), 42, &error), 0);
    assert_int_equal(bill.count, 6);
    const struct bill_arm *threads = find_arm(&bill, "echo-threads", "");
    assert_price(threads, COMPONENT_USER, 8466);
    assert_price(threads, COMPONENT_KERNEL_STACK, 16384);
    assert_price(threads, COMPONENT_TOTAL, 8466 + 16384 + 4200 + 7475);
    assert_price(find_arm(&bill, "echo-threads", "65536"), COMPONENT_PAGE_TABLE, 133);
    const struct bill_arm *loop = find_arm(&bill, "echo-loop", "");
    assert_price(loop, COMPONENT_USER, 260);
    assert_price(loop, COMPONENT_KERNEL_STACK, 0);
    const struct bill_arm *failed = find_arm(&bill, "echo-threads-libc", "");
    assert_int_equal(failed->trials.failed, 1);
    assert_int_equal(failed->trials.count, 23);
    assert_price(failed, COMPONENT_USER, 8500);
    bill_finish(&bill);
}

static void test_bill_is_written_and_replaced(void **state)
{
    (void)state;
    struct run_folder folder;
    run_folder_create(&folder);
    struct bill bill;
    struct error error = {""};
    assert_int_equal(bill_read(&bill, read_run(GOLDEN "/six-blocks"), 42, &error), 0);
    assert_int_equal(bill_write(&bill, folder.path, &error), 0);
    assert_int_equal(bill_write(&bill, folder.path, &error), 0);
    bill_finish(&bill);

    struct csv_table *table;
    assert_int_equal(read_table(&table, folder.path, "memory-per-waiter.csv", &error), 0);
    assert_int_equal(csv_row_count(table), 6 * 7);
    size_t kernel_stacks = 0;
    for (size_t row = 0; row < csv_row_count(table); row++) {
        double bytes;
        assert_int_equal(
            csv_number(table, row, csv_column(table, "bytes_per_waiter"), &bytes, &error), 1);
        kernel_stacks +=
            strcmp(csv_cell(table, row, csv_column(table, "component")), "kernel_stack") == 0 &&
            strcmp(csv_cell(table, row, csv_column(table, "model")), "threads") == 0 &&
            bytes == 16384;
    }
    assert_int_equal(kernel_stacks, 3);
    csv_table_destroy(table);
    assert_int_equal(run_folder_destroy(&folder), 1); /* and no temporary file */
}

static void test_run_without_memory(void **state)
{
    (void)state;
    struct run_folder folder;
    run_folder_create(&folder);
    struct bill bill;
    struct error error = {""};
    assert_int_equal(bill_read(&bill, read_run(folder.path), 1, &error), 0);
    assert_int_equal(bill.count, 0);
    assert_int_equal(bill_write(&bill, folder.path, &error), 0);
    memory_table_print(&bill, stdout);
    bill_finish(&bill);
    assert_int_equal(run_folder_destroy(&folder), 0);
}

static void test_older_version_lacks_columns(void **state)
{
    (void)state;
    struct run_folder folder;
    run_folder_create(&folder);
    run_folder_write(&folder, "memory.csv",
                     "subject,valid,waiters,user_bytes\n"
                     "mine,1,10,1000\nmine,1,20,2000\nmine,1,30,3000\nmine,1,40,4000\n"
                     "mine,0,40,\nempty,0,,\n");
    struct bill bill;
    struct error error = {""};
    assert_int_equal(bill_read(&bill, read_run(folder.path), 1, &error), 0);
    assert_int_equal(bill.count, 2);
    const struct bill_arm *mine = find_arm(&bill, "mine", "");
    assert_true(fabs(mine->components[COMPONENT_USER].slope.value - 100) < 1e-9);
    assert_true(isnan(mine->components[COMPONENT_TOTAL].slope.value));
    assert_int_equal(mine->trials.failed, 1);
    assert_true(isnan(find_arm(&bill, "empty", "")->components[COMPONENT_USER].slope.value));
    assert_int_equal(bill_write(&bill, folder.path, &error), 0);
    bill_finish(&bill);
    assert_int_equal(run_folder_destroy(&folder), 2);
}

static void test_bad_number_names_file_and_line(void **state)
{
    (void)state;
    static const char *const files[] = {
        "block,valid,waiters,user_bytes\n1,1,10,1000\n1,1,20,2O00\n",
        "block,valid,waiters,user_bytes\n1,1,10,1000\n1,1,2x,2000\n",
        "block,valid,waiters,user_bytes\n1,1,10,1000\n1,yes,20,2000\n",
        "block,valid,waiters,user_bytes\n1,1,10,1000\nnone,1,20,2000\n",
        "block,valid,waiters,user_bytes\n1,1,10,1000\n1,1,20,20",
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct run_folder folder;
        run_folder_create(&folder);
        run_folder_write(&folder, "memory.csv", files[i]);
        struct bill bill;
        struct error error = {""};
        assert_int_equal(bill_read(&bill, read_run(folder.path), 1, &error), -EBADMSG);
        assert_non_null(strstr(error.text, "memory.csv:3: "));
        run_folder_destroy(&folder);
    }
}

static void test_table_fits_a_terminal(void **state)
{
    (void)state;
    struct bill bill;
    struct error error = {""};
    assert_int_equal(bill_read(&bill, read_run(GOLDEN "/six-blocks"), 42, &error), 0);
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    memory_table_print(&bill, out);
    fclose(out);
    bill_finish(&bill);
    fputs(text, stdout);
    for (char *line = text; *line; line += strcspn(line, "\n") + 1)
        assert_in_range(strcspn(line, "\n"), 0, 80);
    assert_non_null(strstr(text, "16.0 KiB"));
    assert_non_null(strstr(text, "echo-threads 64.0 KiB cold"));
    assert_non_null(strstr(text, "1 of 24 trials failed"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact_line),
        cmocka_unit_test(test_three_points_are_too_few),
        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_ratio_uses_common_blocks),
        cmocka_unit_test(test_bill_of_golden_run),
        cmocka_unit_test(test_bill_is_written_and_replaced),
        cmocka_unit_test(test_run_without_memory),
        cmocka_unit_test(test_older_version_lacks_columns),
        cmocka_unit_test(test_bad_number_names_file_and_line),
        cmocka_unit_test(test_table_fits_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
