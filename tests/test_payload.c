/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payloads: in whatever pieces they travel, every wrong byte is found out. */
#include "load/protocol/payload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SIZE 100

struct fixture {
    struct payload payload;
    unsigned char message[SIZE];
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    if (!fixture || payload_init(&fixture->payload, SIZE, 3) < 0)
        return -1;
    payload_fill(&fixture->payload, 77, 0, fixture->message, SIZE);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    payload_finish(&fixture->payload);
    free(fixture);
    return 0;
}

static void test_begins_with_its_number(void **state)
{
    const struct fixture *fixture = *state;
    uint64_t number;
    memcpy(&number, fixture->message, sizeof number);
    assert_int_equal(number, 77);
}

static void test_pieces_of_any_size(void **state)
{
    const struct fixture *fixture = *state;
    for (size_t piece = 1; piece <= SIZE; piece++)
        for (size_t offset = 0; offset < SIZE; offset += piece) {
            size_t length = offset + piece < SIZE ? piece : SIZE - offset;
            unsigned char bytes[SIZE];
            payload_fill(&fixture->payload, 77, offset, bytes, length);
            assert_memory_equal(bytes, fixture->message + offset, length);
            assert_true(payload_matches(&fixture->payload, 77, offset, bytes, length));
        }
}

static void test_every_wrong_byte_is_found(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < SIZE; i++) {
        fixture->message[i] ^= 1;
        assert_false(payload_matches(&fixture->payload, 77, 0, fixture->message, SIZE));
        fixture->message[i] ^= 1;
    }
    assert_true(payload_matches(&fixture->payload, 77, 0, fixture->message, SIZE));
}

static void test_other_messages_differ(void **state)
{
    const struct fixture *fixture = *state;
    for (uint64_t other = 0; other < 5000; other++)
        if (other != 77)
            assert_false(payload_matches(&fixture->payload, other, 0, fixture->message, SIZE));
    /* Beyond the number too: the pattern begins elsewhere. */
    assert_false(payload_matches(&fixture->payload, 78, 8, fixture->message + 8, SIZE - 8));
    assert_false(payload_matches(&fixture->payload, UINT64_C(1) << 40 | 77, 8, fixture->message + 8,
                                 SIZE - 8));
}

static void test_more_than_the_message_is_wrong(void **state)
{
    const struct fixture *fixture = *state;
    unsigned char longer[SIZE + 1] = {0};
    memcpy(longer, fixture->message, SIZE);
    assert_false(payload_matches(&fixture->payload, 77, 0, longer, SIZE + 1));
    assert_false(payload_matches(&fixture->payload, 77, SIZE, longer, 1));
}

static void test_seed_makes_the_pattern(void **state)
{
    const struct fixture *fixture = *state;
    struct payload same;
    struct payload other;
    assert_int_equal(payload_init(&same, SIZE, 3), 0);
    assert_int_equal(payload_init(&other, SIZE, 4), 0);
    assert_true(payload_matches(&same, 77, 0, fixture->message, SIZE));
    assert_false(payload_matches(&other, 77, 0, fixture->message, SIZE));
    payload_finish(&same);
    payload_finish(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_begins_with_its_number),
        cmocka_unit_test(test_pieces_of_any_size),
        cmocka_unit_test(test_every_wrong_byte_is_found),
        cmocka_unit_test(test_other_messages_differ),
        cmocka_unit_test(test_more_than_the_message_is_wrong),
        cmocka_unit_test(test_seed_makes_the_pattern),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
