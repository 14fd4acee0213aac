/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_a_row_is_twenty_letters_of_its_own(void **state)
{
    (void)state;
    char one[ROW_TEXT_LETTERS + 1];
    char other[ROW_TEXT_LETTERS + 1];
    int counts[26] = {0};
    for (int64_t id = 1; id <= 1000; id++) {
        row_text(7, id, one);
        assert_int_equal(strlen(one), ROW_TEXT_LETTERS);
        assert_int_equal(strspn(one, "abcdefghijklmnopqrstuvwxyz"), ROW_TEXT_LETTERS);
        row_text(7, id + 1, other);
        assert_string_not_equal(one, other);
        row_text(8, id, other);
        assert_string_not_equal(one, other);
        for (const char *at = one; *at; at++)
            counts[*at - 'a']++;
    }
    /* 20,000 letters: 769 of each, give or take 27. */
    for (int i = 0; i < 26; i++)
        assert_in_range(counts[i], 600, 940);
}

static void test_a_row_as_json(void **state)
{
    (void)state;
    char json[ROW_JSON_LENGTH + 1];
    row_json(42, "abcdefghijklmnopqrst", json);
    assert_string_equal(json, "{\"a\": \"0000000042\", \"b\": \"abcdefghijklmnopqrst\"}");
    row_json(ROW_ID_MAX, "abcdefghijklmnopqrst", json);
    assert_string_equal(json, "{\"a\": \"9999999999\", \"b\": \"abcdefghijklmnopqrst\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_row_is_twenty_letters_of_its_own),
        cmocka_unit_test(test_a_row_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
