/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/engine.h"

#include <llhttp.h>

_Static_assert(sizeof(llhttp_t) <= HTTP_ENGINE_BYTES, "HTTP_ENGINE_BYTES is too small");

static llhttp_t *parser_of(struct http_message *message)
{
    return (llhttp_t *)(void *)message->engine.bytes;
}

static int begin_cb(llhttp_t *parser)
{
    http_message_begins(parser->data);
    return HPE_OK;
}

static int target_cb(llhttp_t *parser, const char *bytes, size_t length)
{
    http_message_add_target(parser->data, bytes, length);
    return HPE_OK;
}

static int name_cb(llhttp_t *parser, const char *bytes, size_t length)
{
    return http_message_add_name(parser->data, bytes, length);
}

/* A value of no length may not be told of. */
static int name_ends_cb(llhttp_t *parser)
{
    return http_message_add_value(parser->data, "", 0);
}

static int value_cb(llhttp_t *parser, const char *bytes, size_t length)
{
    return http_message_add_value(parser->data, bytes, length);
}

static int head_cb(llhttp_t *parser)
{
    bool request = parser->type == HTTP_REQUEST;
    bool has_length = parser->flags & F_CONTENT_LENGTH;
    struct http_head head = {
        .method = request ? llhttp_method_name((llhttp_method_t)parser->method) : "",
        .status = request ? 0 : (int)parser->status_code,
        .major_version = parser->http_major,
        .minor_version = parser->http_minor,
        .upgrade = parser->upgrade,
        .body_length = has_length ? parser->content_length : UINT64_MAX,
        .counted = (parser->flags & (F_CONTENT_LENGTH | F_CHUNKED)) == F_CONTENT_LENGTH,
    };
    return http_message_head_ends(parser->data, &head);
}

static int body_cb(llhttp_t *parser, const char *bytes, size_t length)
{
    return http_message_add_body(parser->data, bytes, length);
}

/* Stops the parser, so that messages come one by one. */
static int complete_cb(llhttp_t *parser)
{
    http_message_ends(parser->data, llhttp_should_keep_alive(parser));
    return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_message_begin = begin_cb,
    .on_url = target_cb,
    .on_header_field = name_cb,
    .on_header_field_complete = name_ends_cb,
    .on_header_value = value_cb,
    .on_headers_complete = head_cb,
    .on_body = body_cb,
    .on_message_complete = complete_cb,
};

void http_engine_init(struct http_message *message, enum http_side side)
{
    llhttp_init(parser_of(message), side == HTTP_READS_REQUESTS ? HTTP_REQUEST : HTTP_RESPONSE,
                &settings);
}

/* It stands at the byte that is at fault. */
static void set_fault(struct http_message *message, const char *byte, const char *end)
{
    llhttp_t *parser = parser_of(message);
    llhttp_errno_t problem = llhttp_get_errno(parser);
    const char *reason = llhttp_get_error_reason(parser);
    const char *fault = reason && *reason ? reason : llhttp_errno_name(problem);
    if (problem == HPE_PAUSED_H2_UPGRADE) /* PRI, which is none of HTTP/1 */
        http_message_set_fault(message, HTTP_NOT_IMPLEMENTED, fault);
    else if (problem == HPE_INVALID_METHOD)
        http_message_set_method_fault(message, byte < end ? *byte : '\0', fault);
    else if (problem == HPE_INVALID_VERSION)
        http_message_set_fault(message, HTTP_VERSION_NOT_SUPPORTED, fault);
    else
        http_message_set_fault(message, HTTP_BAD_REQUEST, fault);
}

size_t http_engine_read(struct http_message *message, const char *bytes, size_t length)
{
    llhttp_t *parser = parser_of(message);
    parser->data = message;
    if (llhttp_get_errno(parser) == HPE_PAUSED)
        llhttp_resume(parser);
    llhttp_errno_t problem = llhttp_execute(parser, bytes, length);
    /* What follows a request for another protocol, which was not given it, is HTTP as before. */
    if (problem == HPE_PAUSED_UPGRADE) {
        llhttp_resume_after_upgrade(parser);
        problem = llhttp_execute(parser, bytes, length);
    }
    if (problem == HPE_OK)
        return length;
    const char *position = llhttp_get_error_pos(parser);
    const char *end = position ? position : bytes + length;
    if (problem != HPE_PAUSED)
        set_fault(message, end, bytes + length);
    return (size_t)(end - bytes);
}

void http_engine_end(struct http_message *message)
{
    llhttp_t *parser = parser_of(message);
    parser->data = message;
    /* Whether that is an error shows in the message, which is complete or not. */
    llhttp_finish(parser);
}
