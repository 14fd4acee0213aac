/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "flow/token.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define CANCELLERS 4

struct counting_watch {
    struct token_watch watch;
    int count;
};

static void count_cb(struct token_watch *watch)
{
    ((struct counting_watch *)watch)->count++;
}

static void test_watch_is_told_once(void **state)
{
    (void)state;
    struct token token;
    struct counting_watch early = {0}, late = {0}, gone = {0};
    token_init(&token, NULL);
    token_watch(&token, &early.watch, count_cb);
    token_watch(&token, &gone.watch, count_cb);
    token_unwatch(&token, &gone.watch);
    assert_false(token_is_cancelled(&token));
    assert_int_equal(early.count, 0);
    token_cancel(&token);
    token_cancel(&token);
    token_watch(&token, &late.watch, count_cb);
    assert_true(token_is_cancelled(&token));
    assert_int_equal(early.count, 1);
    assert_int_equal(late.count, 1);
    assert_int_equal(gone.count, 0);
    token_unwatch(&token, &early.watch);
    token_unwatch(&token, &late.watch);
    token_finish(&token);
}

static void test_child_is_cancelled_with_parent_not_the_other_way(void **state)
{
    (void)state;
    struct token parent, child, grandchild, late;
    token_init(&parent, NULL);
    token_init(&child, &parent);
    token_init(&grandchild, &child);
    token_cancel(&grandchild);
    assert_false(token_is_cancelled(&child));
    token_cancel(&parent);
    assert_true(token_is_cancelled(&child));
    token_init(&late, &parent);
    assert_true(token_is_cancelled(&late));
    token_finish(&late);
    token_finish(&grandchild);
    token_finish(&child);
    token_finish(&parent);
}

static void test_poll_tells_its_four_ends_apart(void **state)
{
    (void)state;
    struct token token;
    int pipe_fds[2];
    assert_int_equal(pipe(pipe_fds), 0);
    token_init(&token, NULL);
    int64_t deadline_ns = clock_now_ns() + 2 * NS_PER_MS;
    assert_int_equal(token_poll(&token, pipe_fds[0], POLLIN, deadline_ns), -ETIMEDOUT);
    assert_true(clock_now_ns() >= deadline_ns);
    assert_int_equal(write(pipe_fds[1], "x", 1), 1);
    assert_int_equal(token_poll(&token, pipe_fds[0], POLLIN, FLOW_NEVER), POLLIN);
    token_cancel(&token);
    assert_int_equal(token_poll(&token, pipe_fds[0], POLLIN, FLOW_NEVER), -ECANCELED);
    token_finish(&token);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
}

static void test_descriptor_asked_for_late_is_readable(void **state)
{
    (void)state;
    struct token token;
    token_init(&token, NULL);
    token_cancel(&token);
    struct pollfd polled = {.fd = token_descriptor(&token), .events = POLLIN};
    assert_true(polled.fd >= 0);
    assert_int_equal(poll(&polled, 1, 0), 1);
    int descriptor = polled.fd;
    token_finish(&token);
    assert_int_equal(fcntl(descriptor, F_GETFD), -1);
}

static void test_sleep_ends_at_its_deadline(void **state)
{
    (void)state;
    struct token token;
    token_init(&token, NULL);
    int64_t deadline_ns = clock_now_ns() + 2 * NS_PER_MS;
    assert_int_equal(token_sleep_until(&token, deadline_ns), 0);
    assert_true(clock_now_ns() >= deadline_ns);
    assert_int_equal(token_sleep_until(&token, -1), 0);
    token_finish(&token);
}

struct sleeper {
    struct token *token;
    int fd;
    int slept;
    int polled;
};

static void *sleeper_main(void *argument)
{
    struct sleeper *sleeper = argument;
    sleeper->polled = token_poll(sleeper->token, sleeper->fd, POLLIN, FLOW_NEVER);
    sleeper->slept = token_sleep_until(sleeper->token, FLOW_NEVER);
    return NULL;
}

static void *canceller_main(void *argument)
{
    token_cancel(argument);
    return NULL;
}

/* Without the wake-up this test never ends. */
static void test_cancel_wakes_what_blocks(void **state)
{
    (void)state;
    int pipe_fds[2];
    assert_int_equal(pipe(pipe_fds), 0);
    for (int round = 0; round < 200; round++) {
        struct token token;
        token_init(&token, NULL);
        struct sleeper sleeper = {.token = &token, .fd = pipe_fds[0]};
        pthread_t sleeping, cancelling[CANCELLERS];
        assert_int_equal(pthread_create(&sleeping, NULL, sleeper_main, &sleeper), 0);
        for (int i = 0; i < CANCELLERS; i++)
            assert_int_equal(pthread_create(&cancelling[i], NULL, canceller_main, &token), 0);
        for (int i = 0; i < CANCELLERS; i++)
            pthread_join(cancelling[i], NULL);
        pthread_join(sleeping, NULL);
        assert_int_equal(sleeper.polled, -ECANCELED);
        assert_int_equal(sleeper.slept, -ECANCELED);
        token_finish(&token);
    }
    close(pipe_fds[0]);
    close(pipe_fds[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_watch_is_told_once),
        cmocka_unit_test(test_child_is_cancelled_with_parent_not_the_other_way),
        cmocka_unit_test(test_poll_tells_its_four_ends_apart),
        cmocka_unit_test(test_descriptor_asked_for_late_is_readable),
        cmocka_unit_test(test_sleep_ends_at_its_deadline),
        cmocka_unit_test(test_cancel_wakes_what_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
