/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages come one by one, however the bytes are cut. */
#include "http.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char two_requests[] =
    "POST /client-request HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
    "GET /server_id HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

static void feed(struct http_reader *reader, const char *bytes, size_t length)
{
    size_t size;
    char *room = http_reader_room(reader, &size);
    assert_true(size >= length);
    memcpy(room, bytes, length);
    http_reader_add(reader, length);
}

static void check_message(const struct http_reader *reader, int number)
{
    assert_string_equal(reader->message.target, number == 0 ? "/client-request" : "/server_id");
    assert_string_equal(reader->message.body, number == 0 ? "body" : "");
    assert_string_equal(reader->message.method, number == 0 ? "POST" : "GET");
    assert_int_equal(reader->message.keep_alive, number == 0);
}

static void test_two_requests_in_one_piece(void **state)
{
    (void)state;
    struct http_reader reader;
    http_reader_init(&reader, HTTP_READS_REQUESTS);
    assert_int_equal(http_next(&reader), 0);
    feed(&reader, two_requests, strlen(two_requests));
    for (int number = 0; number < 2; number++) {
        assert_int_equal(http_next(&reader), 1);
        check_message(&reader, number);
    }
    assert_int_equal(http_next(&reader), 0);
}

static void test_two_requests_byte_by_byte(void **state)
{
    (void)state;
    struct http_reader reader;
    int number = 0;
    http_reader_init(&reader, HTTP_READS_REQUESTS);
    for (size_t i = 0; i < strlen(two_requests); i++) {
        feed(&reader, &two_requests[i], 1);
        int result = http_next(&reader);
        assert_true(result >= 0);
        if (result == 1)
            check_message(&reader, number++);
    }
    assert_int_equal(number, 2);
}

static void test_nonsense_is_refused(void **state)
{
    (void)state;
    struct http_reader reader;
    http_reader_init(&reader, HTTP_READS_REQUESTS);
    feed(&reader, "no HTTP at all\r\n\r\n", 18);
    assert_int_equal(http_next(&reader), -EBADMSG);
}

static void test_upgrade_is_refused(void **state)
{
    (void)state;
    const char upgrade[] =
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    struct http_reader reader;
    http_reader_init(&reader, HTTP_READS_REQUESTS);
    feed(&reader, upgrade, strlen(upgrade));
    assert_int_equal(http_next(&reader), -EBADMSG);
}

static void test_body_has_a_limit_and_its_beginning_is_kept(void **state)
{
    (void)state;
    const char head[] = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n";
    struct http_reader reader;
    char piece[1000];
    int result = 0;
    size_t fed = 0;
    memset(piece, 'x', sizeof piece);
    http_reader_init(&reader, HTTP_READS_REQUESTS);
    feed(&reader, head, strlen(head));
    while ((result = http_next(&reader)) == 0) {
        feed(&reader, piece, sizeof piece);
        fed += sizeof piece;
    }
    assert_int_equal(result, -EBADMSG);
    assert_true(fed > HTTP_BODY_MAX && fed <= HTTP_BODY_MAX + sizeof piece);
    assert_int_equal(strlen(reader.message.body), HTTP_TEXT_MAX - 1);
}

static void test_answer_reads_back(void **state)
{
    (void)state;
    char bytes[HTTP_MESSAGE_MAX];
    struct http_reader reader;
    http_reader_init(&reader, HTTP_READS_RESPONSES);
    feed(&reader, bytes, http_write_answer(bytes, 503, true, "not yet"));
    assert_int_equal(http_next(&reader), 1);
    assert_int_equal(reader.message.status, 503);
    assert_string_equal(reader.message.body, "not yet");
    assert_true(reader.message.keep_alive);
}

static void test_answer_without_length_ends_with_the_stream(void **state)
{
    (void)state;
    const char answer[] = "HTTP/1.0 200 OK\r\n\r\nhello";
    struct http_reader reader;
    http_reader_init(&reader, HTTP_READS_RESPONSES);
    feed(&reader, answer, strlen(answer));
    assert_int_equal(http_next(&reader), 0);
    assert_int_equal(http_end(&reader), 1);
    assert_string_equal(reader.message.body, "hello");
}

static void test_half_an_answer_is_none(void **state)
{
    (void)state;
    struct http_reader reader;
    http_reader_init(&reader, HTTP_READS_RESPONSES);
    feed(&reader, "HTTP/1.1 200 O", 14);
    assert_int_equal(http_next(&reader), 0);
    assert_int_equal(http_end(&reader), -ECONNRESET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_requests_in_one_piece),
        cmocka_unit_test(test_two_requests_byte_by_byte),
        cmocka_unit_test(test_nonsense_is_refused),
        cmocka_unit_test(test_upgrade_is_refused),
        cmocka_unit_test(test_body_has_a_limit_and_its_beginning_is_kept),
        cmocka_unit_test(test_answer_reads_back),
        cmocka_unit_test(test_answer_without_length_ends_with_the_stream),
        cmocka_unit_test(test_half_an_answer_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
