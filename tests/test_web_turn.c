/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a web server does with bytes, whoever waits for them: the same replies however they are cut.
 */
#include "web_driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define ROOM      WEB_REPLIES_BYTES
#define HOST      "Host: x\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST "\r\n"
#define TEXT(code, length, body) \
    "HTTP/1.1 " code "\r\nContent-Type: text/plain\r\nContent-Length: " length "\r\n" body
#define NOT_FOUND   TEXT("404 Not Found", "10", "\r\nNot Found\n")
#define HEALTHY     TEXT("200 OK", "3", "\r\nOK\n")
#define UNAVAILABLE TEXT("503 Service Unavailable", "20", "\r\nService Unavailable\n")
#define FORBIDDEN \
    TEXT("405 Method Not Allowed", "19", "Allow: GET, HEAD\r\n\r\nMethod Not Allowed\n")
#define CLOSES "Connection: close\r\n\r\n"
#define BAD    TEXT("400 Bad Request", "12", CLOSES "Bad Request\n")

#define NOT_DONE TEXT("501 Not Implemented", "16", CLOSES "Not Implemented\n")
#define EXPECTS  TEXT("417 Expectation Failed", "19", CLOSES "Expectation Failed\n")

/* Written out here, apart from the code under test. */
static const char *row(int64_t id)
{
    static char texts[4][256];
    static int turn;
    char letters[ROW_TEXT_LETTERS + 1];
    row_text(DRIVER_SEED, id, letters);
    char *text = texts[turn++ % 4];
    snprintf(text, sizeof texts[0],
             "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 48\r\n\r\n"
             "{\"a\": \"%010lld\", \"b\": \"%s\"}",
             (long long)id, letters);
    return text;
}

struct outcome {
    const char *replies;
    bool closed, shut;
};

static void check(struct driver *driver, const struct outcome *expected)
{
    assert_int_equal(driver->length, strlen(expected->replies));
    assert_memory_equal(driver->replies, expected->replies, driver->length);
    assert_int_equal(driver->ended == WEB_CLOSES, expected->closed);
    assert_int_equal(driver->shut, expected->shut);
}

/* Whole, in two pieces wherever they are cut, and byte by byte. What comes after the end is not
 * fed.
 */
static void check_each_cut(const char *bytes, size_t length, const struct outcome *expected)
{
    for (size_t cut = 0; cut <= length; cut++) {
        struct driver driver;
        driver_init(&driver, ROOM);
        driver.parks = cut % 2 == 1;
        driver_feed(&driver, bytes, cut);
        if (driver.ended == WEB_READS)
            driver_feed(&driver, bytes + cut, length - cut);
        check(&driver, expected);
        driver_finish(&driver);
    }
    struct driver driver;
    driver_init(&driver, REPLY_BYTES_MAX);
    for (size_t i = 0; i < length && driver.ended == WEB_READS; i++)
        driver_feed(&driver, bytes + i, 1);
    check(&driver, expected);
    driver_finish(&driver);
}

static void check_text(const char *bytes, struct outcome expected)
{
    check_each_cut(bytes, strlen(bytes), &expected);
}

static void test_routes(void **state)
{
    (void)state;
    static const char *const nothing[] = {
        "/item/",    "/item/0",  "/item/1001",        "/item/x",  "/item/-1", "/item/1x",
        "/item/1/2", "/items/1", "/item/00000000001", "/healthy", "/nothing", "//",
        "/item/%31", "*",        "/item/12345678901"};
    char request[512];
    check_text(GET("/item/42"), (struct outcome){.replies = row(42)});
    check_text(GET("/item/0000000042"), (struct outcome){.replies = row(42)});
    check_text(GET("/item/1000?why=not"), (struct outcome){.replies = row(1000)});
    check_text(GET("http://x:80/item/1"), (struct outcome){.replies = row(1)});
    check_text(GET("/health"), (struct outcome){.replies = HEALTHY});
    check_text(GET("http://x/health?"), (struct outcome){.replies = HEALTHY});
    check_text(GET("/item/500"), (struct outcome){.replies = UNAVAILABLE});
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", nothing[i]);
        check_text(request, (struct outcome){.replies = NOT_FOUND});
    }
}

static void test_the_page(void **state)
{
    (void)state;
    struct driver driver;
    driver_init(&driver, REPLY_BYTES_MAX);
    driver_feed(&driver, GET("/"), strlen(GET("/")));
    char replies[REPLY_BYTES_MAX] = "";
    memcpy(replies, driver.replies, driver.length);
    const char *page = strstr(replies, "\r\n\r\n<!DOCTYPE html>");
    char length[64];
    assert_non_null(page);
    snprintf(length, sizeof length, "\r\nContent-Length: %zu\r\n", strlen(page + 4));
    assert_non_null(strstr(replies, length));
    assert_non_null(strstr(replies, "200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"));
    driver_finish(&driver);
}

