/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/protocol/echo.h"

#include "load/protocol/payload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int echo_init(void **shared, const struct protocol_settings *settings)
{
    struct payload *payload = malloc(sizeof *payload);
    if (!payload || payload_init(payload, (size_t)settings->size_bytes, settings->seed) < 0) {
        free(payload);
        return -ENOMEM;
    }
    *shared = payload;
    return 0;
}

static void echo_finish(void *shared)
{
    payload_finish(shared);
    free(shared);
}

static size_t echo_request_bytes(const void *shared, uint64_t number)
{
    const struct payload *payload = shared;
    (void)number;
    return payload->size;
}

static void echo_fill(const void *shared, uint64_t number, size_t offset, void *bytes,
                      size_t length)
{
    payload_fill(shared, number, offset, bytes, length);
}

/* An echo cannot come before what it echoes. */
static enum reply_state echo_check(const void *shared, struct exchange *exchange, const void *bytes,
                                   size_t length)
{
    if (length > exchange->sent - exchange->received ||
        !payload_matches(shared, exchange->number, exchange->received, bytes, length))
        return REPLY_WRONG;
    return exchange->received + length < exchange->request_bytes ? REPLY_PART : REPLY_WHOLE;
}

static void echo_describe(const struct exchange *exchange, char *text, size_t text_bytes)
{
    (void)exchange;
    snprintf(text, text_bytes, "not the bytes that were sent");
}

static const struct protocol_option options[] = {
    {"size", "the size in bytes", offsetof(struct protocol_settings, size_bytes), PAYLOAD_BYTES_MIN,
     PAYLOAD_BYTES_MAX},
    {0},
};

const struct protocol protocol_echo = {
    .name = "echo",
    .options = options,
    .init = echo_init,
    .finish = echo_finish,
    .request_bytes = echo_request_bytes,
    .fill = echo_fill,
    .check = echo_check,
    .describe = echo_describe,
};
