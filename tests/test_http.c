/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages come one by one, however the bytes are cut, and the same from either library: this runs
 * against the one that is built. */
#include "http/message.h"
#include "http/write.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char three_requests[] = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
                                     "PUT /b?c=d HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                                     "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
                                     "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

static void check_request(const struct http_message *message, int number)
{
    static const char *const methods[] = {"POST", "PUT", "GET"};
    static const char *const targets[] = {"/a", "/b?c=d", "/last"};
    static const char *const bodies[] = {"body", "abcde", ""};
    assert_in_range(number, 0, 2);
    assert_true(message->complete);
    assert_string_equal(message->method, methods[number]);
    assert_string_equal(message->target, targets[number]);
    assert_string_equal(message->body, bodies[number]);
    assert_int_equal(message->body_length, strlen(bodies[number]));
    assert_int_equal(message->keep_alive, number < 2);
}

/* Reads a piece to its end; returns how many messages that completed, from `number` on. */
static int read_piece(struct http_message *message, const char *bytes, size_t length, int number)
{
    int count = 0;
    size_t used;
    while (length > 0) {
        int result = http_message_read(message, bytes, length, &used);
        assert_in_range(result, 0, 1);
        assert_true(used > 0 && used <= length);
        if (result == 1)
            check_request(message, number + count++);
        else
            assert_int_equal(used, length);
        bytes += used;
        length -= used;
    }
    return count;
}

static void test_each_cut(void **state)
{
    (void)state;
    size_t length = strlen(three_requests);
    for (size_t cut = 0; cut <= length; cut++) {
        struct http_message message;
        http_message_init(&message, HTTP_READS_REQUESTS);
        int count = read_piece(&message, three_requests, cut, 0);
        count += read_piece(&message, three_requests + cut, length - cut, count);
        assert_int_equal(count, 3);
    }
}

static void test_byte_by_byte_and_moved(void **state)
{
    (void)state;
    struct http_message messages[2];
    int count = 0;
    http_message_init(&messages[0], HTTP_READS_REQUESTS);
    for (size_t i = 0; i < strlen(three_requests); i++) {
        char byte = three_requests[i];
        count += read_piece(&messages[i % 2], &byte, 1, count);
        memcpy(&messages[(i + 1) % 2], &messages[i % 2], sizeof *messages);
        memset(&messages[i % 2], 0x5a, sizeof *messages);
    }
    assert_int_equal(count, 3);
}

static void test_nothing_to_read_changes_nothing(void **state)
{
    (void)state;
    struct http_message message;
    size_t used = 1;
    http_message_init(&message, HTTP_READS_REQUESTS);
    assert_int_equal(http_message_read(&message, "", 0, &used), 0);
    assert_int_equal(used, 0);
    assert_int_equal(read_piece(&message, three_requests, strlen(three_requests), 0), 3);
    assert_int_equal(http_message_read(&message, "", 0, &used), 0);
    assert_string_equal(message.target, "/last");
}

static int read_all(struct http_message *message, enum http_side side, const char *bytes)
{
    size_t used;
    http_message_init(message, side);
    return http_message_read(message, bytes, strlen(bytes), &used);
}

static void test_keep_alive_by_version_and_header(void **state)
{
    (void)state;
    static const struct {
        const char *request;
        bool keep_alive;
    } cases[] = {
        {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", true},
        {"GET / HTTP/1.1\r\nHost: x\r\nconnection: CLOSE\r\n\r\n", false},
        {"GET / HTTP/1.0\r\n\r\n", false},
        {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
    };
    struct http_message message;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(read_all(&message, HTTP_READS_REQUESTS, cases[i].request), 1);
        assert_int_equal(message.keep_alive, cases[i].keep_alive);
    }
}

static void check_refused(struct http_message *message, const char *part_of_fault)
{
    size_t used;
    assert_non_null(strstr(http_message_fault(message), part_of_fault));
    assert_true(http_message_fault(message)[0] != '\0');
    /* And it stays so. */
    assert_int_equal(http_message_read(message, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 18, &used),
                     -EBADMSG);
    assert_int_equal(http_message_end(message), -ECONNRESET);
}

static void test_what_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        const char *part_of_fault;
    } cases[] = {
        {"no HTTP at all\r\n\r\n", ""},
        {"GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", ""},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: four\r\n\r\n", ""},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n", ""},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n",
         ""},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", ""},
        {"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
         "another protocol"},
        {"CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n", "another protocol"},
    };
    struct http_message message;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(read_all(&message, HTTP_READS_REQUESTS, cases[i].bytes), -EBADMSG);
        check_refused(&message, cases[i].part_of_fault);
    }
    assert_int_equal(read_all(&message, HTTP_READS_RESPONSES, "HTTP/1.1 OK\r\n\r\n"), -EBADMSG);
    check_refused(&message, "");
}

