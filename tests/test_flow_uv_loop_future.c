/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flow_uv/loop_future.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WAITERS 4
#define FUTURES 500

/* A watch that keeps what it was told. */
struct keeping {
    struct loop_watch watch; /* first, so that the callback finds it */
    int count;
    int error;
    void *value;
    int place;            /* how many of `told` came before */
    int *told;            /* counts all of one test's */
    struct keeping *drop; /* to be taken back from within the callback, or NULL */
};

static void keep_cb(struct loop_watch *watch, int error, void *value)
{
    struct keeping *keeping = (struct keeping *)watch;
    keeping->count++;
    keeping->error = error;
    keeping->value = value;
    keeping->place = (*keeping->told)++;
    if (keeping->drop)
        loop_future_unwatch(keeping->drop->watch.future, &keeping->drop->watch);
}

static void leave_cb(struct loop_watch *watch, int error, void *value)
{
    keep_cb(watch, error, value);
    loop_ready_leave(watch->ready);
}

static void test_first_result_stays(void **state)
{
    (void)state;
    struct loop_ready ready;
    struct loop_future future;
    int told = 0, one, other;
    struct keeping watch = {.told = &told};
    assert_int_equal(loop_ready_init(&ready), 0);
    loop_future_init(&future);
    assert_int_equal(loop_future_set_value(&future, &one), 0);
    assert_int_equal(loop_future_set_value(&future, &other), -EALREADY);
    assert_int_equal(loop_future_set_error(&future, -EIO), -EALREADY);
    loop_future_watch(&future, &watch.watch, &ready, leave_cb);
    assert_int_equal(loop_ready_run(&ready), 0);
    assert_int_equal(watch.count, 1);
    assert_int_equal(watch.error, 0);
    assert_ptr_equal(watch.value, &one);
    loop_future_finish(&future);
}

static void test_an_error_has_no_value(void **state)
{
    (void)state;
    struct loop_ready ready;
    struct loop_future future;
    int told = 0;
    struct keeping watch = {.told = &told, .value = &told};
    assert_int_equal(loop_ready_init(&ready), 0);
    loop_future_init(&future);
    loop_future_watch(&future, &watch.watch, &ready, leave_cb);
    assert_int_equal(loop_future_set_error(&future, -EIO), 0);
    assert_int_equal(loop_ready_run(&ready), 0);
    assert_int_equal(watch.error, -EIO);
    assert_null(watch.value);
    loop_future_finish(&future);
}

/* Not inside the resolver, not inside loop_future_watch: when the loop comes round, in order. */
static void test_callbacks_run_when_the_loop_comes_round(void **state)
{
    (void)state;
    struct loop_ready ready;
    struct loop_future future;
    int told = 0;
    struct keeping early = {.told = &told}, second = {.told = &told}, late = {.told = &told};
    assert_int_equal(loop_ready_init(&ready), 0);
    loop_future_init(&future);
    loop_future_watch(&future, &early.watch, &ready, keep_cb);
    loop_future_watch(&future, &second.watch, &ready, keep_cb);
    loop_future_set_value(&future, NULL);
    loop_future_watch(&future, &late.watch, &ready, leave_cb);
    assert_int_equal(told, 0);
    assert_int_equal(loop_ready_run(&ready), 0);
    assert_int_equal(told, 3);
    assert_int_equal(early.place, 0);
    assert_int_equal(second.place, 1);
    assert_int_equal(late.place, 2);
    loop_future_finish(&future);
}

/* Wherever the watch is by then: at the future, on its way to the loop, in this very turn, through.
 */
static void test_unwatched_is_never_told(void **state)
{
    (void)state;
    struct loop_ready ready;
    struct loop_future future;
    int told = 0;
    struct keeping pending = {.told = &told}, posted = {.told = &told}, same_turn = {.told = &told};
    struct keeping through = {.told = &told};
    struct keeping dropper = {.told = &told, .drop = &same_turn};
    struct keeping last = {.told = &told, .drop = &through};
    assert_int_equal(loop_ready_init(&ready), 0);
    loop_future_init(&future);
    loop_future_watch(&future, &through.watch, &ready, keep_cb);
    loop_future_watch(&future, &pending.watch, &ready, keep_cb);
    loop_future_watch(&future, &dropper.watch, &ready, keep_cb);
    loop_future_watch(&future, &posted.watch, &ready, keep_cb);
    loop_future_watch(&future, &same_turn.watch, &ready, keep_cb);
    loop_future_watch(&future, &last.watch, &ready, leave_cb);
    loop_future_unwatch(&future, &pending.watch);
    loop_future_set_value(&future, NULL);
    loop_future_unwatch(&future, &posted.watch);
    assert_int_equal(loop_ready_run(&ready), 0);
    assert_int_equal(through.count, 1);
    assert_int_equal(dropper.count, 1);
    assert_int_equal(last.count, 1);
    assert_int_equal(told, 3);
    loop_future_finish(&future);
}

