/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "flow/completed.h"
#include "flow/future.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define WAITERS 4
#define FUTURES 500

struct keeping_watch {
    struct future_watch watch;
    int count;
    int error;
    void *value;
};

static void keep_cb(struct future_watch *watch, int error, void *value)
{
    struct keeping_watch *keeping = (struct keeping_watch *)watch;
    keeping->count++;
    keeping->error = error;
    keeping->value = value;
}

static void test_first_result_stays(void **state)
{
    (void)state;
    struct future future;
    int one, other;
    void *value = NULL;
    future_init(&future);
    assert_int_equal(future_set_value(&future, &one), 0);
    assert_int_equal(future_set_value(&future, &other), -EALREADY);
    assert_int_equal(future_set_error(&future, -EIO), -EALREADY);
    assert_int_equal(future_wait(&future, &value), 0);
    assert_ptr_equal(value, &one);
    assert_int_equal(future_wait(&future, NULL), 0);
    future_finish(&future);
}

static void test_error_leaves_value_alone(void **state)
{
    (void)state;
    struct future future;
    int mark;
    void *value = &mark;
    future_init(&future);
    assert_int_equal(future_set_error(&future, -EIO), 0);
    assert_int_equal(future_wait(&future, &value), -EIO);
    assert_ptr_equal(value, &mark);
    future_finish(&future);
}

static void test_late_is_not_the_same_as_failed_with_timeout(void **state)
{
    (void)state;
    struct future future;
    future_init(&future);
    int64_t deadline_ns = clock_now_ns() + 2 * NS_PER_MS;
    assert_int_equal(future_wait_until(&future, deadline_ns), -ETIMEDOUT);
    assert_true(clock_now_ns() >= deadline_ns);
    assert_int_equal(future_wait_until(&future, -5), -ETIMEDOUT);
    future_set_error(&future, -ETIMEDOUT);
    assert_int_equal(future_wait_until(&future, deadline_ns), 0);
    assert_int_equal(future_wait(&future, NULL), -ETIMEDOUT);
    future_finish(&future);
}

static void test_watches(void **state)
{
    (void)state;
    struct future future;
    int mark;
    struct keeping_watch early = {0}, late = {0}, gone = {0};
    future_init(&future);
    future_watch(&future, &early.watch, keep_cb);
    future_watch(&future, &gone.watch, keep_cb);
    future_unwatch(&future, &gone.watch);
    future_set_value(&future, &mark);
    future_watch(&future, &late.watch, keep_cb);
    assert_int_equal(early.count, 1);
    assert_ptr_equal(early.value, &mark);
    assert_int_equal(late.count, 1);
    assert_int_equal(gone.count, 0);
    future_unwatch(&future, &early.watch);
    future_finish(&future);
}

static void test_completed_yields_in_order_of_resolving(void **state)
{
    (void)state;
    struct future futures[3];
    struct future *set[3];
    struct completed *completed;
    size_t index = 99;
    for (size_t i = 0; i < 3; i++) {
        future_init(&futures[i]);
        set[i] = &futures[i];
    }
    future_set_value(&futures[1], NULL);
    assert_int_equal(completed_create(&completed, set, 3), 0);
    future_set_error(&futures[2], -EIO);
    assert_int_equal(completed_next(completed, FLOW_NEVER, &index), 0);
    assert_int_equal(index, 1);
    assert_int_equal(completed_next(completed, 0, &index), 0);
    assert_int_equal(index, 2);
    assert_int_equal(completed_next(completed, clock_now_ns(), &index), -ETIMEDOUT);
    future_set_value(&futures[0], NULL);
    assert_int_equal(completed_next(completed, FLOW_NEVER, &index), 0);
    assert_int_equal(index, 0);
    assert_int_equal(completed_next(completed, FLOW_NEVER, &index), -ENOENT);
    completed_destroy(completed);
    completed_destroy(NULL);
    for (size_t i = 0; i < 3; i++)
        future_finish(&futures[i]);
}

/* A set may be dropped before its futures resolve. */
static void test_completed_lets_go(void **state)
{
    (void)state;
    struct future future;
    struct future *set[] = {&future};
    struct completed *completed;
    future_init(&future);
    assert_int_equal(completed_create(&completed, set, 1), 0);
    completed_destroy(completed);
    assert_int_equal(future_set_value(&future, NULL), 0);
    future_finish(&future);
}

struct crowd {
    struct future *futures;
    int values[FUTURES];
};

static void *crowd_wait_main(void *argument)
{
    struct crowd *crowd = argument;
    size_t right = 0;
    for (size_t i = 0; i < FUTURES; i++) {
        void *value = NULL;
        if (future_wait(&crowd->futures[i], &value) == 0 && value == &crowd->values[i])
            right++;
    }
    return (void *)right;
}

static void *crowd_resolve_main(void *argument)
{
    struct crowd *crowd = argument;
    size_t first = 0;
    for (size_t i = FUTURES; i-- > 0;)
        if (future_set_value(&crowd->futures[i], &crowd->values[i]) == 0)
            first++;
    return (void *)first;
}

/* Two race to resolve, four wait: each value arrives at each waiter, each future has one winner. */
static void test_many_at_once(void **state)
{
    (void)state;
    struct crowd *crowd = calloc(1, sizeof *crowd);
    assert_non_null(crowd);
    crowd->futures = calloc(FUTURES, sizeof *crowd->futures);
    assert_non_null(crowd->futures);
    for (size_t i = 0; i < FUTURES; i++)
        future_init(&crowd->futures[i]);
    pthread_t waiters[WAITERS], resolvers[2];
    for (int i = 0; i < WAITERS; i++)
        assert_int_equal(pthread_create(&waiters[i], NULL, crowd_wait_main, crowd), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&resolvers[i], NULL, crowd_resolve_main, crowd), 0);
    size_t first = 0;
    for (int i = 0; i < 2; i++) {
        void *count;
        pthread_join(resolvers[i], &count);
        first += (size_t)count;
    }
    assert_int_equal(first, FUTURES);
    for (int i = 0; i < WAITERS; i++) {
        void *right;
        pthread_join(waiters[i], &right);
        assert_int_equal((size_t)right, FUTURES);
    }
    for (size_t i = 0; i < FUTURES; i++)
        future_finish(&crowd->futures[i]);
    free(crowd->futures);
    free(crowd);
}

static void *resolve_heap_main(void *argument)
{
    future_set_value(argument, argument);
    return NULL;
}

/* What the header promises: the memory may go as soon as the wait returned. */
static void test_waiter_may_free_at_once(void **state)
{
    (void)state;
    for (int round = 0; round < 500; round++) {
        struct future *future = malloc(sizeof *future);
        assert_non_null(future);
        future_init(future);
        pthread_t resolver;
        assert_int_equal(pthread_create(&resolver, NULL, resolve_heap_main, future), 0);
        assert_int_equal(future_wait(future, NULL), 0);
        future_finish(future);
        free(future);
        pthread_join(resolver, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_result_stays),
        cmocka_unit_test(test_error_leaves_value_alone),
        cmocka_unit_test(test_late_is_not_the_same_as_failed_with_timeout),
        cmocka_unit_test(test_watches),
        cmocka_unit_test(test_completed_yields_in_order_of_resolving),
        cmocka_unit_test(test_completed_lets_go),
        cmocka_unit_test(test_many_at_once),
        cmocka_unit_test(test_waiter_may_free_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
