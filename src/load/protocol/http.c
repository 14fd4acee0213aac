/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/protocol/http.h"

#include "base/draw.h"
#include "load/protocol/http_reply.h"
#include "load/protocol/http_request.h"
#include "store/row.h"

#include <errno.h>
#include <stdlib.h>

struct http {
    struct http_requests requests;
    struct http_replies replies;
    int64_t slow_every;
};

static int http_init(void **shared, const struct protocol_settings *settings)
{
    struct http *http = malloc(sizeof *http);
    if (!http || http_requests_init(&http->requests, settings) < 0) {
        free(http);
        return -ENOMEM;
    }
    http_replies_init(&http->replies, settings);
    http->slow_every = settings->slow_every;
    *shared = http;
    return 0;
}

static void http_finish(void *shared)
{
    struct http *http = shared;
    http_requests_finish(&http->requests);
    free(http);
}

static size_t http_request_bytes(const void *shared, uint64_t number)
{
    const struct http *http = shared;
    return http_requests_bytes(&http->requests, number);
}

static void http_fill(const void *shared, uint64_t number, size_t offset, void *bytes,
                      size_t length)
{
    const struct http *http = shared;
    http_requests_fill(&http->requests, number, offset, bytes, length);
}

/* The server draws the same: it knows an id, and no numbers of ours. */
static bool http_is_slow(const void *shared, uint64_t number)
{
    const struct http *http = shared;
    return draw_is_slow(http->replies.seed, (uint64_t)http_requests_id(&http->requests, number),
                        http->slow_every);
}

static enum reply_state http_check(void *shared, struct exchange *exchange, const void *bytes,
                                   size_t length)
{
    struct http *http = shared;
    int64_t id = http_requests_id(&http->requests, exchange->number);
    return http_replies_check(&http->replies, exchange, id, bytes, length);
}

static enum reply_state http_end(void *shared, struct exchange *exchange)
{
    const struct http *http = shared;
    return http_replies_end(&http->replies, exchange);
}

static const struct protocol_option options[] = {
    {"path", "the path", PROTOCOL_TEXT, offsetof(struct protocol_settings, path), 1,
     HTTP_REQUEST_PATH_MAX},
    {"ids", "ids", PROTOCOL_RANGE, offsetof(struct protocol_settings, id_low), 0, ROW_ID_MAX},
    {"no-verify-body", "whether bodies are verified", PROTOCOL_FLAG,
     offsetof(struct protocol_settings, verify_body), 0, 0},
    {0},
};

_Static_assert(offsetof(struct protocol_settings, id_high) ==
                   offsetof(struct protocol_settings, id_low) + sizeof(int64_t),
               "the ends of a range stand one after the other");

const struct protocol protocol_http = {
    .name = "http",
    .options = options,
    .parser_bytes = sizeof(struct http_reply),
    .may_close = true,
    .refuses = http_requests_refuse,
    .init = http_init,
    .finish = http_finish,
    .request_bytes = http_request_bytes,
    .fill = http_fill,
    .is_slow = http_is_slow,
    .check = http_check,
    .end = http_end,
    .describe = http_reply_describe,
};