static void test_the_store_is_asked_for_rows_only(void **state)
{
    (void)state;
    static const char requests[] =
        GET("/health") GET("/") GET("/item/x") GET("/nothing") GET("/item/1") GET("/item/1001");
    struct driver driver;
    driver_init(&driver, ROOM);
    driver_feed(&driver, requests, strlen(requests));
    assert_int_equal(driver.asked, 2);
    driver_finish(&driver);
}

static void test_connections_that_go_on_and_that_end(void **state)
{
    (void)state;
    static const char closing[] = TEXT("200 OK", "3", CLOSES "OK\n");
    static const char kept[] = TEXT("200 OK", "3", "Connection: keep-alive\r\n\r\nOK\n");
    check_text("GET /health HTTP/1.0\r\n\r\n", (struct outcome){closing, true, false});
    check_text("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
               (struct outcome){.replies = kept});
    check_text("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
               (struct outcome){closing, true, false});
    /* It is not clear whether they were sent before or after the reply: they are ignored. */
    struct driver driver;
    driver_init(&driver, ROOM);
    driver_feed(&driver, "GET /health HTTP/1.0\r\n\r\n" GET("/"), 24 + strlen(GET("/")));
    check(&driver, &(struct outcome){closing, false, true});
    driver_feed(&driver, GET("/"), strlen(GET("/")));
    check(&driver, &(struct outcome){closing, false, true});
    driver_finish(&driver);
}

static void test_methods(void **state)
{
    (void)state;
    char head_of_row[256];
    const char *whole = row(42);
    snprintf(head_of_row, sizeof head_of_row, "%.*s", (int)(strstr(whole, "{") - whole), whole);
    check_text("HEAD /item/42 HTTP/1.1\r\nHost: x\r\n\r\n",
               (struct outcome){.replies = head_of_row});
    check_text("HEAD /nothing HTTP/1.1\r\nHost: x\r\n\r\n" GET("/health"),
               (struct outcome){.replies = TEXT("404 Not Found", "10", "\r\n") HEALTHY});
    check_text("DELETE /item/1 HTTP/1.1\r\nHost: x\r\n\r\n" GET("/health"),
               (struct outcome){.replies = FORBIDDEN HEALTHY});
    check_text("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", (struct outcome){.replies = FORBIDDEN});
    static const char tunnel[] =
        TEXT("405 Method Not Allowed", "19", "Allow: GET, HEAD\r\n" CLOSES "Method Not Allowed\n");
    check_text("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", (struct outcome){tunnel, true, false});
}

static void test_bodies_are_dropped(void **state)
{
    (void)state;
    check_text(
        "POST /item/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\nGET / HTTP/1.1\r\n\r\nxx"
        "GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nxx"
        "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        "4;name=value\r\nabcd\r\n2\r\n\r\n\r\n0\r\nTrailer: x\r\n\r\n\r\n\r\n" GET("/item/3"),
        (struct outcome){.replies =
                             strcat(strcpy((char[1024]){0}, FORBIDDEN HEALTHY FORBIDDEN), row(3))});
}

static void test_a_request_for_another_protocol_is_answered_in_this_one(void **state)
{
    (void)state;
    check_text(
        "GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
        "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n" GET("/health"),
        (struct outcome){.replies = HEALTHY HEALTHY});
}

static void test_headers_that_change_nothing(void **state)
{
    (void)state;
    static const char closing[] = TEXT("200 OK", "3", CLOSES "OK\n");
    /* A value may be empty, and a name that begins like another is another. */
    check_text("GET /health HTTP/1.1\r\nA:\r\nHost:\r\nHosts: a, b\r\nExpect: x\r\n\r\n",
               (struct outcome){.replies = HEALTHY});
    /* There is nothing to wait for. */
    check_text("GET /health HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n\r\n",
               (struct outcome){.replies = HEALTHY});
    check_text("GET /health HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n",
               (struct outcome){.replies = HEALTHY});
    check_text("GET /health HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nxx",
               (struct outcome){closing, true, false});
    /* What is behind the last chunk is not the head's. */
    check_text("GET /health HTTP/1.1\r\n" HOST "transfer-encoding:CHUNKED\r\n\r\n"
               "0\r\nHost: y\r\n\r\n" GET("/health"),
               (struct outcome){.replies = HEALTHY HEALTHY});
}

