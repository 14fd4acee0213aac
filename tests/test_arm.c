/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arms of one program in words: what tells them apart, and what each is called. */
#include "analysis/words/arm.h"
#include "run/experiment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct csv_table *parse(const char *text)
{
    struct csv_table *table = NULL;
    struct error error = {""};
    if (csv_parse(&table, text, strlen(text), "rows", &error) < 0)
        fail_msg("%s", error.text);
    return table;
}

#define HEADER "subject,model,store_call,pool_size,block_call,stack_bytes\n"

static const struct {
    const char *row;
    const char *way;
    const char *in_words;
    const char *name;
} arms[] = {
    {"web-threads,threads,,,,65536\n", "", "", "web-threads"},
    {"web-loop,loop,inline,,,\n", "inline", "calling inline", "web-loop:inline"},
    {"web-loop,loop,pool,4,,\n", "pool 4", "calling through a pool of 4", "web-loop:pool-4"},
    {"web-loop,loops,pool,16,,\n", "pool 16", "calling through a pool of 16", "web-loop:pool-16"},
    {"web-loop,loop,async,,,\n", "async", "calling without blocking", "web-loop:async"},
    {"web-loop,loop,pipeline,,,\n", "pipeline", "calling in pipeline mode", "web-loop:pipeline"},
    {"web-pool,pool,,32,,\n", "32 threads", "of 32 threads", "web-pool:32-threads"},
    {"blocking-loop,loop,,128,pool,\n", "pool 128", "calling through a pool of 128",
     "blocking-loop:pool-128"},
    {"web-loop-libc,loop,otherwise,,,\n", "otherwise", "otherwise", "web-loop-libc:otherwise"},
};
#define ARMS (sizeof arms / sizeof *arms)

static struct csv_table *all_arms(void)
{
    char text[1024] = HEADER;
    for (size_t i = 0; i < ARMS; i++)
        strcat(text, arms[i].row);
    return parse(text);
}

static void test_ways_have_words(void **state)
{
    (void)state;
    struct csv_table *table = all_arms();
    for (size_t i = 0; i < ARMS; i++) {
        char words[ARM_WORDS_SIZE];
        arm_way(table, i, words, sizeof words);
        assert_string_equal(words, arms[i].way);
        arm_way_in_words(table, i, words, sizeof words);
        assert_string_equal(words, arms[i].in_words);
        arm_name(table, i, words, sizeof words);
        assert_string_equal(words, arms[i].name);
        assert_null(strchr(words, ' '));
        arm_way_of_name(arms[i].name, words, sizeof words);
        assert_string_equal(words, arms[i].way);
        assert_true(arm_is_called(table, i, arms[i].name));
    }
    csv_table_destroy(table);
}

static void test_each_is_told_from_all_others(void **state)
{
    (void)state;
    struct csv_table *table = all_arms();
    for (size_t a = 1; a < 5; a++)
        for (size_t b = 1; b < 5; b++) {
            assert_int_equal(arm_compare_ways(table, a, table, b) == 0, a == b);
            assert_int_equal(arm_is_called(table, a, arms[b].name), a == b);
            assert_true(arm_is_called(table, a, "web-loop"));
        }
    /* By size: 4 before 16. */
    assert_true(arm_compare_ways(table, 2, table, 3) < 0);
    assert_true(arm_compare_ways(table, 3, table, 2) > 0);
    assert_false(arm_has_no_like(table, 4));
    assert_true(arm_has_no_like(table, 5));
    csv_table_destroy(table);
}

/* A file of an older version, whose arms have one way each. */
static void test_files_that_do_not_tell(void **state)
{
    (void)state;
    char words[ARM_WORDS_SIZE] = "?";
    struct csv_table *older = parse("subject,model,stack_bytes,loops\necho-loop,loops,65536,2\n");
    struct csv_table *newer = parse(HEADER "echo-loop,loops,,,,\nweb-loop,loop,pool,4,,\n");
    arm_way(older, 0, words, sizeof words);
    assert_string_equal(words, "");
    arm_name(older, 0, words, sizeof words);
    assert_string_equal(words, "echo-loop");
    assert_int_equal(arm_compare_ways(older, 0, newer, 0), 0);
    assert_true(arm_compare_ways(older, 0, newer, 1) < 0);
    csv_table_destroy(older);
    csv_table_destroy(newer);
}

static void test_words_are_cut_to_their_room(void **state)
{
    (void)state;
    char words[6];
    struct csv_table *table = all_arms();
    arm_way(table, 2, words, sizeof words);
    assert_int_equal(strncmp(words, "pool 4", strlen(words)), 0);
    arm_name(table, 2, words, sizeof words);
    assert_string_equal(words, "web-l");
    csv_table_destroy(table);
}

/* What tells arms apart and is of no program has words: a column that is added here by its name. */
static void test_another_column_needs_no_line(void **state)
{
    (void)state;
    char words[ARM_WORDS_SIZE];
    for (const char *const *column = experiment_variant_columns(); *column; column++) {
        char text[128];
        snprintf(text, sizeof text, "subject,%s\nx-loop,word\n", *column);
        struct csv_table *table = parse(text);
        arm_way(table, 0, words, sizeof words);
        bool of_program = strcmp(*column, "stack_bytes") == 0 || strcmp(*column, "loops") == 0;
        assert_int_equal(*words == '\0', of_program);
        csv_table_destroy(table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ways_have_words),
        cmocka_unit_test(test_each_is_told_from_all_others),
        cmocka_unit_test(test_files_that_do_not_tell),
        cmocka_unit_test(test_words_are_cut_to_their_room),
        cmocka_unit_test(test_another_column_needs_no_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
