/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queues that share a bounded pool. */
#include "load/generator/backlog.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_each_queue_keeps_its_order(void **state)
{
    (void)state;
    struct backlog backlog;
    struct backlog_queue queues[3] = {{0}};
    struct request request;
    backlog_init(&backlog);
    for (int i = 0; i < 30000; i++)
        assert_int_equal(backlog_push(&backlog, &queues[i % 3], (struct request){.intended_ns = i}),
                         0);
    for (int i = 0; i < 30000; i++) {
        assert_true(backlog_pop(&backlog, &queues[i % 3], &request));
        assert_int_equal(request.intended_ns, i);
    }
    for (int i = 0; i < 3; i++)
        assert_false(backlog_pop(&backlog, &queues[i], &request));
    backlog_finish(&backlog);
}

static void test_memory_is_bounded_and_used_again(void **state)
{
    (void)state;
    struct backlog backlog;
    struct backlog_queue queue = {0};
    struct request request = {.intended_ns = 1, .measured = true};
    backlog_init(&backlog);
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < BACKLOG_REQUESTS_MAX; i++)
            assert_int_equal(backlog_push(&backlog, &queue, request), 0);
        assert_int_equal(backlog_push(&backlog, &queue, request), -ENOMEM);
        for (uint32_t i = 0; i < BACKLOG_REQUESTS_MAX; i++)
            assert_true(backlog_pop(&backlog, &queue, &request));
        assert_true(request.measured);
    }
    assert_int_equal(backlog.capacity, BACKLOG_REQUESTS_MAX);
    backlog_finish(&backlog);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_queue_keeps_its_order),
        cmocka_unit_test(test_memory_is_bounded_and_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
