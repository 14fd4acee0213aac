/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flow_uv/loop_scope.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define CHILDREN 5
/* Longer than any test takes: such a child ends when it is cancelled. */
#define NEVER_MS 1000000000

/* What happened in a test, counted. */
struct seen {
    uv_loop_t loop;
    int ended;     /* children by themselves */
    int cancelled; /* children that were told to end */
    int left;      /* scopes */
    int nests_left;
    int64_t order[CHILDREN];
};

static void setup(struct seen *seen)
{
    *seen = (struct seen){0};
    assert_int_equal(uv_loop_init(&seen->loop), 0);
}

/* Goes round until nothing is left to do; nothing may be open then. */
static void finish(struct seen *seen)
{
    uv_run(&seen->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&seen->loop), 0);
}

static void left_cb(struct loop_scope *scope)
{
    ((struct seen *)scope->data)->left++;
}

static struct seen *seen_by(const struct loop_child *child)
{
    return child->scope->data;
}

static void end_cb(uv_timer_t *timer)
{
    seen_by(timer->data)->ended++;
    loop_child_end(timer->data, 0);
}

static void fail_cb(uv_timer_t *timer)
{
    seen_by(timer->data)->ended++;
    loop_child_end(timer->data, -EIO);
}

/* Ends as it was told. */
static void cancelled_cb(struct loop_child *child)
{
    struct seen *seen = seen_by(child);
    seen->order[seen->cancelled++] = child->number;
    loop_child_end(child, 0);
}

/* Fails of its own accord once it is told to end: a second error of the same scope. */
static void cancelled_fail_cb(struct loop_child *child)
{
    seen_by(child)->cancelled++;
    loop_child_end(child, -(int)(1000 + child->number));
}

static void start(struct loop_scope *scope, struct loop_child *child, uint64_t after_ms,
                  uv_timer_cb run_cb)
{
    assert_int_equal(loop_scope_start_timer(scope, child, after_ms, run_cb, cancelled_cb), 0);
}

static void test_children_end_before_the_scope(void **state)
{
    (void)state;
    struct seen seen;
    struct loop_scope scope;
    struct loop_child children[CHILDREN];
    setup(&seen);
    loop_scope_init(&scope, NULL, &seen.loop, &seen, left_cb);
    for (int i = 0; i < CHILDREN; i++)
        start(&scope, &children[i], (uint64_t)(i % 2), end_cb);
    loop_scope_leave(&scope);
    assert_int_equal(seen.left, 0);
    finish(&seen);
    assert_int_equal(seen.left, 1);
    assert_int_equal(seen.ended, CHILDREN);
    assert_int_equal(seen.cancelled, 0);
    assert_null(loop_scope_first_error(&scope));
}

static void test_a_scope_with_nothing_in_it_is_left_at_once(void **state)
{
    (void)state;
    struct seen seen;
    struct loop_scope scope, outer;
    setup(&seen);
    loop_scope_init(&outer, NULL, &seen.loop, &seen, left_cb);
    loop_scope_init(&scope, &outer, &seen.loop, &seen, left_cb);
    loop_scope_leave(&outer);
    assert_int_equal(seen.left, 0);
    loop_scope_leave(&scope);
    assert_int_equal(seen.left, 2);
    finish(&seen);
}

/* One that ended before is not told. */
static void test_failure_cancels_siblings_that_live(void **state)
{
    (void)state;
    struct seen seen;
    struct loop_scope scope;
    struct loop_child children[CHILDREN];
    setup(&seen);
    loop_scope_init(&scope, NULL, &seen.loop, &seen, left_cb);
    start(&scope, &children[0], NEVER_MS, end_cb);
    start(&scope, &children[1], 0, end_cb);
    start(&scope, &children[2], NEVER_MS, end_cb);
    start(&scope, &children[3], 0, fail_cb);
    start(&scope, &children[4], NEVER_MS, end_cb);
    loop_scope_leave(&scope);
    finish(&seen);
    assert_int_equal(seen.left, 1);
    assert_int_equal(seen.ended, 2);
    assert_int_equal(seen.cancelled, 3);
    assert_int_equal(seen.order[0], 0);
    assert_int_equal(seen.order[1], 2);
    assert_int_equal(seen.order[2], 4);
    assert_ptr_equal(loop_scope_first_error(&scope), &children[3]);
    assert_int_equal(loop_scope_first_error(&scope)->error, -EIO);
    assert_null(loop_scope_next_error(&children[3]));
}