static void test_nothing_follows_the_last(void **state)
{
    (void)state;
    struct http_message message;
    size_t used;
    assert_int_equal(read_all(&message, HTTP_READS_REQUESTS,
                              "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
                     1);
    assert_int_equal(http_message_read(&message, "GET", 3, &used), -EBADMSG);
    check_refused(&message, "the last");
}

/* A request whose head, with its blank line, is as long as asked. */
static void write_head(char *out, size_t length)
{
    static const char begin[] = "GET / HTTP/1.1\r\nHost: x\r\nPadding: ";
    memset(out, 'x', length);
    memcpy(out, begin, strlen(begin));
    memcpy(out + length - 4, "\r\n\r\n", 4);
}

static void test_head_has_a_limit(void **state)
{
    (void)state;
    char head[HTTP_HEAD_MAX + 1];
    struct http_message message;
    size_t used;
    write_head(head, HTTP_HEAD_MAX);
    http_message_init(&message, HTTP_READS_REQUESTS);
    /* Of each message on its own. */
    for (int i = 0; i < 3; i++)
        assert_int_equal(http_message_read(&message, head, HTTP_HEAD_MAX, &used), 1);
    write_head(head, sizeof head);
    assert_int_equal(http_message_read(&message, head, sizeof head, &used), -EBADMSG);
    check_refused(&message, "head is too long");
}

static void test_blank_lines_without_end(void **state)
{
    (void)state;
    struct http_message message;
    size_t fed = 0, used;
    int result = 0;
    http_message_init(&message, HTTP_READS_REQUESTS);
    while (result == 0 && fed < 2 * HTTP_HEAD_MAX) {
        result = http_message_read(&message, "\r\n", 2, &used);
        fed += 2;
    }
    assert_int_equal(result, -EBADMSG);
}

static void test_body_has_a_limit_and_its_beginning_is_kept(void **state)
{
    (void)state;
    char piece[1000];
    struct http_message message;
    size_t fed = 0, used;
    int result =
        read_all(&message, HTTP_READS_REQUESTS,
                 "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n");
    memset(piece, 'x', sizeof piece);
    while (result == 0 && fed < 70000) {
        result = http_message_read(&message, piece, sizeof piece, &used);
        fed += sizeof piece;
    }
    assert_int_equal(result, -EBADMSG);
    assert_true(fed > HTTP_BODY_MAX && fed <= HTTP_BODY_MAX + sizeof piece);
    assert_int_equal(strlen(message.body), HTTP_TEXT_MAX - 1);
    check_refused(&message, "body is too long");
}

static void test_what_a_server_answers_to_faults(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        enum http_code refusal;
    } cases[] = {
        {"no HTTP at all\r\n\r\n", HTTP_BAD_REQUEST},
        {"\x16\x03\x01\x02", HTTP_BAD_REQUEST},
        {"GET\r\n\r\n", HTTP_BAD_REQUEST},
        {"GET / FTP/1.1\r\n\r\n", HTTP_BAD_REQUEST},
        {"GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", HTTP_BAD_REQUEST},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", HTTP_BAD_REQUEST},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
         HTTP_BAD_REQUEST},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", HTTP_BAD_REQUEST},
        {"BREW / HTTP/1.1\r\n\r\n", HTTP_NOT_IMPLEMENTED},
        {"GETT / HTTP/1.1\r\n\r\n", HTTP_NOT_IMPLEMENTED},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", HTTP_NOT_IMPLEMENTED},
        {"CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n", HTTP_NOT_IMPLEMENTED},
        {"GET / HTTP/2.0\r\n\r\n", HTTP_VERSION_NOT_SUPPORTED},
        {"GET / HTTP/1.2\r\n\r\n", HTTP_VERSION_NOT_SUPPORTED},
        {"GET / HTTP/x\r\n\r\n", HTTP_VERSION_NOT_SUPPORTED},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n", HTTP_CONTENT_TOO_LARGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_message whole, pieces;
        size_t used;
        int result = 0;
        assert_int_equal(read_all(&whole, HTTP_READS_REQUESTS, cases[i].bytes), -EBADMSG);
        assert_int_equal(http_message_refusal(&whole), cases[i].refusal);
        http_message_init(&pieces, HTTP_READS_REQUESTS);
        for (const char *byte = cases[i].bytes; *byte && result == 0; byte++)
            result = http_message_read(&pieces, byte, 1, &used);
        assert_int_equal(result, -EBADMSG);
        assert_int_equal(http_message_refusal(&pieces), cases[i].refusal);
    }
}