static void test_what_is_no_request(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *reply;
    } cases[] = {
        {"no HTTP at all\r\n\r\n", BAD},
        {"\x16\x03\x01\x02\x00\x01", BAD},
        {"GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", BAD},
        {"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", BAD},
        {"GET\r\n", BAD},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", BAD},
        /* One host, in HTTP/1.1, and no blank before a colon. */
        {"GET /health HTTP/1.1\r\n\r\n", BAD},
        {"GET /health HTTP/1.1\r\nHosts: x\r\nXHost: x\r\n\r\n", BAD},
        {"GET /health HTTP/1.1\r\n" HOST "hOST:\r\n\r\n", BAD},
        {"GET /health HTTP/1.0\r\n" HOST HOST "\r\n", BAD},
        {"GET /health HTTP/1.1\r\nHost : x\r\n\r\n", BAD},
        {"GET /health HTTP/1.1\r\n" HOST "A\t: x\r\n\r\n", BAD},
        {"GET /health HTTP/1.1\r\n Host: x\r\n\r\n", BAD},
        /* It must be known where a body ends, and how it is coded. */
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", BAD},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", BAD},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\n", BAD},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, gzip\r\n\r\n", BAD},
        {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", BAD},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n", NOT_DONE},
        {"POST / HTTP/1.1\r\n" HOST
         "Transfer-Encoding: a-coding-of-a-long-name\r\nTransfer-Encoding: Chunked\r\n\r\n",
         NOT_DONE},
        /* A body that waits to be asked for is not asked for. */
        {"POST / HTTP/1.1\r\n" HOST "Expect: 100-Continue\r\nContent-Length: 5\r\n\r\n", EXPECTS},
        {"GET / HTTP/1.1\r\nExpect: 100-continue\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n",
         EXPECTS},
        {"BREW /pot HTTP/1.1\r\n\r\n", NOT_DONE},
        {"GET / HTTP/2.0\r\n\r\n",
         TEXT("505 HTTP Version Not Supported", "27", CLOSES "HTTP Version Not Supported\n")},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n",
         TEXT("413 Content Too Large", "18", CLOSES "Content Too Large\n")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char bytes[512], replies[1024];
        check_text(cases[i].bytes, (struct outcome){cases[i].reply, false, true});
        /* What came before it is answered, and nothing after it. */
        snprintf(bytes, sizeof bytes, "%s%s%s", GET("/health"), cases[i].bytes, GET("/"));
        snprintf(replies, sizeof replies, "%s%s", HEALTHY, cases[i].reply);
        check_text(bytes, (struct outcome){replies, false, true});
    }
}

/* A request of `length` bytes to the end of its head. */
static char *long_request(size_t length)
{
    static const char begin[] = "GET /health HTTP/1.1\r\n" HOST "A: ";
    char *request = malloc(length + 1);
    assert_non_null(request);
    memset(request, 'x', length);
    memcpy(request, begin, strlen(begin));
    strcpy(request + length - 4, "\r\n\r\n");
    return request;
}

static void feed_pieces(struct driver *driver, const char *bytes, size_t length, size_t piece)
{
    for (size_t at = 0; at < length && driver->ended == WEB_READS; at += piece)
        driver_feed(driver, bytes + at, length - at < piece ? length - at : piece);
}

static void test_a_head_of_8_kib_is_the_longest(void **state)
{
    (void)state;
    static const char too_long[] = TEXT("431 Request Header Fields Too Large", "32",
                                        CLOSES "Request Header Fields Too Large\n");
    static const size_t pieces[] = {1, 100, 512, 8191, 8192, 20000};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        for (size_t more = 0; more < 2; more++) {
            struct driver driver;
            char *request = long_request(WEB_HEAD_MAX + more);
            driver_init(&driver, ROOM);
            feed_pieces(&driver, request, WEB_HEAD_MAX + more, pieces[i]);
            check(&driver, &(struct outcome){more ? too_long : HEALTHY, false, more});
            driver_finish(&driver);
            free(request);
        }
}

static void test_a_body_of_64_kib_is_the_longest(void **state)
{
    (void)state;
    static const char too_long[] =
        TEXT("413 Content Too Large", "18", CLOSES "Content Too Large\n");
    for (size_t more = 0; more < 2; more++) {
        static char body[HTTP_BODY_MAX + 1];
        char head[128];
        struct driver driver;
        driver_init(&driver, ROOM);
        snprintf(head, sizeof head,
                 "GET /health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%zx\r\n",
                 HTTP_BODY_MAX + more);
        driver_feed(&driver, head, strlen(head));
        memset(body, 'x', sizeof body);
        feed_pieces(&driver, body, HTTP_BODY_MAX + more, 1000);
        if (!more)
            driver_feed(&driver, "\r\n0\r\n\r\n", 7);
        check(&driver, &(struct outcome){more ? too_long : HEALTHY, false, more});
        driver_finish(&driver);
    }
}