static void test_every_error_is_kept_the_first_first(void **state)
{
    (void)state;
    struct seen seen;
    struct loop_scope scope;
    struct loop_child children[CHILDREN];
    setup(&seen);
    loop_scope_init(&scope, NULL, &seen.loop, &seen, left_cb);
    for (int i = 0; i < CHILDREN; i++)
        assert_int_equal(loop_scope_start_timer(&scope, &children[i], i == 2 ? 0 : NEVER_MS,
                                                fail_cb, cancelled_fail_cb),
                         0);
    loop_scope_leave(&scope);
    finish(&seen);
    assert_int_equal(seen.left, 1);
    assert_int_equal(seen.cancelled, CHILDREN - 1);
    const int expected[CHILDREN] = {-EIO, -1000, -1001, -1003, -1004};
    const struct loop_child *failed = loop_scope_first_error(&scope);
    for (int i = 0; i < CHILDREN; i++, failed = loop_scope_next_error(failed)) {
        assert_non_null(failed);
        assert_int_equal(failed->error, expected[i]);
    }
    assert_null(failed);
}

static void test_a_cancelled_scope_starts_nothing(void **state)
{
    (void)state;
    struct seen seen;
    struct loop_scope scope, inner;
    struct loop_child child, late;
    setup(&seen);
    loop_scope_init(&scope, NULL, &seen.loop, &seen, left_cb);
    start(&scope, &child, NEVER_MS, end_cb);
    loop_scope_cancel(&scope);
    loop_scope_cancel(&scope);
    assert_int_equal(loop_scope_start_timer(&scope, &late, 0, end_cb, cancelled_cb), UV_ECANCELED);
    assert_int_equal(loop_scope_start_poll(&scope, &late, 0, NULL, cancelled_cb), UV_ECANCELED);
    loop_scope_init(&inner, &scope, &seen.loop, &seen, left_cb);
    assert_int_equal(loop_scope_start_timer(&inner, &late, 0, end_cb, cancelled_cb), UV_ECANCELED);
    loop_scope_leave(&inner);
    loop_scope_leave(&scope);
    finish(&seen);
    assert_int_equal(seen.left, 2);
    assert_int_equal(seen.cancelled, 1);
    assert_int_equal(seen.ended, 0);
    assert_null(loop_scope_first_error(&scope));
}

/* A scope inside, on the heap: its memory goes when it is left. */
struct nest {
    struct loop_scope scope;
    struct seen *seen;
    struct loop_child child;
};

static void nest_cancelled_cb(struct loop_child *child)
{
    ((struct nest *)child->scope->data)->seen->cancelled++;
    loop_child_end(child, 0);
}

static void nest_end_cb(uv_timer_t *timer)
{
    struct loop_child *child = timer->data;
    ((struct nest *)child->scope->data)->seen->ended++;
    loop_child_end(child, 0);
}

static void nest_left_cb(struct loop_scope *scope)
{
    struct nest *nest = scope->data;
    assert_int_equal(nest->seen->left, 0);
    nest->seen->nests_left++;
    free(nest);
}

static void nest_start(struct seen *seen, struct loop_scope *outer, uint64_t after_ms)
{
    struct nest *nest = calloc(1, sizeof *nest);
    assert_non_null(nest);
    nest->seen = seen;
    loop_scope_init(&nest->scope, outer, &seen->loop, nest, nest_left_cb);
    assert_int_equal(loop_scope_start_timer(&nest->scope, &nest->child, after_ms, nest_end_cb,
                                            nest_cancelled_cb),
                     0);
    loop_scope_leave(&nest->scope);
}

static void test_the_outer_scope_is_left_last(void **state)
{
    (void)state;
    struct seen seen;
    struct loop_scope outer;
    struct loop_child child;
    setup(&seen);
    loop_scope_init(&outer, NULL, &seen.loop, &seen, left_cb);
    for (int i = 0; i < CHILDREN; i++)
        nest_start(&seen, &outer, 1);
    start(&outer, &child, 0, end_cb);
    loop_scope_leave(&outer);
    finish(&seen);
    assert_int_equal(seen.ended, CHILDREN + 1);
    assert_int_equal(seen.left, 1);
}

