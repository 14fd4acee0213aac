/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The replies of a load over HTTP, cut anywhere. A reply whose head is known is judged without the
 * parser: what comes of it must be what the parser makes of it, whatever is changed in it. */
#include "http_exchange.h"

#define REPLY_MAX 32768

static enum reply_state take(struct http *http, const char *bytes, size_t length)
{
    enum reply_state state =
        http->messages.protocol->check(http->messages.shared, &http->exchange, bytes, length);
    http->exchange.received += length;
    return state;
}

/* As a connection would have it checked, from the exchange's begin on: in two pieces, or in one
 * where the cut is at its begin. */
static enum reply_state take_cut(struct http *http, const char *bytes, size_t length, size_t cut)
{
    enum reply_state state = REPLY_PART;
    begin(http);
    if (cut > 0)
        state = take(http, bytes, cut);
    return state == REPLY_PART ? take(http, bytes + cut, length - cut) : state;
}

static enum reply_state take_text(struct http *http, const char *text)
{
    return take_cut(http, text, strlen(text), 0);
}

static enum reply_state take_end(struct http *http)
{
    return http->messages.protocol->end(http->messages.shared, &http->exchange);
}

static const char *described(const struct http *http)
{
    static char text[80];
    http->messages.protocol->describe(&http->exchange, text, sizeof text);
    return text;
}

/* Of good replies, up to the row. */
static const char *const good[] = {
    "HTTP/1.1 200 OK\r\nContent-Length: 48\r\n\r\n",
    "HTTP/1.1 200 OK\r\nServer: x\r\ncontent-length:48\r\n"
    "Date: Sat, 01 Aug 2026 00:00:00 GMT\r\n\r\n",
    "HTTP/1.1 201 Created\r\nContent-Length: 48\r\nConnection: keep-alive\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    "HTTP/1.1 200 OK\r\nContent-Length: 48\r\n\r\n",
    "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 48\r\n\r\n",
};
#define GOOD_COUNT (sizeof good / sizeof good[0])

static size_t write_good(const struct http *http, size_t i, char reply[REPLY_MAX])
{
    int length = snprintf(reply, REPLY_MAX, "%s%s", good[i], http->row);
    assert_in_range(length, 1, REPLY_MAX - 1);
    return (size_t)length;
}

static size_t write_chunked(const struct http *http, char reply[REPLY_MAX])
{
    return (size_t)snprintf(reply, REPLY_MAX,
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "5;a=b\r\n%.5s\r\n2B\r\n%s\r\n0\r\nTrailer: x\r\n\r\n",
                            http->row, http->row + 5);
}

static void test_good_replies_cut_anywhere(void **state)
{
    struct http *http = *state;
    char reply[REPLY_MAX];
    for (size_t i = 0; i <= GOOD_COUNT; i++) {
        size_t length = i < GOOD_COUNT ? write_good(http, i, reply) : write_chunked(http, reply);
        for (size_t cut = 0; cut < length; cut++) {
            assert_int_equal(take_cut(http, reply, length, cut), REPLY_WHOLE);
            assert_false(http->exchange.closes);
        }
        begin(http);
        for (size_t at = 0; at < length; at++)
            assert_int_equal(take(http, reply + at, 1), at + 1 < length ? REPLY_PART : REPLY_WHOLE);
    }
}

static void test_a_byte_too_many_cut_anywhere(void **state)
{
    struct http *http = *state;
    char reply[REPLY_MAX];
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        size_t length = write_good(http, i, reply);
        reply[length] = 'H';
        for (size_t cut = 0; cut < length; cut++) {
            assert_int_equal(take_cut(http, reply, length + 1, cut), REPLY_WRONG);
            assert_string_equal(described(http), "bytes after its end");
        }
    }
}

/* What a reply is with no head known. */
static enum reply_state judge_afresh(const char *bytes, size_t length, struct exchange *exchange)
{
    const struct protocol_settings settings = settings_of();
    struct http http;
    http_start(&http, &settings);
    enum reply_state state = take_cut(&http, bytes, length, 0);
    *exchange = http.exchange;
    http_stop(&http);
    return state;
}

