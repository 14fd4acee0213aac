/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void assert_wrapped(const char *text, int column, const char *expected)
{
    char got[256] = "";
    FILE *out = fmemopen(got, sizeof got, "w");
    assert_non_null(out);
    terminal_write_wrapped(text, column, 2, 12, out);
    fclose(out);
    assert_string_equal(got, expected);
}

static void test_lines_break_at_blanks(void **state)
{
    (void)state;
    assert_wrapped("", 0, "\n");
    assert_wrapped("one two six", 0, "one two six\n");
    assert_wrapped("one two sixx", 0, "one two sixx\n"); /* exactly 12 */
    assert_wrapped("one two sixxx", 0, "one two\n  sixxx\n");
    assert_wrapped("a b c d e f g h i j", 0, "a b c d e f\n  g h i j\n");
}

static void test_a_longer_word_has_a_line_of_its_own(void **state)
{
    (void)state;
    assert_wrapped("see https://example.org/a now", 0, "see\n  https://example.org/a\n  now\n");
}

static void test_characters_count_and_not_bytes(void **state)
{
    (void)state;
    assert_wrapped("é é é é é é é", 0, "é é é é é é\n  é\n");
}

static void test_the_first_line_goes_on_where_something_stands(void **state)
{
    (void)state;
    assert_wrapped("one two", 9, "one\n  two\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_break_at_blanks),
        cmocka_unit_test(test_a_longer_word_has_a_line_of_its_own),
        cmocka_unit_test(test_characters_count_and_not_bytes),
        cmocka_unit_test(test_the_first_line_goes_on_where_something_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
