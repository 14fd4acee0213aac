/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps through a stream that is cut anywhere: every byte is in one of them, in order, and those
 * that call are for the requests that are drawn. */
#include "blocking.h"

#include "base/draw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define REQUESTS 300
#define SIZE     24
#define EVERY    3
#define SEED     7

static struct blocking_connection connection_to(struct blocking *blocking)
{
    *blocking = (struct blocking){.block_every = EVERY};
    blocking->server.options.request_bytes = SIZE;
    blocking->server.options.work.seed = SEED;
    return (struct blocking_connection){.base.server = &blocking->server};
}

static bool is_drawn(size_t i)
{
    return draw_is_slow(SEED, i, EVERY);
}

static void stream_fill(char *stream)
{
    memset(stream, 0xee, REQUESTS * SIZE);
    for (uint64_t i = 0; i < REQUESTS; i++)
        memcpy(stream + i * SIZE, &i, sizeof i);
}

/* What a read brought, from byte `at` of the stream on: a request is answered once it is complete,
 * and what is behind a call waits for it. */
static size_t step_through(struct blocking_connection *connection, const char *stream, size_t at,
                           size_t length, size_t calls)
{
    size_t end = at + length;
    while (at < end) {
        struct blocking_step step = blocking_step(connection, stream + at, end - at);
        assert_in_range(step.ready_bytes + step.blocked_bytes, 1, end - at);
        for (size_t i = at / SIZE; i < (at + step.ready_bytes) / SIZE; i++)
            assert_false(is_drawn(i));
        at += step.ready_bytes;
        if (step.blocked_bytes == 0) {
            assert_int_equal(at, end);
            return calls;
        }
        assert_true(is_drawn(at / SIZE));
        assert_true(at % SIZE == 0 || at == end - length);
        at += step.blocked_bytes;
        assert_int_equal(at % SIZE, 0);
        calls++;
    }
    return calls;
}

static void every_drawn_request_has_one_call(void **state)
{
    (void)state;
    char stream[REQUESTS * SIZE];
    size_t expected = 0;
    stream_fill(stream);
    for (size_t i = 0; i < REQUESTS; i++)
        expected += is_drawn(i);
    assert_in_range(expected, 1, REQUESTS - 1);
    srand(1);
    for (size_t longest = 1; longest <= sizeof stream; longest = 3 * longest + 1) {
        struct blocking blocking;
        struct blocking_connection connection = connection_to(&blocking);
        size_t calls = 0;
        for (size_t at = 0, length; at < sizeof stream; at += length) {
            length = 1 + (size_t)rand() % longest;
            length = length < sizeof stream - at ? length : sizeof stream - at;
            calls = step_through(&connection, stream, at, length, calls);
        }
        assert_int_equal(calls, expected);
    }
}

static void without_a_share_nothing_calls(void **state)
{
    (void)state;
    char stream[REQUESTS * SIZE];
    struct blocking blocking;
    struct blocking_connection connection = connection_to(&blocking);
    stream_fill(stream);
    blocking.block_every = 0;
    for (int sized = 0; sized <= 1; sized++) {
        blocking.server.options.request_bytes = sized ? SIZE : 0;
        struct blocking_step step = blocking_step(&connection, stream, sizeof stream);
        assert_int_equal(step.ready_bytes, sizeof stream);
        assert_int_equal(step.blocked_bytes, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_drawn_request_has_one_call),
        cmocka_unit_test(without_a_share_nothing_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
