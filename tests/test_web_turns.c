/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "turns.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <cmocka.h>

#define CUSTOMERS 20
#define ROUNDS    1000

struct shop {
    struct turns turns;
    int served[CUSTOMERS]; /* their numbers, written by who has the only one there is */
    int served_count;
    atomic_int in_use;
    atomic_int in_use_most;
    atomic_int shared; /* how often one was another's at the same time */
};

struct customer {
    struct shop *shop;
    int number;
    pthread_t thread;
};

static int count_waiting(struct turns *turns)
{
    struct turn *turn;
    int count = 0;
    pthread_mutex_lock(&turns->mutex);
    TAILQ_FOREACH(turn, &turns->waiting, entry)
    count++;
    pthread_mutex_unlock(&turns->mutex);
    return count;
}

static void *come_once(void *argument)
{
    struct customer *customer = argument;
    struct shop *shop = customer->shop;
    void *one = turns_take(&shop->turns);
    shop->served[shop->served_count++] = customer->number;
    turns_give(&shop->turns, one);
    return NULL;
}

static void start(struct shop *shop, struct customer *customers, int count, void *(*main)(void *))
{
    for (int i = 0; i < count; i++) {
        customers[i] = (struct customer){.shop = shop, .number = i};
        assert_int_equal(pthread_create(&customers[i].thread, NULL, main, &customers[i]), 0);
    }
}

static void join(struct customer *customers, int count)
{
    for (int i = 0; i < count; i++)
        assert_int_equal(pthread_join(customers[i].thread, NULL), 0);
}

static void test_who_comes_first_gets_it_first(void **state)
{
    (void)state;
    struct shop shop = {.served_count = 0};
    struct customer customers[CUSTOMERS];
    int one;
    assert_int_equal(turns_init(&shop.turns, 1), 0);
    turns_give(&shop.turns, &one);
    assert_ptr_equal(turns_take(&shop.turns), &one);
    for (int i = 0; i < CUSTOMERS; i++) {
        customers[i] = (struct customer){.shop = &shop, .number = i};
        assert_int_equal(pthread_create(&customers[i].thread, NULL, come_once, &customers[i]), 0);
        while (count_waiting(&shop.turns) != i + 1)
            clock_sleep_until_ns(clock_now_ns() + NS_PER_MS);
    }
    turns_give(&shop.turns, &one);
    /* Who comes when it has just been given back is last, all the same. */
    assert_ptr_equal(turns_take(&shop.turns), &one);
    assert_int_equal(shop.served_count, CUSTOMERS);
    for (int i = 0; i < CUSTOMERS; i++)
        assert_int_equal(shop.served[i], i);
    join(customers, CUSTOMERS);
    turns_finish(&shop.turns);
}

static void *come_often(void *argument)
{
    struct shop *shop = ((struct customer *)argument)->shop;
    for (int i = 0; i < ROUNDS; i++) {
        void *one = turns_take(&shop->turns);
        int in_use = atomic_fetch_add(&shop->in_use, 1) + 1;
        int most = atomic_load(&shop->in_use_most);
        while (in_use > most && !atomic_compare_exchange_weak(&shop->in_use_most, &most, in_use))
            ;
        /* It is nobody else's meanwhile. */
        if (*(int *)one != 0)
            atomic_fetch_add(&shop->shared, 1);
        *(int *)one = 1;
        *(int *)one = 0;
        atomic_fetch_sub(&shop->in_use, 1);
        turns_give(&shop->turns, one);
    }
    return NULL;
}

static void test_each_is_one_threads_at_a_time(void **state)
{
    (void)state;
    struct shop shop = {.served_count = 0};
    struct customer customers[CUSTOMERS];
    int ones[3] = {0, 0, 0};
    assert_int_equal(turns_init(&shop.turns, 3), 0);
    for (int i = 0; i < 3; i++)
        turns_give(&shop.turns, &ones[i]);
    start(&shop, customers, CUSTOMERS, come_often);
    join(customers, CUSTOMERS);
    assert_in_range(atomic_load(&shop.in_use_most), 1, 3);
    assert_int_equal(atomic_load(&shop.shared), 0);
    assert_int_equal(shop.turns.idle_count, 3);
    turns_finish(&shop.turns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_comes_first_gets_it_first),
        cmocka_unit_test(test_each_is_one_threads_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
