/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "run_folder.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_int64(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int result;
        int64_t value;
    } cases[] = {
        {"0", 0, 0},
        {"-5", 0, -5},
        {"007", 0, 7},
        {"100", 0, 100},
        {"101", -ERANGE, 0},
        {"-6", -ERANGE, 0},
        {"99999999999999999999", -ERANGE, 0},
        {"", -EINVAL, 0},
        {"-", -EINVAL, 0},
        {"+1", -EINVAL, 0},
        {" 1", -EINVAL, 0},
        {"1 ", -EINVAL, 0},
        {"1k", -EINVAL, 0},
        {"0x1", -EINVAL, 0},
        {"1.0", -EINVAL, 0},
        {"--1", -EINVAL, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t value = 42;
        assert_int_equal(text_parse_int64(cases[i].text, -5, 100, &value), cases[i].result);
        assert_int_equal(value, cases[i].result == 0 ? cases[i].value : 42);
    }
    int64_t value;
    assert_int_equal(text_parse_int64("-9223372036854775808", INT64_MIN, INT64_MAX, &value), 0);
    assert_true(value == INT64_MIN);
    assert_int_equal(text_parse_int64("9223372036854775808", INT64_MIN, INT64_MAX, &value),
                     -ERANGE);
}

static void test_double(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int result;
        double value;
    } cases[] = {
        {"1", 0, 1},           {"-1.5", 0, -1.5},    {".25", 0, .25},      {"2.", 0, 2},
        {"1e3", 0, 1000},      {"0", 0, 0},          {"", -EINVAL, 0},     {" 1", -EINVAL, 0},
        {"1 ", -EINVAL, 0},    {"1,5", -EINVAL, 0},  {"+1", -EINVAL, 0},   {"-", -EINVAL, 0},
        {".", -EINVAL, 0},     {"1e", -EINVAL, 0},   {"nan", -EINVAL, 0},  {"inf", -EINVAL, 0},
        {"-inf", -EINVAL, 0},  {"-nan", -EINVAL, 0}, {"0x10", -EINVAL, 0}, {"-0x1p3", -EINVAL, 0},
        {"1e999", -ERANGE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value = 42;
        int result = text_parse_double(cases[i].text, &value);
        if (result != cases[i].result)
            fail_msg("'%s': %d", cases[i].text, result);
        assert_true(value == (result == 0 ? cases[i].value : 42));
    }
}

static void test_list(void **state)
{
    (void)state;
    int64_t values[3];
    assert_int_equal(text_parse_int64_list("1,20,3", 1, 20, values, 3), 3);
    assert_true(values[0] == 1 && values[1] == 20 && values[2] == 3);
    assert_int_equal(text_parse_int64_list("7", 1, 20, values, 3), 1);
    assert_int_equal(text_parse_int64_list("1,2,3,4", 1, 20, values, 3), -E2BIG);
    assert_int_equal(text_parse_int64_list("1,21", 1, 20, values, 3), -ERANGE);
    static const char *const malformed[] = {"", ",", "1,", ",1", "1,,2", "1;2", "1 2", "1, 2"};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        assert_int_equal(text_parse_int64_list(malformed[i], 1, 20, values, 3), -EINVAL);
}

static void test_small_files(void **state)
{
    (void)state;
    struct run_folder folder;
    char path[PATH_MAX];
    char buffer[8];
    int64_t value = 42;
    run_folder_create(&folder);
    snprintf(path, sizeof path, "%s/f", folder.path);
    assert_int_equal(text_read_file(path, buffer, sizeof buffer), -ENOENT);
    assert_int_equal(text_read_int64(path, &value), -ENOENT);
    run_folder_write(&folder, "f", "1234567");
    assert_int_equal(text_read_file(path, buffer, sizeof buffer), 7);
    assert_string_equal(buffer, "1234567");
    run_folder_write(&folder, "f", "12345678");
    assert_int_equal(text_read_file(path, buffer, sizeof buffer), -EFBIG);
    assert_int_equal(text_read_file(folder.path, buffer, sizeof buffer), -EISDIR);
    run_folder_write(&folder, "f", "");
    assert_int_equal(text_read_file(path, buffer, sizeof buffer), 0);
    assert_string_equal(buffer, "");
    assert_int_equal(text_read_int64(path, &value), -EINVAL);
    assert_true(value == 42);
    run_folder_write(&folder, "f", "32768\n");
    assert_int_equal(text_read_int64(path, &value), 0);
    assert_true(value == 32768);
    run_folder_write(&folder, "f", "max\n");
    assert_int_equal(text_read_int64(path, &value), 0);
    assert_true(value == INT64_MAX);
    run_folder_write(&folder, "f", "many\n");
    assert_int_equal(text_read_int64(path, &value), -EINVAL);
    run_folder_destroy(&folder);
}

static void test_tables(void **state)
{
    (void)state;
    static const char table[] = "MemTotal:       16384 kB\n"
                                "Mem:\t7\n"
                                "slab 100\n"
                                "slab_reclaimable 60\n"
                                "odd kB\n"
                                "HugePages_Total:       3\n"
                                "last -1";
    int64_t value = 42;
    assert_int_equal(text_find_value(table, "MemTotal", &value), 0);
    assert_true(value == 16384 * 1024);
    assert_int_equal(text_find_value(table, "Mem", &value), 0);
    assert_true(value == 7);
    assert_int_equal(text_find_value(table, "slab", &value), 0);
    assert_true(value == 100);
    assert_int_equal(text_find_value(table, "slab_reclaimable", &value), 0);
    assert_true(value == 60);
    assert_int_equal(text_find_value(table, "last", &value), 0);
    assert_true(value == -1);
    assert_int_equal(text_find_value(table, "HugePages_Total", &value), 0);
    assert_true(value == 3);
    assert_int_equal(text_find_value(table, "odd", &value), -ENOENT);
    assert_int_equal(text_find_value(table, "reclaimable", &value), -ENOENT);
    assert_int_equal(text_find_value(table, "absent", &value), -ENOENT);
    assert_int_equal(text_find_value("", "absent", &value), -ENOENT);
    assert_int_equal(text_find_value("\n\n", "absent", &value), -ENOENT);
    assert_true(value == 3);
}

static void test_words_of_a_shell(void **state)
{
    (void)state;
    char text[32];
    assert_string_equal(text_shell_word("results/a-b_1.html", text, sizeof text),
                        "results/a-b_1.html");
    assert_string_equal(text_shell_word("a b", text, sizeof text), "'a b'");
    assert_string_equal(text_shell_word("it's $x", text, sizeof text), "'it'\\''s $x'");
    assert_string_equal(text_shell_word("", text, sizeof text), "''");
    char small[5];
    assert_int_equal(strlen(text_shell_word("a long one", small, sizeof small)), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_int64),  cmocka_unit_test(test_double),
        cmocka_unit_test(test_list),   cmocka_unit_test(test_small_files),
        cmocka_unit_test(test_tables), cmocka_unit_test(test_words_of_a_shell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
