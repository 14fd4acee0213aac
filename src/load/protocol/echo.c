/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/protocol/echo.h"

#include "base/draw.h"
#include "load/protocol/payload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct echo {
    struct payload payload;
    uint64_t seed;
    int64_t slow_every;
};

static int echo_init(void **shared, const struct protocol_settings *settings)
{
    struct echo *echo = malloc(sizeof *echo);
    if (!echo || payload_init(&echo->payload, (size_t)settings->size_bytes, settings->seed) < 0) {
        free(echo);
        return -ENOMEM;
    }
    echo->seed = settings->seed;
    echo->slow_every = settings->slow_every;
    *shared = echo;
    return 0;
}

static void echo_finish(void *shared)
{
    struct echo *echo = shared;
    payload_finish(&echo->payload);
    free(echo);
}

static size_t echo_request_bytes(const void *shared, uint64_t number)
{
    const struct echo *echo = shared;
    (void)number;
    return echo->payload.size;
}

/* The server draws the same from the number that the request begins with. */
static bool echo_is_slow(const void *shared, uint64_t number)
{
    const struct echo *echo = shared;
    return draw_is_slow(echo->seed, number, echo->slow_every);
}

static void echo_fill(const void *shared, uint64_t number, size_t offset, void *bytes,
                      size_t length)
{
    const struct echo *echo = shared;
    payload_fill(&echo->payload, number, offset, bytes, length);
}

/* An echo cannot come before what it echoes. */
static enum reply_state echo_check(void *shared, struct exchange *exchange, const void *bytes,
                                   size_t length)
{
    const struct echo *echo = shared;
    if (length > exchange->sent - exchange->received ||
        !payload_matches(&echo->payload, exchange->number, exchange->received, bytes, length))
        return REPLY_WRONG;
    return exchange->received + length < exchange->request_bytes ? REPLY_PART : REPLY_WHOLE;
}

static void echo_describe(const struct exchange *exchange, char *text, size_t text_bytes)
{
    (void)exchange;
    snprintf(text, text_bytes, "not the bytes that were sent");
}

static const struct protocol_option options[] = {
    {"size", "the size in bytes", PROTOCOL_NUMBER, offsetof(struct protocol_settings, size_bytes),
     PAYLOAD_BYTES_MIN, PAYLOAD_BYTES_MAX},
    {0},
};

const struct protocol protocol_echo = {
    .name = "echo",
    .options = options,
    .init = echo_init,
    .finish = echo_finish,
    .request_bytes = echo_request_bytes,
    .fill = echo_fill,
    .is_slow = echo_is_slow,
    .check = echo_check,
    .describe = echo_describe,
};