static void test_head_has_the_limit_that_is_set(void **state)
{
    (void)state;
    static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    struct http_message message;
    size_t used;
    for (size_t more = 0; more < 2; more++) {
        http_message_init(&message, HTTP_READS_REQUESTS);
        message.head_max = strlen(request) - more;
        assert_int_equal(http_message_read(&message, request, strlen(request), &used),
                         more == 0 ? 1 : -EBADMSG);
    }
    assert_int_equal(http_message_refusal(&message), HTTP_HEAD_TOO_LARGE);
}

static void test_other_protocols_can_be_ignored(void **state)
{
    (void)state;
    static const char requests[] =
        "GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\n"
        "Upgrade: h2c\r\nHTTP2-Settings: AAM\r\n\r\n"
        "GET /b HTTP/1.1\r\nHost: x\r\n\r\n";
    struct http_message message;
    size_t used, also_used;
    http_message_init(&message, HTTP_READS_REQUESTS);
    message.ignores_upgrade = true;
    assert_int_equal(http_message_read(&message, requests, strlen(requests), &used), 1);
    assert_string_equal(message.target, "/a");
    assert_true(message.keep_alive);
    assert_int_equal(
        http_message_read(&message, requests + used, strlen(requests) - used, &also_used), 1);
    assert_string_equal(message.target, "/b");
    assert_int_equal(used + also_used, strlen(requests));
}

static void test_half_a_message_is_partial(void **state)
{
    (void)state;
    static const char request[] = "POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nno";
    struct http_message message;
    size_t used;
    http_message_init(&message, HTTP_READS_REQUESTS);
    assert_false(http_message_is_partial(&message));
    for (size_t i = 0; i < strlen(request); i++) {
        bool last = i == strlen(request) - 1;
        assert_int_equal(http_message_read(&message, request + i, 1, &used), last);
        assert_int_equal(http_message_is_partial(&message), !last);
    }
    assert_int_equal(message.minor_version, 0);
}