/* What the header promises: from its own callback on, future and watch may be used anew. */
struct again {
    struct loop_watch watch;
    struct loop_future future;
    int left;
};

static void again_cb(struct loop_watch *watch, int error, void *value)
{
    struct again *again = (struct again *)watch;
    struct loop_ready *ready = watch->ready;
    assert_int_equal(error, 0);
    assert_ptr_equal(value, again);
    loop_future_finish(&again->future);
    memset(watch, 0x5a, sizeof *watch);
    if (--again->left == 0) {
        loop_ready_leave(ready);
        return;
    }
    loop_future_init(&again->future);
    loop_future_watch(&again->future, watch, ready, again_cb);
    loop_future_set_value(&again->future, again);
}

static void test_memory_may_be_reused_at_once(void **state)
{
    (void)state;
    struct loop_ready ready;
    struct again again = {.left = 100};
    assert_int_equal(loop_ready_init(&ready), 0);
    loop_future_init(&again.future);
    loop_future_watch(&again.future, &again.watch, &ready, again_cb);
    loop_future_set_value(&again.future, &again);
    assert_int_equal(loop_ready_run(&ready), 0);
    assert_int_equal(again.left, 0);
}

static void test_a_loop_with_an_open_handle_is_busy(void **state)
{
    (void)state;
    struct loop_ready ready;
    uv_timer_t timer;
    assert_int_equal(loop_ready_init(&ready), 0);
    uv_timer_init(&ready.loop, &timer);
    loop_ready_leave(&ready);
    assert_int_equal(loop_ready_run(&ready), UV_EBUSY);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(&ready.loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&ready.loop), 0);
}

struct crowd {
    struct loop_future futures[FUTURES];
    int values[FUTURES];
};

struct waiter {
    struct crowd *crowd;
    struct loop_ready ready;
    struct loop_watch watches[FUTURES];
    int told;
    int right;
    uv_thread_t thread;
};

static void waiter_told_cb(struct loop_watch *watch, int error, void *value)
{
    struct waiter *waiter = watch->data;
    waiter->right += error == 0 && value == &waiter->crowd->values[watch->number];
    if (++waiter->told == FUTURES)
        loop_ready_leave(&waiter->ready);
}

static void waiter_main(void *argument)
{
    struct waiter *waiter = argument;
    for (int i = 0; i < FUTURES; i++) {
        waiter->watches[i].data = waiter;
        waiter->watches[i].number = i;
        loop_future_watch(&waiter->crowd->futures[i], &waiter->watches[i], &waiter->ready,
                          waiter_told_cb);
    }
    loop_ready_run(&waiter->ready);
}

struct resolver {
    struct crowd *crowd;
    int first;
    uv_thread_t thread;
};

static void resolver_main(void *argument)
{
    struct resolver *resolver = argument;
    struct crowd *crowd = resolver->crowd;
    for (int i = FUTURES; i-- > 0;)
        resolver->first += loop_future_set_value(&crowd->futures[i], &crowd->values[i]) == 0;
}

/* Two race to resolve, four loops wait: each value arrives at each, each future has one winner. */
static void test_many_at_once(void **state)
{
    (void)state;
    struct crowd *crowd = calloc(1, sizeof *crowd);
    struct waiter *waiters = calloc(WAITERS, sizeof *waiters);
    struct resolver resolvers[2] = {{.crowd = crowd}, {.crowd = crowd}};
    assert_non_null(crowd);
    assert_non_null(waiters);
    for (int i = 0; i < FUTURES; i++)
        loop_future_init(&crowd->futures[i]);
    for (int i = 0; i < WAITERS; i++) {
        waiters[i].crowd = crowd;
        assert_int_equal(loop_ready_init(&waiters[i].ready), 0);
        assert_int_equal(uv_thread_create(&waiters[i].thread, waiter_main, &waiters[i]), 0);
    }
    for (int i = 0; i < 2; i++)
        assert_int_equal(uv_thread_create(&resolvers[i].thread, resolver_main, &resolvers[i]), 0);
    for (int i = 0; i < 2; i++)
        uv_thread_join(&resolvers[i].thread);
    assert_int_equal(resolvers[0].first + resolvers[1].first, FUTURES);
    for (int i = 0; i < WAITERS; i++) {
        uv_thread_join(&waiters[i].thread);
        assert_int_equal(waiters[i].told, FUTURES);
        assert_int_equal(waiters[i].right, FUTURES);
    }
    for (int i = 0; i < FUTURES; i++)
        loop_future_finish(&crowd->futures[i]);
    free(waiters);
    free(crowd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_result_stays),
        cmocka_unit_test(test_an_error_has_no_value),
        cmocka_unit_test(test_callbacks_run_when_the_loop_comes_round),
        cmocka_unit_test(test_unwatched_is_never_told),
        cmocka_unit_test(test_memory_may_be_reused_at_once),
        cmocka_unit_test(test_a_loop_with_an_open_handle_is_busy),
        cmocka_unit_test(test_many_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
