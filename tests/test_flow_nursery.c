/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nursery's peer answers each child, and its check finds what is wrong with a scope. */
#include "nursery.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define CHILDREN 5

static void test_peer_answers_who_asks(void **state)
{
    (void)state;
    struct peer peer;
    assert_int_equal(peer_start(&peer, CHILDREN), 0);
    for (int round = 0; round < 100; round++)
        for (int i = 0; i < CHILDREN; i += 2) {
            struct pollfd polled = {.fd = peer.fds[i], .events = POLLIN};
            assert_false(peer_take_answer(&peer, i));
            peer_ask(&peer, i);
            assert_int_equal(poll(&polled, 1, -1), 1);
            assert_true(peer_take_answer(&peer, i));
        }
    /* Who did not ask has no answer. */
    for (int i = 1; i < CHILDREN; i += 2)
        assert_false(peer_take_answer(&peer, i));
    peer_stop(&peer);
}

/* A round of three children as it should be: child 0 failed when two waited, and both errors of the
 * two that fail came out. */
static struct nursery_round right_round(struct nursery *nursery)
{
    struct nursery_round round = {.nursery = nursery, .waiting = 2};
    nursery_note_failure(&round);
    nursery_note_error(&round, nursery_error_of(0));
    nursery_note_error(&round, nursery_error_of(1));
    return round;
}

static void test_round_is_checked(void **state)
{
    (void)state;
    struct nursery nursery = {.children = 3, .failing = 2};
    struct nursery_round round = right_round(&nursery);
    struct error error;
    assert_int_equal(samples_init(&nursery.quiet, 5), 0);
    assert_int_equal(nursery_note_quiet(&round, &error), 0);
    assert_true(nursery.quiet.values[0] >= 0);
    round.waiting_then = 1; /* one was still on its way when child 0 failed */
    assert_int_equal(nursery_note_quiet(&round, &error), -EPROTO);
    round = right_round(&nursery);
    round.alive = 1;
    assert_int_equal(nursery_note_quiet(&round, &error), -EPROTO);
    round = right_round(&nursery);
    nursery_note_error(&round, nursery_error_of(2)); /* of one that should just have ended */
    assert_int_equal(nursery_note_quiet(&round, &error), -EPROTO);
    round = right_round(&nursery);
    round.error_bits = 1;
    assert_int_equal(nursery_note_quiet(&round, &error), -EPROTO);
    samples_finish(&nursery.quiet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_peer_answers_who_asks),
        cmocka_unit_test(test_round_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
