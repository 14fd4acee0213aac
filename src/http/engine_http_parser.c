/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/engine.h"

#include <http_parser.h>

_Static_assert(sizeof(http_parser) <= HTTP_ENGINE_BYTES, "HTTP_ENGINE_BYTES is too small");

static http_parser *parser_of(struct http_message *message)
{
    return (http_parser *)(void *)message->engine.bytes;
}

static int begin_cb(http_parser *parser)
{
    http_message_begins(parser->data);
    return 0;
}

static int target_cb(http_parser *parser, const char *bytes, size_t length)
{
    http_message_add_target(parser->data, bytes, length);
    return 0;
}

static int name_cb(http_parser *parser, const char *bytes, size_t length)
{
    return http_message_add_name(parser->data, bytes, length);
}

static int value_cb(http_parser *parser, const char *bytes, size_t length)
{
    return http_message_add_value(parser->data, bytes, length);
}

static int head_cb(http_parser *parser)
{
    bool request = parser->type == HTTP_REQUEST;
    struct http_head head = {
        .method = request ? http_method_str((enum http_method)parser->method) : "",
        .status = request ? 0 : (int)parser->status_code,
        .major_version = parser->http_major,
        .minor_version = parser->http_minor,
        .upgrade = parser->upgrade,
        .body_length = parser->content_length, /* ULLONG_MAX where there is none */
        .counted = (parser->flags & (F_CONTENTLENGTH | F_CHUNKED)) == F_CONTENTLENGTH,
    };
    return http_message_head_ends(parser->data, &head);
}

static int body_cb(http_parser *parser, const char *bytes, size_t length)
{
    return http_message_add_body(parser->data, bytes, length);
}

/* Stops the parser, so that messages come one by one. */
static int complete_cb(http_parser *parser)
{
    http_message_ends(parser->data, http_should_keep_alive(parser));
    http_parser_pause(parser, 1);
    return 0;
}

static const http_parser_settings settings = {
    .on_message_begin = begin_cb,
    .on_url = target_cb,
    .on_header_field = name_cb,
    .on_header_value = value_cb,
    .on_headers_complete = head_cb,
    .on_body = body_cb,
    .on_message_complete = complete_cb,
};

void http_engine_init(struct http_message *message, enum http_side side)
{
    http_parser_init(parser_of(message),
                     side == HTTP_READS_REQUESTS ? HTTP_REQUEST : HTTP_RESPONSE);
}

static void set_fault(struct http_message *message, enum http_errno problem, char byte)
{
    const char *fault = http_errno_description(problem);
    if (problem == HPE_INVALID_METHOD)
        http_message_set_method_fault(message, byte, fault);
    else if (problem == HPE_INVALID_VERSION)
        http_message_set_fault(message, HTTP_VERSION_NOT_SUPPORTED, fault);
    else
        http_message_set_fault(message, HTTP_BAD_REQUEST, fault);
}

static size_t execute(struct http_message *message, const char *bytes, size_t length)
{
    http_parser *parser = parser_of(message);
    parser->data = message;
    http_parser_pause(parser, 0);
    size_t taken = http_parser_execute(parser, &settings, bytes, length);
    enum http_errno problem = HTTP_PARSER_ERRNO(parser);
    if (problem != HPE_OK && problem != HPE_PAUSED)
        set_fault(message, problem, taken < length ? bytes[taken] : '\0');
    return taken;
}

size_t http_engine_read(struct http_message *message, const char *bytes, size_t length)
{
    return execute(message, bytes, length);
}

void http_engine_end(struct http_message *message)
{
    execute(message, NULL, 0);
}
