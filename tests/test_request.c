/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests in a stream that is cut anywhere: each is found once, with its own number. */
#include "subject/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define REQUESTS 200
#define LARGEST  100

static uint64_t number_of(size_t i)
{
    return (uint64_t)i * UINT64_C(0x0123456789abcdef) + 1;
}

/* A stream of requests of `size`; what a request is too short for is left out of its number. */
static size_t stream_fill(char *stream, size_t size)
{
    for (size_t i = 0; i < REQUESTS; i++) {
        uint64_t number = number_of(i);
        memset(stream + i * size, 0xee, size);
        memcpy(stream + i * size, &number, size < sizeof number ? size : sizeof number);
    }
    return REQUESTS * size;
}

static uint64_t number_within(size_t i, size_t size)
{
    uint64_t number = number_of(i);
    uint64_t within = 0;
    memcpy(&within, &number, size < sizeof number ? size : sizeof number);
    return within;
}

/* One read; returns how many requests are complete after it. */
static size_t feed(struct subject_request *request, size_t size, const char *bytes, size_t length,
                   size_t found)
{
    while (length > 0) {
        size_t taken = request_take(request, (int64_t)size, bytes, length);
        assert_in_range(taken, 1, length);
        bytes += taken;
        length -= taken;
        if (request_is_complete(request, (int64_t)size))
            assert_true(request->number == number_within(found++, size));
    }
    return found;
}

static void assert_found_in_reads_up_to(size_t size, size_t most)
{
    static char stream[REQUESTS * LARGEST];
    size_t length = stream_fill(stream, size);
    struct subject_request request = {0};
    size_t found = 0;
    for (size_t at = 0, part; at < length; at += part) {
        part = 1 + (size_t)random() % most;
        part = part < length - at ? part : length - at;
        found = feed(&request, size, stream + at, part, found);
        assert_int_equal(found, (at + part) / size);
    }
    assert_int_equal(found, REQUESTS);
}

static void test_requests_are_found_however_they_are_cut(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 3, 7, 8, 9, 16, 64, LARGEST};
    static const size_t reads[] = {1, 2, 5, 8, 13, 64, 512, REQUESTS * LARGEST};
    srandom(1);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t k = 0; k < sizeof reads / sizeof *reads; k++)
            for (int again = 0; again < 10; again++)
                assert_found_in_reads_up_to(sizes[i], reads[k]);
}

static void test_a_part_is_not_a_request(void **state)
{
    (void)state;
    struct subject_request request = {0};
    char bytes[64] = {0};
    assert_int_equal(request_take(&request, 64, bytes, 63), 63);
    assert_false(request_is_complete(&request, 64));
    assert_int_equal(request_take(&request, 64, bytes, 64), 1);
    assert_true(request_is_complete(&request, 64));
    assert_int_equal(request_take(&request, 64, bytes, 0), 0);
    assert_false(request_is_complete(&request, 64));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests_are_found_however_they_are_cut),
        cmocka_unit_test(test_a_part_is_not_a_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