static void test_a_thousand_requests_in_one_piece(void **state)
{
    static char requests[64 * 1024], expected[256 * 1024];
    size_t length = 0, expected_length = 0;
    struct driver driver;
    for (int id = 1; id <= 1000; id++) {
        int unknown = id == DRIVER_FAILS ? 1 : id;
        length +=
            (size_t)sprintf(requests + length, "GET /item/%d HTTP/1.1\r\nHost: x\r\n\r\n", unknown);
        expected_length += (size_t)sprintf(expected + expected_length, "%s", row(unknown));
    }
    driver_init(&driver, ROOM);
    driver.parks = *state != NULL;
    driver_feed(&driver, requests, length);
    check(&driver, &(struct outcome){.replies = expected});
    /* They go out together, as far as there is room. */
    assert_true(driver.writes <= expected_length / (ROOM - REPLY_BYTES_MAX) + 1);
    driver_finish(&driver);
}

static void test_nothing_is_kept_of_an_idle_connection(void **state)
{
    (void)state;
    static const char request[] = GET("/item/1");
    struct driver driver;
    driver_init(&driver, ROOM);
    for (size_t i = 0; i < strlen(request); i++) {
        bool idle = i == 0;
        assert_int_equal(driver.connection.partial == NULL, idle);
        assert_int_equal(driver.connection.deadline_ns == 0, idle);
        driver_feed(&driver, request + i, 1);
    }
    assert_null(driver.connection.partial);
    assert_int_equal(driver.connection.deadline_ns, 0);
    driver_feed(&driver, "\r\n\n\r", 4);
    assert_null(driver.connection.partial);
    driver_finish(&driver);
}

/* The deadline is that of the first byte, and each request has its own. */
static void test_a_request_has_its_time(void **state)
{
    (void)state;
    static const char late[] = TEXT("408 Request Timeout", "16", CLOSES "Request Timeout\n");
    struct driver driver;
    driver_init(&driver, ROOM);
    driver_feed(&driver, "GET /hea", 8);
    int64_t deadline_ns = driver.connection.deadline_ns;
    driver_feed(&driver, "lth", 3);
    assert_int_equal(driver.connection.deadline_ns, deadline_ns);
    driver_feed(&driver, " HTTP/1.1\r\n" HOST "\r\nGET", 16 + strlen(HOST));
    assert_true(driver.connection.deadline_ns > deadline_ns);
    driver.length = 0;
    driver.connection.deadline_ns = 1; /* long ago */
    driver_feed(&driver, "", 0);
    check(&driver, &(struct outcome){late, true, false});
    driver_finish(&driver);
    /* What comes too late is too late. */
    driver_init(&driver, ROOM);
    driver_feed(&driver, "GET /health HTTP", 16);
    driver.connection.deadline_ns = 1;
    driver_feed(&driver, "/1.1\r\n" HOST "\r\n", 8 + strlen(HOST));
    check(&driver, &(struct outcome){late, true, false});
    driver_finish(&driver);
}

static void test_a_peer_that_was_refused_has_its_time_to_close(void **state)
{
    (void)state;
    struct driver driver;
    driver_init(&driver, ROOM);
    driver_feed(&driver, "nonsense\r\n", 10);
    check(&driver, &(struct outcome){BAD, false, true});
    assert_true(driver.connection.deadline_ns > 0);
    int64_t deadline_ns = driver.connection.deadline_ns;
    driver_feed(&driver, GET("/health"), strlen(GET("/health")));
    assert_int_equal(driver.connection.deadline_ns, deadline_ns);
    check(&driver, &(struct outcome){BAD, false, true});
    driver.connection.deadline_ns = 1;
    driver_feed(&driver, "", 0);
    check(&driver, &(struct outcome){BAD, true, true});
    driver_finish(&driver);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_routes),
        cmocka_unit_test(test_the_page),
        cmocka_unit_test(test_the_store_is_asked_for_rows_only),
        cmocka_unit_test(test_connections_that_go_on_and_that_end),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_bodies_are_dropped),
        cmocka_unit_test(test_a_request_for_another_protocol_is_answered_in_this_one),
        cmocka_unit_test(test_headers_that_change_nothing),
        cmocka_unit_test(test_what_is_no_request),
        cmocka_unit_test(test_a_head_of_8_kib_is_the_longest),
        cmocka_unit_test(test_a_body_of_64_kib_is_the_longest),
        cmocka_unit_test(test_a_thousand_requests_in_one_piece),
        {.name = "test_a_thousand_requests_that_are_parked",
         .test_func = test_a_thousand_requests_in_one_piece,
         .initial_state = (char[]){"parks"}},
        cmocka_unit_test(test_nothing_is_kept_of_an_idle_connection),
        cmocka_unit_test(test_a_request_has_its_time),
        cmocka_unit_test(test_a_peer_that_was_refused_has_its_time_to_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
