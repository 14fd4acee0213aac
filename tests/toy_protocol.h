/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A protocol for the tests that is all that echo is not: the length of a reply is told by its head,
 * which may come in pieces; a reply may be an error, and may end its connection.
 *
 * A request is "ask NUMBER\n"; its reply "STATUS LENGTH keep|close\n" and LENGTH times the letter
 * that belongs to the number. Status 200 is good. */
#ifndef WAITBENCH_TESTS_TOY_PROTOCOL_H
#define WAITBENCH_TESTS_TOY_PROTOCOL_H

#include "load/protocol/protocol.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TOY_REQUEST_MAX 32
#define TOY_HEAD_MAX    64

struct toy_parser {
    char head[TOY_HEAD_MAX];
    size_t head_length;
    bool has_head;
    int status;
    size_t left; /* of the body */
    bool closes;
};

static inline char toy_letter(uint64_t number)
{
    return (char)('a' + number % 26);
}

static inline int toy_init(void **shared, const struct protocol_settings *settings)
{
    (void)settings;
    *shared = NULL;
    return 0;
}

static inline void toy_finish(void *shared)
{
    (void)shared;
}

static inline size_t toy_request(uint64_t number, char text[TOY_REQUEST_MAX])
{
    return (size_t)snprintf(text, TOY_REQUEST_MAX, "ask %" PRIu64 "\n", number);
}

static inline size_t toy_request_bytes(const void *shared, uint64_t number)
{
    char text[TOY_REQUEST_MAX];
    (void)shared;
    return toy_request(number, text);
}

static inline void toy_fill(const void *shared, uint64_t number, size_t offset, void *bytes,
                            size_t length)
{
    char text[TOY_REQUEST_MAX];
    (void)shared;
    toy_request(number, text);
    memcpy(bytes, text + offset, length);
}

/* Takes bytes up to the head's end; returns how many. */
static inline size_t toy_take_head(struct toy_parser *parser, const char *bytes, size_t length)
{
    char how[8] = "";
    size_t i = 0;
    while (i < length && !parser->has_head && parser->head_length < TOY_HEAD_MAX - 1) {
        parser->head[parser->head_length++] = bytes[i];
        parser->has_head = bytes[i++] == '\n';
    }
    if (parser->has_head &&
        sscanf(parser->head, "%d %zu %7s", &parser->status, &parser->left, how) != 3)
        parser->status = 0;
    parser->closes = strcmp(how, "close") == 0;
    return i;
}

static inline bool toy_is_slow(const void *shared, uint64_t number)
{
    (void)shared;
    (void)number;
    return false;
}

static inline enum reply_state toy_check(void *shared, struct exchange *exchange, const void *bytes,
                                         size_t length)
{
    struct toy_parser *parser = exchange->parser;
    const char *text = bytes;
    size_t taken = 0;
    (void)shared;
    if (exchange->received == 0)
        *parser = (struct toy_parser){0};
    if (!parser->has_head)
        taken = toy_take_head(parser, text, length);
    exchange->fault = parser->status;
    exchange->closes = parser->closes;
    if (parser->has_head && (parser->status == 0 || length - taken > parser->left))
        return REPLY_WRONG;
    for (; taken < length; taken++, parser->left--)
        if (text[taken] != toy_letter(exchange->number))
            return REPLY_WRONG;
    if (!parser->has_head || parser->left > 0)
        return REPLY_PART;
    return parser->status == 200 ? REPLY_WHOLE : REPLY_ERROR;
}

static inline void toy_describe(const struct exchange *exchange, char *text, size_t text_bytes)
{
    snprintf(text, text_bytes, "status %d", exchange->fault);
}

static const struct protocol_option toy_options[] = {{0}};

static const struct protocol toy_protocol = {
    .name = "toy",
    .options = toy_options,
    .parser_bytes = sizeof(struct toy_parser),
    .init = toy_init,
    .finish = toy_finish,
    .request_bytes = toy_request_bytes,
    .fill = toy_fill,
    .is_slow = toy_is_slow,
    .check = toy_check,
    .describe = toy_describe,
};

#endif
