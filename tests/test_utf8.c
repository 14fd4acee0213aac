/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of other people's making: what is kept of them, and that different ones stay different. */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_printable(const char *source, const char *expected)
{
    char text[64];
    utf8_printable(text, sizeof text, source);
    assert_string_equal(text, expected);
}

static void test_utf8_is_kept_and_nothing_else_gets_through(void **state)
{
    (void)state;
    assert_printable("vm-1", "vm-1");
    assert_printable("bücher-日本-🙂", "bücher-日本-🙂");
    assert_printable("a\033[2Jb\n\x7f", "a?[2Jb??");
    assert_printable("a\xff\xfe", "a??");
    assert_printable("a\xc3", "a?");                   /* half a character */
    assert_printable("\xc0\xaf\xed\xa0\x80", "?????"); /* written too long; half of a pair */
    assert_printable("a\xc2\x9b"
                     "31m",
                     "a?31m"); /* a terminal's CSI as one character */
    assert_printable("a\xe2\x80\xae"
                     "b\xe2\x80\x8b",
                     "a?b?"); /* right to left; no width */
}

static void test_a_text_ends_with_a_whole_character(void **state)
{
    (void)state;
    char text[4];
    utf8_printable(text, sizeof text, "aüü");
    assert_string_equal(text, "aü");
    utf8_printable(text, sizeof text, "ab日");
    assert_string_equal(text, "ab");
    utf8_printable(text, 1, "ab");
    assert_string_equal(text, "");
}

/* What the function prints of that text. */
static void assert_printed(void print(const char *text, size_t width, FILE *out), const char *text,
                           size_t width, const char *expected)
{
    char *printed = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&printed, &length);
    assert_non_null(out);
    print(text, width, out);
    fclose(out);
    assert_string_equal(printed, expected);
    free(printed);
}

static void test_columns_are_counted_in_characters(void **state)
{
    (void)state;
    assert_int_equal(utf8_width(""), 0);
    assert_int_equal(utf8_width("bücher"), 6);
    assert_int_equal(utf8_width("b\xff"), 2);
    assert_printed(utf8_print_left, "bü", 4, "bü  ");
    assert_printed(utf8_print_right, "bü", 4, "  bü");
    assert_printed(utf8_print_left, "bücher", 2, "bü");
    assert_printed(utf8_print_right, "bücher", 6, "bücher");
}

static void assert_shortened(const char *name, size_t width, size_t head, const char *expected)
{
    char text[64];
    utf8_shorten(text, sizeof text, name, width, head);
    assert_string_equal(text, expected);
    assert_true(utf8_width(text) <= width);
}

static void test_names_are_shortened_in_the_middle(void **state)
{
    (void)state;
    assert_shortened("kubernetes-node-1", 17, 7, "kubernetes-node-1");
    assert_shortened("kubernetes-node-1", 13, 5, "kuber...ode-1");
    assert_shortened("kübernétes-nöde-1", 13, 5, "küber...öde-1");
    assert_shortened("kubernetes-node-1", 13, 0, "...tes-node-1");
    assert_shortened("kubernetes-node-1", 13, 99, "kubernetes...");
    assert_shortened("abcdef", 4, 1, "a...");
}

/* Each pair of different names is told apart at the head that was chosen. */
static void assert_different(const char *const *names, size_t count, size_t width)
{
    char a[64];
    char b[64];
    size_t head = utf8_shorten_head(names, count, width);
    assert_true(head < width);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) {
            utf8_shorten(a, sizeof a, names[i], width, head);
            utf8_shorten(b, sizeof b, names[j], width, head);
            assert_int_equal(strcmp(a, b) == 0, strcmp(names[i], names[j]) == 0);
        }
}

static void test_different_names_stay_different(void **state)
{
    (void)state;
    static const char *const ends[] = {"kubernetes-node-pool-1-aaaa", "kubernetes-node-pool-1-aaab",
                                       "kubernetes-node-pool-1-aaab"};
    static const char *const begins[] = {"a-kubernetes-node-pool-1", "b-kubernetes-node-pool-1"};
    static const char *const middles[] = {"kubernetes-1-node-pool-x", "kubernetes-2-node-pool-x"};
    /* Wherever these are cut, two of them look alike. */
    static const char *const all[] = {"a-xxxxxxxxxxxxxxxxxxxxxx-a", "a-xxxxxxxxxxxxxxxxxxxxxx-b",
                                      "b-xxxxxxxxxxxxxxxxxxxxxx-a", "a-xxxxxxxxxyxxxxxxxxxxxx-a"};
    assert_different(ends, 3, 16);
    assert_different(begins, 2, 16);
    assert_different(middles, 2, 16);
    assert_int_equal(utf8_shorten_head(all, 4, 10), 10);
    assert_int_equal(utf8_shorten_head(NULL, 0, 16), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8_is_kept_and_nothing_else_gets_through),
        cmocka_unit_test(test_a_text_ends_with_a_whole_character),
        cmocka_unit_test(test_columns_are_counted_in_characters),
        cmocka_unit_test(test_names_are_shortened_in_the_middle),
        cmocka_unit_test(test_different_names_stay_different),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