static void assert_same_as_afresh(struct http *http, const char *bytes, size_t length)
{
    struct exchange afresh;
    enum reply_state expected = judge_afresh(bytes, length, &afresh);
    assert_int_equal(take_cut(http, bytes, length, 0), expected);
    assert_int_equal(http->exchange.closes, afresh.closes);
    assert_int_equal(http->exchange.fault, afresh.fault);
}

static void test_a_known_head_changes_no_verdict(void **state)
{
    struct http *http = *state;
    char reply[REPLY_MAX];
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        size_t length = write_good(http, i, reply);
        for (size_t at = 0; at < length; at++)
            for (int bit = 0; bit < 8; bit++) {
                assert_int_equal(take_cut(http, reply, length, 0), REPLY_WHOLE);
                reply[at] = (char)(reply[at] ^ 1 << bit);
                assert_same_as_afresh(http, reply, length);
                reply[at] = (char)(reply[at] ^ 1 << bit);
            }
        for (size_t shorter = 1; shorter < length; shorter++) {
            assert_int_equal(take_cut(http, reply, length, 0), REPLY_WHOLE);
            assert_same_as_afresh(http, reply, shorter);
        }
    }
}

static void test_the_rest_of_a_head_is_not_taken_for_one(void **state)
{
    struct http *http = *state;
    char reply[REPLY_MAX];
    size_t length = write_good(http, 0, reply);
    for (size_t cut = 1; cut < length; cut++) {
        assert_int_equal(take_cut(http, reply, length, cut), REPLY_WHOLE);
        assert_same_as_afresh(http, reply + cut, length - cut);
    }
}

static void test_heads_take_turns(void **state)
{
    struct http *http = *state;
    char reply[REPLY_MAX];
    for (int turn = 0; turn < 100; turn++) {
        size_t i = draw_number(1, (uint64_t)turn) % (GOOD_COUNT + 1);
        size_t length = i < GOOD_COUNT ? write_good(http, i, reply) : write_chunked(http, reply);
        assert_int_equal(take_cut(http, reply, length, 0), REPLY_WHOLE);
        reply[length - 4] ^= 1;
        assert_same_as_afresh(http, reply, length);
    }
}

