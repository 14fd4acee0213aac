/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "flow/scope.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define CHILDREN 5
#define ROUNDS   200

static atomic_int *alive_of(void *argument)
{
    return argument;
}

/* Ends when cancelled, and never otherwise. */
static int wait_for_end(struct token *token, void *argument)
{
    atomic_fetch_add(alive_of(argument), 1);
    int result = token_sleep_until(token, FLOW_NEVER);
    atomic_fetch_sub(alive_of(argument), 1);
    return result;
}

static int end_at_once(struct token *token, void *argument)
{
    (void)token;
    atomic_fetch_add(alive_of(argument), 1);
    return 0;
}

static int fail_at_once(struct token *token, void *argument)
{
    (void)token;
    return -*(int *)argument;
}

/* Fails of its own accord once it is told to end: a second error of the same scope. */
static int fail_when_cancelled(struct token *token, void *argument)
{
    token_sleep_until(token, FLOW_NEVER);
    return -*(int *)argument;
}

static void test_children_end_before_the_scope(void **state)
{
    (void)state;
    atomic_int ended = 0;
    struct scope scope;
    scope_init(&scope, NULL);
    for (int i = 0; i < 10 * CHILDREN; i++)
        assert_int_equal(scope_start(&scope, end_at_once, &ended), 0);
    assert_int_equal(scope_leave(&scope), 0);
    assert_int_equal(ended, 10 * CHILDREN);
    assert_null(scope_first_error(&scope));
    scope_finish(&scope);
}

static void test_failure_cancels_siblings_and_comes_out(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        atomic_int alive = 0;
        int code = EIO;
        struct scope scope;
        scope_init(&scope, NULL);
        for (int i = 0; i < CHILDREN; i++)
            assert_int_equal(scope_start(&scope, wait_for_end, &alive), 0);
        assert_int_equal(scope_start(&scope, fail_at_once, &code), 0);
        assert_int_equal(scope_leave(&scope), -EIO);
        assert_int_equal(alive, 0);
        assert_int_equal(scope_first_error(&scope)->code, -EIO);
        assert_ptr_equal(scope_first_error(&scope)->argument, &code);
        assert_null(scope_next_error(scope_first_error(&scope)));
        assert_int_equal(scope_start(&scope, wait_for_end, &alive), -ECANCELED);
        scope_finish(&scope);
    }
}

static void test_every_error_is_kept_the_first_first(void **state)
{
    (void)state;
    int codes[] = {EIO, 1001, 1002, 1003};
    struct scope scope;
    scope_init(&scope, NULL);
    for (int i = 1; i < 4; i++)
        assert_int_equal(scope_start(&scope, fail_when_cancelled, &codes[i]), 0);
    assert_int_equal(scope_start(&scope, fail_at_once, &codes[0]), 0);
    assert_int_equal(scope_leave(&scope), -EIO);
    const struct scope_error *error = scope_first_error(&scope);
    assert_int_equal(error->code, -EIO);
    int sum = 0, count = 0;
    while ((error = scope_next_error(error)) != NULL) {
        assert_int_equal(error->code, -*(int *)error->argument);
        sum -= error->code;
        count++;
    }
    assert_int_equal(count, 3);
    assert_int_equal(sum, 1001 + 1002 + 1003);
    scope_finish(&scope);
}

static void test_cancelled_is_no_error(void **state)
{
    (void)state;
    atomic_int alive = 0;
    struct scope scope;
    scope_init(&scope, NULL);
    for (int i = 0; i < CHILDREN; i++)
        assert_int_equal(scope_start(&scope, wait_for_end, &alive), 0);
    scope_cancel(&scope);
    assert_int_equal(scope_leave(&scope), -ECANCELED);
    assert_null(scope_first_error(&scope));
    scope_finish(&scope);
}

/* -ECANCELED from a scope that nobody cancelled is an error like any other. */
static void test_unasked_cancellation_is_an_error(void **state)
{
    (void)state;
    int code = ECANCELED;
    struct scope scope;
    scope_init(&scope, NULL);
    assert_int_equal(scope_start(&scope, fail_at_once, &code), 0);
    assert_int_equal(scope_leave(&scope), -ECANCELED);
    assert_non_null(scope_first_error(&scope));
    scope_finish(&scope);
}

