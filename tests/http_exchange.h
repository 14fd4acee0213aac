/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An exchange of HTTP as a connection would have it, for the tests of its requests and replies. */
#ifndef WAITBENCH_TESTS_HTTP_EXCHANGE_H
#define WAITBENCH_TESTS_HTTP_EXCHANGE_H

#include "base/draw.h"
#include "load/protocol/protocol.h"
#include "store/row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NUMBER     77
#define DATA_SEED  9
#define ID_LOW     5
#define ID_HIGH    1004
#define SLOW_EVERY 4

struct http {
    struct messages messages;
    struct exchange exchange;
    int64_t id;
    char row[ROW_JSON_LENGTH + 1];
};

static inline struct protocol_settings settings_of(void)
{
    struct protocol_settings settings;
    protocol_settings_init(&settings);
    settings.seed = 3;
    settings.data_seed = DATA_SEED;
    settings.id_low = ID_LOW;
    settings.id_high = ID_HIGH;
    settings.port = 8080;
    settings.slow_every = SLOW_EVERY;
    return settings;
}

/* The next exchange of the same request, whatever the one before has left. */
static inline void begin(struct http *http)
{
    const struct protocol *protocol = http->messages.protocol;
    size_t length = protocol->request_bytes(http->messages.shared, NUMBER);
    http->exchange = (struct exchange){
        .number = NUMBER, .request_bytes = length, .sent = length, .parser = http->exchange.parser};
}

static inline void http_start(struct http *http, const struct protocol_settings *settings)
{
    char text[ROW_TEXT_LETTERS + 1];
    *http = (struct http){.id = ID_LOW + (int64_t)(draw_number(3, NUMBER) % 1000)};
    assert_int_equal(messages_init(&http->messages, protocol_find("http"), settings), 0);
    http->exchange.parser = calloc(1, http->messages.protocol->parser_bytes);
    assert_non_null(http->exchange.parser);
    row_text(DATA_SEED, http->id, text);
    row_json(http->id, text, http->row);
    begin(http);
}

static inline void http_stop(struct http *http)
{
    free(http->exchange.parser);
    messages_finish(&http->messages);
}

static inline int set_up(void **state)
{
    const struct protocol_settings settings = settings_of();
    struct http *http = calloc(1, sizeof *http);
    http_start(http, &settings);
    *state = http;
    return 0;
}

static inline int tear_down(void **state)
{
    http_stop(*state);
    free(*state);
    return 0;
}

#define HTTP_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

#endif
