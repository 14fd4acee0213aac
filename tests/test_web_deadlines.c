/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deadlines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define COUNT 5

struct list {
    struct deadlines all;
    struct deadline places[COUNT];
};

static void check_order(struct list *list, const int *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_ptr_equal(deadlines_take(&list->all, INT64_MAX), &list->places[expected[i]]);
    assert_null(deadlines_take(&list->all, INT64_MAX));
}

static void test_the_earliest_comes_first(void **state)
{
    (void)state;
    static const int64_t times[COUNT] = {30, 10, 50, 20, 40};
    static const bool first[COUNT] = {true, true, false, false, false};
    struct list list = {0};
    TAILQ_INIT(&list.all);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(deadline_set(&list.all, &list.places[i], times[i]), first[i]);
    check_order(&list, (const int[]){1, 3, 0, 4, 2}, COUNT);
}

static void test_one_moves_and_leaves(void **state)
{
    (void)state;
    struct list list = {0};
    TAILQ_INIT(&list.all);
    for (size_t i = 0; i < COUNT; i++)
        deadline_set(&list.all, &list.places[i], (int64_t)i + 1);
    assert_false(deadline_set(&list.all, &list.places[0], 1));
    assert_false(deadline_set(&list.all, &list.places[0], 9));
    assert_false(deadline_set(&list.all, &list.places[2], 0));
    assert_false(deadline_set(&list.all, &list.places[2], 0));
    assert_true(deadline_set(&list.all, &list.places[4], 1));
    check_order(&list, (const int[]){4, 1, 3, 0}, 4);
}

static void test_only_what_is_late_is_taken(void **state)
{
    (void)state;
    struct list list = {0};
    TAILQ_INIT(&list.all);
    deadline_set(&list.all, &list.places[0], 10);
    deadline_set(&list.all, &list.places[1], 11);
    assert_null(deadlines_take(&list.all, 9));
    assert_ptr_equal(deadlines_take(&list.all, 10), &list.places[0]);
    assert_int_equal(list.places[0].at_ns, 0);
    assert_null(deadlines_take(&list.all, 10));
    /* Once taken, it can be put again. */
    assert_true(deadline_set(&list.all, &list.places[0], 5));
    check_order(&list, (const int[]){0, 1}, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_earliest_comes_first),
        cmocka_unit_test(test_one_moves_and_leaves),
        cmocka_unit_test(test_only_what_is_late_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