static void test_scopes_inside_are_cancelled_with_the_outer(void **state)
{
    (void)state;
    struct seen seen;
    struct loop_scope outer;
    struct loop_child child;
    setup(&seen);
    loop_scope_init(&outer, NULL, &seen.loop, &seen, left_cb);
    for (int i = 0; i < CHILDREN; i++)
        nest_start(&seen, &outer, NEVER_MS);
    start(&outer, &child, 0, fail_cb);
    loop_scope_leave(&outer);
    finish(&seen);
    assert_int_equal(seen.ended, 1);
    assert_int_equal(seen.cancelled, CHILDREN);
    assert_int_equal(seen.left, 1);
    assert_ptr_equal(loop_scope_first_error(&outer), &child);
}

struct pair {
    struct seen seen; /* first, as a child's callback finds it */
    struct loop_child sibling;
};

static void start_sibling_cb(uv_timer_t *timer)
{
    struct loop_child *child = timer->data;
    struct pair *pair = child->scope->data;
    start(child->scope, &pair->sibling, 0, end_cb);
    end_cb(timer);
}

static void test_a_scope_inside_that_was_left_is_forgotten(void **state)
{
    (void)state;
    struct seen seen;
    struct loop_scope outer;
    struct loop_child child;
    setup(&seen);
    loop_scope_init(&outer, NULL, &seen.loop, &seen, left_cb);
    nest_start(&seen, &outer, 0);
    uv_run(&seen.loop, UV_RUN_DEFAULT);
    assert_int_equal(seen.nests_left, 1);
    assert_int_equal(seen.left, 0);
    nest_start(&seen, &outer, NEVER_MS);
    start(&outer, &child, 0, fail_cb);
    loop_scope_leave(&outer);
    finish(&seen);
    assert_int_equal(seen.nests_left, 2);
    assert_int_equal(seen.cancelled, 1);
    assert_int_equal(seen.left, 1);
}

static void test_a_child_may_start_a_sibling(void **state)
{
    (void)state;
    struct pair pair;
    struct loop_scope scope;
    struct loop_child child;
    setup(&pair.seen);
    loop_scope_init(&scope, NULL, &pair.seen.loop, &pair, left_cb);
    start(&scope, &child, 0, start_sibling_cb);
    loop_scope_leave(&scope);
    finish(&pair.seen);
    assert_int_equal(pair.seen.ended, 2);
    assert_int_equal(pair.seen.left, 1);
    assert_int_equal(pair.sibling.number, 1);
}

static void readable_cb(uv_poll_t *poll, int status, int events)
{
    struct loop_child *child = poll->data;
    assert_int_equal(status, 0);
    assert_int_equal(events, UV_READABLE);
    seen_by(child)->ended++;
    loop_child_end(child, 0);
}

static void test_a_socket_that_is_read(void **state)
{
    (void)state;
    struct seen seen;
    struct loop_scope scope;
    struct loop_child children[3];
    int ready[2], silent[2];
    setup(&seen);
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(silent), 0);
    assert_int_equal(write(ready[1], "x", 1), 1);
    loop_scope_init(&scope, NULL, &seen.loop, &seen, left_cb);
    assert_int_equal(
        loop_scope_start_poll(&scope, &children[0], ready[0], readable_cb, cancelled_cb), 0);
    assert_int_equal(
        loop_scope_start_poll(&scope, &children[1], silent[0], readable_cb, cancelled_cb), 0);
    /* A descriptor that has a child already: nothing is started, and nobody waits for it. */
    assert_int_not_equal(
        loop_scope_start_poll(&scope, &children[2], silent[0], readable_cb, cancelled_cb), 0);
    loop_scope_leave(&scope);
    uv_run(&seen.loop, UV_RUN_ONCE);
    uv_run(&seen.loop, UV_RUN_NOWAIT);
    assert_int_equal(seen.ended, 1);
    assert_int_equal(seen.left, 0);
    loop_scope_cancel(&scope);
    finish(&seen);
    assert_int_equal(seen.cancelled, 1);
    assert_int_equal(seen.left, 1);
    for (int i = 0; i < 2; i++) {
        close(ready[i]);
        close(silent[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_children_end_before_the_scope),
        cmocka_unit_test(test_a_scope_with_nothing_in_it_is_left_at_once),
        cmocka_unit_test(test_failure_cancels_siblings_that_live),
        cmocka_unit_test(test_every_error_is_kept_the_first_first),
        cmocka_unit_test(test_a_cancelled_scope_starts_nothing),
        cmocka_unit_test(test_the_outer_scope_is_left_last),
        cmocka_unit_test(test_scopes_inside_are_cancelled_with_the_outer),
        cmocka_unit_test(test_a_scope_inside_that_was_left_is_forgotten),
        cmocka_unit_test(test_a_child_may_start_a_sibling),
        cmocka_unit_test(test_a_socket_that_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
