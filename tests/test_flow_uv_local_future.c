/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flow_uv/local_future.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* A watch that keeps what it was told. */
struct keeping {
    struct local_watch watch; /* first, so that the callback finds it */
    int count;
    int error;
    void *value;
    int place; /* how many of `told` came before */
    int *told; /* counts all of one test's */
};

static void keep_cb(struct local_watch *watch, int error, void *value)
{
    struct keeping *keeping = (struct keeping *)watch;
    keeping->count++;
    keeping->error = error;
    keeping->value = value;
    keeping->place = (*keeping->told)++;
}

static void test_first_result_stays(void **state)
{
    (void)state;
    struct local_ready ready;
    struct local_future good, bad;
    int told = 0, one, other;
    struct keeping of_good = {.told = &told}, of_bad = {.told = &told, .value = &told};
    assert_int_equal(local_ready_init(&ready), 0);
    local_future_init(&good, &ready);
    local_future_init(&bad, &ready);
    assert_int_equal(local_future_set_value(&good, &one), 0);
    assert_int_equal(local_future_set_value(&good, &other), -EALREADY);
    assert_int_equal(local_future_set_error(&good, -EIO), -EALREADY);
    assert_int_equal(local_future_set_error(&bad, -EIO), 0);
    assert_int_equal(local_future_set_value(&bad, &other), -EALREADY);
    local_future_watch(&good, &of_good.watch, keep_cb);
    local_future_watch(&bad, &of_bad.watch, keep_cb);
    assert_int_equal(local_ready_run(&ready), 0);
    assert_int_equal(of_good.count, 1);
    assert_int_equal(of_good.error, 0);
    assert_ptr_equal(of_good.value, &one);
    assert_int_equal(of_bad.count, 1);
    assert_int_equal(of_bad.error, -EIO);
    assert_null(of_bad.value);
}

/* Not inside the resolver, not inside local_future_watch: when the loop comes round, in order. */
static void test_callbacks_run_when_the_loop_comes_round(void **state)
{
    (void)state;
    struct local_ready ready;
    struct local_future future;
    int told = 0;
    struct keeping watches[3] = {{.told = &told}, {.told = &told}, {.told = &told}};
    assert_int_equal(local_ready_init(&ready), 0);
    local_future_init(&future, &ready);
    local_future_watch(&future, &watches[0].watch, keep_cb);
    local_future_watch(&future, &watches[1].watch, keep_cb);
    local_future_set_value(&future, NULL);
    local_future_watch(&future, &watches[2].watch, keep_cb);
    assert_int_equal(told, 0);
    assert_int_equal(local_ready_run(&ready), 0);
    assert_int_equal(told, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(watches[i].place, i);
}

/* A future that nobody resolves keeps no loop going. */
static void test_pending_for_ever(void **state)
{
    (void)state;
    struct local_ready ready;
    struct local_future future;
    int told = 0;
    struct keeping watch = {.told = &told};
    assert_int_equal(local_ready_init(&ready), 0);
    local_future_init(&future, &ready);
    local_future_watch(&future, &watch.watch, keep_cb);
    assert_int_equal(local_ready_run(&ready), 0);
    assert_int_equal(watch.count, 0);
}

#define LINKS 100

struct chain {
    struct local_ready ready;
    uv_prepare_t prepare;
    int turns; /* that have been through */
    int told;
};

/* Each callback, its memory given back, resolves the next, which has the next turn. */
struct link {
    struct local_watch watch; /* first */
    struct local_future future;
    struct chain *chain;
};

static void link_told_cb(struct local_watch *watch, int error, void *value);

static void link_start(struct chain *chain)
{
    struct link *link = calloc(1, sizeof *link);
    assert_non_null(link);
    link->chain = chain;
    local_future_init(&link->future, &chain->ready);
    local_future_watch(&link->future, &link->watch, link_told_cb);
    local_future_set_value(&link->future, link);
}

static void link_told_cb(struct local_watch *watch, int error, void *value)
{
    struct chain *chain = ((struct link *)watch)->chain;
    assert_int_equal(error, 0);
    assert_ptr_equal(value, watch);
    assert_int_equal(chain->turns, chain->told);
    free(watch);
    if (++chain->told < LINKS)
        link_start(chain);
}

static void turn_cb(uv_prepare_t *prepare)
{
    struct chain *chain = prepare->data;
    if (++chain->turns == LINKS)
        uv_close((uv_handle_t *)prepare, NULL);
}

static void test_each_has_a_turn_of_its_own(void **state)
{
    (void)state;
    struct chain chain = {.prepare.data = &chain};
    assert_int_equal(local_ready_init(&chain.ready), 0);
    uv_prepare_init(&chain.ready.loop, &chain.prepare);
    uv_prepare_start(&chain.prepare, turn_cb);
    link_start(&chain);
    assert_int_equal(local_ready_run(&chain.ready), 0);
    assert_int_equal(chain.told, LINKS);
    assert_int_equal(chain.turns, LINKS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_result_stays),
        cmocka_unit_test(test_callbacks_run_when_the_loop_comes_round),
        cmocka_unit_test(test_pending_for_ever),
        cmocka_unit_test(test_each_has_a_turn_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