static void test_long_target_is_cut(void **state)
{
    (void)state;
    char request[1024] = "GET /";
    struct http_message message;
    memset(request + 5, 'y', 500);
    strcpy(request + 505, " HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(read_all(&message, HTTP_READS_REQUESTS, request), 1);
    assert_int_equal(message.target_length, 501);
    assert_int_equal(strlen(message.target), HTTP_TEXT_MAX - 1);
}

static void test_responses(void **state)
{
    (void)state;
    struct http_message message;
    assert_int_equal(read_all(&message, HTTP_READS_RESPONSES,
                              "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"),
                     1);
    assert_int_equal(message.status, HTTP_NOT_FOUND);
    assert_string_equal(message.body, "no");
    assert_string_equal(message.method, "");
    assert_true(message.keep_alive);
    /* One that ended is not ended once more. */
    assert_int_equal(http_message_end(&message), -ECONNRESET);
    assert_int_equal(read_all(&message, HTTP_READS_RESPONSES,
                              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                              "2\r\nye\r\n1\r\ns\r\n0\r\n\r\n"),
                     1);
    assert_string_equal(message.body, "yes");
    assert_int_equal(read_all(&message, HTTP_READS_RESPONSES, "HTTP/1.1 204 No Content\r\n\r\n"),
                     1);
    assert_int_equal(message.body_length, 0);
}

static void test_response_without_length_ends_with_the_stream(void **state)
{
    (void)state;
    struct http_message message;
    assert_int_equal(
        read_all(&message, HTTP_READS_RESPONSES, "HTTP/1.1 200 OK\r\n\r\nall that follows"), 0);
    assert_int_equal(http_message_end(&message), 1);
    assert_string_equal(message.body, "all that follows");
    assert_false(message.keep_alive);
}

static void test_half_a_message_is_not_one(void **state)
{
    (void)state;
    static const char *const halves[] = {
        "",
        "HTTP/1.1 200 O",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
    };
    struct http_message message;
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        assert_int_equal(read_all(&message, HTTP_READS_RESPONSES, halves[i]), 0);
        assert_int_equal(http_message_end(&message), -ECONNRESET);
    }
}

static void test_written_is_read(void **state)
{
    (void)state;
    static const enum http_code codes[] = {HTTP_OK, HTTP_BAD_REQUEST, HTTP_NOT_FOUND,
                                           HTTP_METHOD_NOT_ALLOWED, HTTP_SERVICE_UNAVAILABLE};
    char bytes[256];
    struct http_message message;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        size_t length =
            http_write_response(bytes, sizeof bytes, codes[i], i % 2, "text/plain", "so it is");
        assert_int_equal(length, strlen(bytes));
        assert_int_equal(read_all(&message, HTTP_READS_RESPONSES, bytes), 1);
        assert_int_equal(message.status, codes[i]);
        assert_int_equal(message.keep_alive, i % 2);
        assert_string_equal(message.body, "so it is");
    }
    assert_true(http_write_request(bytes, sizeof bytes, "GET", "/item/7", "127.0.0.1:1", true) > 0);
    assert_string_equal(bytes, "GET /item/7 HTTP/1.1\r\nHost: 127.0.0.1:1\r\nContent-Length: 0\r\n"
                               "Connection: keep-alive\r\n\r\n");
    assert_int_equal(read_all(&message, HTTP_READS_REQUESTS, bytes), 1);
    assert_string_equal(message.target, "/item/7");
}

static void test_written_text(void **state)
{
    (void)state;
    static const char expected[] =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\n"
        "Content-Length: 3\r\nConnection: close\r\n\r\nnot";
    char bytes[sizeof expected];
    size_t length = http_write_response(bytes, sizeof bytes, HTTP_SERVICE_UNAVAILABLE, false,
                                        "text/plain", "not");
    assert_int_equal(length, strlen(expected));
    assert_string_equal(bytes, expected);
    assert_int_equal(http_write_response(bytes, sizeof bytes - 1, HTTP_SERVICE_UNAVAILABLE, false,
                                         "text/plain", "not"),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_cut),
        cmocka_unit_test(test_byte_by_byte_and_moved),
        cmocka_unit_test(test_nothing_to_read_changes_nothing),
        cmocka_unit_test(test_keep_alive_by_version_and_header),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_nothing_follows_the_last),
        cmocka_unit_test(test_head_has_a_limit),
        cmocka_unit_test(test_blank_lines_without_end),
        cmocka_unit_test(test_body_has_a_limit_and_its_beginning_is_kept),
        cmocka_unit_test(test_what_a_server_answers_to_faults),
        cmocka_unit_test(test_head_has_the_limit_that_is_set),
        cmocka_unit_test(test_other_protocols_can_be_ignored),
        cmocka_unit_test(test_half_a_message_is_partial),
        cmocka_unit_test(test_long_target_is_cut),
        cmocka_unit_test(test_responses),
        cmocka_unit_test(test_response_without_length_ends_with_the_stream),
        cmocka_unit_test(test_half_a_message_is_not_one),
        cmocka_unit_test(test_written_is_read),
        cmocka_unit_test(test_written_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