static void test_wrong_bodies(void **state)
{
    struct http *http = *state;
    char reply[REPLY_MAX];
    char words[96];
    size_t length = write_good(http, 0, reply);
    snprintf(words, sizeof words,
             "its body is not row %d of seed %d: is the server's --seed another?", (int)http->id,
             DATA_SEED);
    reply[length - 3] ^= 1;
    for (size_t cut = 0; cut < length; cut++) {
        assert_int_equal(take_cut(http, reply, length, cut), REPLY_WRONG);
        assert_string_equal(described(http), words);
    }
    assert_int_equal(take_text(http, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
                     REPLY_WRONG);
    assert_string_equal(described(http), "its body is not as long as a row");
    assert_int_equal(take_text(http, "HTTP/1.1 204 No Content\r\n\r\n"), REPLY_WRONG);
}

static void test_what_is_not_http(void **state)
{
    struct http *http = *state;
    static const char *const replies[] = {
        "SSH-2.0-OpenSSH\r\n",
        "HTTP/1.1 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        assert_int_equal(take_text(http, replies[i]), REPLY_WRONG);
        assert_memory_equal(described(http), "not HTTP: ", strlen("not HTTP: "));
    }
}

static void test_a_head_without_end(void **state)
{
    struct http *http = *state;
    char padding[1000];
    enum reply_state reply = take_text(http, "HTTP/1.1 200 OK\r\nPadding: ");
    size_t fed = 0;
    memset(padding, 'x', sizeof padding);
    for (; reply == REPLY_PART && fed < 100000; fed += sizeof padding)
        reply = take(http, padding, sizeof padding);
    assert_int_equal(reply, REPLY_WRONG);
    assert_in_range(fed, 16000, 18000);
    assert_string_equal(described(http), "not HTTP: its head is too long");
}

static void test_error_replies(void **state)
{
    struct http *http = *state;
    static const struct {
        const char *reply;
        const char *words;
    } cases[] = {
        {"HTTP/1.1 503 Whatever\r\nContent-Length: 2\r\n\r\nno", "status 503 Service Unavailable"},
        {"HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n", "status 404 Not Found"},
        {"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", "status 302 Found"},
        {"HTTP/1.1 304 Not Modified\r\n\r\n", "status 304 Not Modified"},
        {"HTTP/1.1 599 \r\nContent-Length: 0\r\n\r\n", "status 599"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t cut = 0; cut < strlen(cases[i].reply); cut++) {
            assert_int_equal(take_cut(http, cases[i].reply, strlen(cases[i].reply), cut),
                             REPLY_ERROR);
            assert_string_equal(described(http), cases[i].words);
            assert_false(http->exchange.closes);
        }
}

static void test_replies_that_end_their_connection(void **state)
{
    struct http *http = *state;
    static const char *const heads[] = {
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 48\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 48\r\n\r\n",
        "HTTP/1.1 200 OK\r\nconnection: Close, TE\r\nContent-Length: 48\r\n\r\n",
    };
    char reply[REPLY_MAX];
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        for (int turn = 0; turn < 2; turn++) {
            int length = snprintf(reply, sizeof reply, "%s%s", heads[i], http->row);
            assert_int_equal(take_cut(http, reply, (size_t)length, 0), REPLY_WHOLE);
            assert_true(http->exchange.closes);
        }
    assert_int_equal(take_text(http, "HTTP/1.1 503 x\r\nConnection: close\r\n\r\n"), REPLY_PART);
    assert_int_equal(take_end(http), REPLY_ERROR);
    assert_true(http->exchange.closes);
}

static void test_the_end_of_the_stream(void **state)
{
    struct http *http = *state;
    static const char head[] = "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n";
    char reply[REPLY_MAX];
    size_t length = (size_t)snprintf(reply, sizeof reply, "%s%s", head, http->row);
    for (size_t cut = 0; cut < length; cut++) {
        assert_int_equal(take_cut(http, reply, length, cut), REPLY_PART);
        assert_int_equal(take_end(http), REPLY_WHOLE);
        assert_true(http->exchange.closes);
    }
    for (size_t shorter = 1; shorter < length; shorter++) {
        assert_int_equal(take_cut(http, reply, shorter, 0), REPLY_PART);
        assert_int_equal(take_end(http), shorter < sizeof head - 1 ? REPLY_PART : REPLY_WRONG);
    }
    length = write_good(http, 0, reply);
    for (size_t shorter = 1; shorter < length; shorter++) {
        assert_int_equal(take_cut(http, reply, shorter, 0), REPLY_PART);
        assert_int_equal(take_end(http), REPLY_PART);
    }
    assert_int_equal(take_text(http, "HTTP/1.1 100 Continue\r\n\r\n"), REPLY_PART);
    assert_int_equal(take_end(http), REPLY_PART);
}

static void test_bodies_of_any_length(void **state)
{
    struct protocol_settings settings = settings_of();
    struct http http;
    char piece[5000];
    (void)state;
    settings.verify_body = false;
    http_start(&http, &settings);
    memset(piece, '{', sizeof piece);
    for (size_t size = 0; size <= 1000000; size = 10 * size + sizeof piece) {
        char head[64];
        snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", size);
        enum reply_state reply = take_text(&http, head);
        for (size_t fed = 0; fed < size; fed += sizeof piece) {
            assert_int_equal(reply, REPLY_PART);
            reply = take(&http, piece, sizeof piece);
        }
        assert_int_equal(reply, REPLY_WHOLE);
    }
    assert_int_equal(take_text(&http, "HTTP/1.1 204 No Content\r\n\r\n"), REPLY_WHOLE);
    http_stop(&http);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HTTP_TEST(test_good_replies_cut_anywhere),
        HTTP_TEST(test_a_byte_too_many_cut_anywhere),
        HTTP_TEST(test_a_known_head_changes_no_verdict),
        HTTP_TEST(test_the_rest_of_a_head_is_not_taken_for_one),
        HTTP_TEST(test_heads_take_turns),
        HTTP_TEST(test_wrong_bodies),
        HTTP_TEST(test_what_is_not_http),
        HTTP_TEST(test_a_head_without_end),
        HTTP_TEST(test_error_replies),
        HTTP_TEST(test_replies_that_end_their_connection),
        HTTP_TEST(test_the_end_of_the_stream),
        cmocka_unit_test(test_bodies_of_any_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
