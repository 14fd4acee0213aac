/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The requests of a load over HTTP: their bytes, whom they are for and what they ask for. */
#include "http_exchange.h"

static void test_a_request_is_the_same_in_any_pieces(void **state)
{
    struct http *http = *state;
    const struct protocol *protocol = http->messages.protocol;
    char expected[128];
    char bytes[128];
    size_t length =
        (size_t)snprintf(expected, sizeof expected,
                         "GET /item/%d HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n", (int)http->id);
    assert_int_equal(protocol->request_bytes(http->messages.shared, NUMBER), length);
    for (size_t offset = 0; offset < length; offset++)
        for (size_t end = offset + 1; end <= length; end++) {
            bytes[end - offset] = '#';
            protocol->fill(http->messages.shared, NUMBER, offset, bytes, end - offset);
            assert_memory_equal(bytes, expected + offset, end - offset);
            assert_int_equal(bytes[end - offset], '#');
        }
}

static void assert_request(const struct protocol_settings *settings, const char *expected)
{
    struct http http;
    char bytes[256] = "";
    http_start(&http, settings);
    size_t length = http.exchange.request_bytes;
    assert_int_equal(length, strlen(expected));
    http.messages.protocol->fill(http.messages.shared, NUMBER, 0, bytes, length);
    assert_string_equal(bytes, expected);
    http_stop(&http);
}

static void test_hosts_and_paths(void **state)
{
    struct protocol_settings settings = settings_of();
    (void)state;
    settings.id_low = settings.id_high = 0;
    settings.path = "/a?b={id}&c=%20";
    settings.host = "example.org";
    settings.port = 80;
    assert_request(&settings, "GET /a?b=0&c=%20 HTTP/1.1\r\nHost: example.org\r\n\r\n");
    settings.id_low = settings.id_high = ROW_ID_MAX;
    settings.path = "/{id}";
    settings.host = "::1";
    settings.port = 8080;
    assert_request(&settings, "GET /9999999999 HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n");
    settings.verify_body = false;
    settings.path = "/{ID}";
    assert_request(&settings, "GET /{ID} HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n");
}

/* Each of 1,000 ids about 100 times: over 200 would be a matter of chance in 10^16 runs. */
static void test_ids_are_spread_evenly(void **state)
{
    const struct http *http = *state;
    static int counts[ID_HIGH + 1];
    for (uint64_t number = 0; number < 100000; number++) {
        char bytes[128] = "";
        size_t length = http->messages.protocol->request_bytes(http->messages.shared, number);
        http->messages.protocol->fill(http->messages.shared, number, 0, bytes, length);
        int id = atoi(bytes + strlen("GET /item/"));
        assert_in_range(id, ID_LOW, ID_HIGH);
        counts[id]++;
    }
    for (int id = ID_LOW; id <= ID_HIGH; id++)
        assert_in_range(counts[id], 30, 200);
}

/* The server draws it from the id, by the seed of its rows. */
static void test_what_is_slow_follows_from_the_id(void **state)
{
    const struct http *http = *state;
    int slow = 0;
    for (uint64_t number = 0; number < 1000; number++) {
        uint64_t id = ID_LOW + draw_number(3, number) % 1000;
        bool expected = draw_number(DATA_SEED, id) % SLOW_EVERY == 0;
        assert_int_equal(http->messages.protocol->is_slow(http->messages.shared, number), expected);
        slow += expected;
    }
    assert_in_range(slow, 100, 500);
}

static void test_settings_are_refused_in_words(void **state)
{
    static const struct {
        const char *path;
        int64_t id_low;
        int64_t id_high;
        bool verify_body;
        const char *words;
    } cases[] = {
        {"/item/{id}", 1, 100000, true, ""},
        {"/", 1, 1, false, ""},
        {"/", 1, 1, true, "--no-verify-body"},
        {"", 1, 1, false, "from 1 to 1024 characters"},
        {"item/{id}", 1, 1, true, "slash"},
        {"/{id}{id}", 1, 1, true, "no more than one {id}"},
        {"/{id} HTTP/1.0", 1, 1, true, "visible"},
        {"/{id}\r\nX: y", 1, 1, true, "visible"},
        {"/{id}/\xc3\xa4", 1, 1, true, "visible"},
        {"/{id}", 2, 1, true, "must not end before they begin"},
        {"/{id}", -1, 1, true, "from 0 to 9999999999, not -1"},
        {"/{id}", 1, ROW_ID_MAX + 1, true, "from 0 to 9999999999, not 10000000000"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct protocol_settings settings = settings_of();
        struct error error = {.text = ""};
        settings.path = cases[i].path;
        settings.id_low = cases[i].id_low;
        settings.id_high = cases[i].id_high;
        settings.verify_body = cases[i].verify_body;
        int code = protocol_check_settings(protocol_find("http"), &settings, &error);
        assert_true((code == 0) == (cases[i].words[0] == '\0'));
        assert_non_null(strstr(error.text, cases[i].words));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HTTP_TEST(test_a_request_is_the_same_in_any_pieces),
        cmocka_unit_test(test_hosts_and_paths),
        HTTP_TEST(test_ids_are_spread_evenly),
        HTTP_TEST(test_what_is_slow_follows_from_the_id),
        cmocka_unit_test(test_settings_are_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