/* A scope inside a child, with children that only the outer scope's end can end. */
static int nest(struct token *token, void *argument)
{
    struct scope scope;
    scope_init(&scope, token);
    int result = 0;
    for (int i = 0; i < CHILDREN && result == 0; i++)
        result = scope_start(&scope, wait_for_end, argument);
    int left = scope_leave(&scope);
    scope_finish(&scope);
    return left;
}

static void test_nested_scopes_end_with_the_outer(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        atomic_int alive = 0;
        int code = EIO;
        struct scope scope;
        scope_init(&scope, NULL);
        for (int i = 0; i < 2; i++)
            assert_int_equal(scope_start(&scope, nest, &alive), 0);
        assert_int_equal(scope_start(&scope, fail_at_once, &code), 0);
        assert_int_equal(scope_leave(&scope), -EIO);
        assert_int_equal(alive, 0);
        assert_null(scope_next_error(scope_first_error(&scope)));
        scope_finish(&scope);
    }
}

struct starter {
    struct scope *scope;
    atomic_int ended;
};

static int end_counted(struct token *token, void *argument)
{
    return end_at_once(token, &((struct starter *)argument)->ended);
}

static int start_siblings(struct token *token, void *argument)
{
    (void)token;
    struct starter *starter = argument;
    int result = 0;
    for (int i = 0; i < 50 && result == 0; i++)
        result = scope_start(starter->scope, end_counted, starter);
    return result;
}

/* Siblings started by several children at once, while others end and are joined. */
static void test_children_may_start_siblings(void **state)
{
    (void)state;
    struct scope scope;
    struct starter starter = {.scope = &scope};
    scope_init(&scope, NULL);
    for (int i = 0; i < 4; i++)
        assert_int_equal(scope_start(&scope, start_siblings, &starter), 0);
    assert_int_equal(scope_leave(&scope), 0);
    assert_int_equal(starter.ended, 4 * 50);
    scope_finish(&scope);
}

static int count_entries(const char *path)
{
    DIR *folder = opendir(path);
    assert_non_null(folder);
    int count = 0;
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

#define THREADS_MAX 64

struct threads {
    int ids[THREADS_MAX];
    int count;
};

static struct threads list_threads(void)
{
    struct threads threads = {.count = 0};
    DIR *folder = opendir("/proc/self/task");
    assert_non_null(folder);
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        int id = atoi(entry->d_name);
        if (id > 0 && threads.count < THREADS_MAX)
            threads.ids[threads.count++] = id;
    }
    closedir(folder);
    return threads;
}

static bool has_others(const struct threads *threads, const struct threads *known)
{
    for (int i = 0; i < threads->count; i++) {
        int k = 0;
        while (k < known->count && known->ids[k] != threads->ids[i])
            k++;
        if (k == known->count)
            return true;
    }
    return false;
}

/* The kernel lists a thread for a moment after it could be joined: those that were listed before
 * are no matter, whatever they were, and others have a minute to go. */
static void assert_no_others(const struct threads *known)
{
    int64_t deadline_ns = clock_now_ns() + 60 * NS_PER_SECOND;
    for (;;) {
        struct threads threads = list_threads();
        if (!has_others(&threads, known))
            return;
        assert_true(clock_now_ns() < deadline_ns);
        clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
    }
}

/* A sanitizer's runtime has threads of its own, all there from the first one on; so what is there
 * is looked at after one scope has come and gone. */
static void test_nothing_is_left(void **state)
{
    test_nested_scopes_end_with_the_outer(state);
    struct threads threads = list_threads();
    int descriptors = count_entries("/proc/self/fd");
    test_nested_scopes_end_with_the_outer(state);
    assert_no_others(&threads);
    assert_int_equal(count_entries("/proc/self/fd"), descriptors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_children_end_before_the_scope),
        cmocka_unit_test(test_failure_cancels_siblings_and_comes_out),
        cmocka_unit_test(test_every_error_is_kept_the_first_first),
        cmocka_unit_test(test_cancelled_is_no_error),
        cmocka_unit_test(test_unasked_cancellation_is_an_error),
        cmocka_unit_test(test_nested_scopes_end_with_the_outer),
        cmocka_unit_test(test_children_may_start_siblings),
        cmocka_unit_test(test_nothing_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
