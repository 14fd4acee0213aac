/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int begin_cb(http_parser *parser)
{
    struct http_reader *reader = parser->data;
    reader->target_length = 0;
    reader->body_length = 0;
    reader->target[0] = '\0';
    reader->body[0] = '\0';
    return 0;
}

/* Appends what fits, and ends it with a NUL. */
static void keep(char text[HTTP_TEXT_MAX], size_t at, const char *bytes, size_t length)
{
    if (at >= HTTP_TEXT_MAX - 1)
        return;
    size_t room = HTTP_TEXT_MAX - 1 - at;
    size_t kept = length < room ? length : room;
    memcpy(text + at, bytes, kept);
    text[at + kept] = '\0';
}

static int url_cb(http_parser *parser, const char *bytes, size_t length)
{
    struct http_reader *reader = parser->data;
    keep(reader->target, reader->target_length, bytes, length);
    reader->target_length += length;
    return 0;
}

static int body_cb(http_parser *parser, const char *bytes, size_t length)
{
    struct http_reader *reader = parser->data;
    keep(reader->body, reader->body_length, bytes, length);
    reader->body_length += length;
    return reader->body_length <= HTTP_BODY_MAX ? 0 : -1;
}

/* Stops the parser, so that messages come one by one. */
static int complete_cb(http_parser *parser)
{
    struct http_reader *reader = parser->data;
    reader->complete = true;
    reader->keep_alive = http_should_keep_alive(parser);
    http_parser_pause(parser, 1);
    return 0;
}

static const http_parser_settings settings = {
    .on_message_begin = begin_cb,
    .on_url = url_cb,
    .on_body = body_cb,
    .on_message_complete = complete_cb,
};

void http_reader_init(struct http_reader *reader, enum http_parser_type type)
{
    memset(reader, 0, sizeof *reader);
    http_parser_init(&reader->parser, type);
    reader->parser.data = reader;
}

char *http_reader_room(struct http_reader *reader, size_t *size)
{
    if (reader->begin == reader->end)
        reader->begin = reader->end = 0;
    *size = sizeof reader->bytes - reader->end;
    return reader->bytes + reader->end;
}

void http_reader_add(struct http_reader *reader, size_t length)
{
    reader->end += length;
}

int http_next(struct http_reader *reader)
{
    reader->complete = false;
    http_parser_pause(&reader->parser, 0);
    if (reader->begin == reader->end)
        return 0;
    reader->begin += http_parser_execute(&reader->parser, &settings, reader->bytes + reader->begin,
                                         reader->end - reader->begin);
    enum http_errno problem = HTTP_PARSER_ERRNO(&reader->parser);
    if ((problem != HPE_OK && problem != HPE_PAUSED) || reader->parser.upgrade)
        return -EBADMSG;
    return reader->complete;
}

int http_end(struct http_reader *reader)
{
    http_parser_execute(&reader->parser, &settings, NULL, 0);
    return reader->complete ? 1 : -ECONNRESET;
}

size_t http_write_answer(char *out, int status, bool keep_alive, const char *body)
{
    int length = snprintf(out, HTTP_MESSAGE_MAX,
                          "HTTP/1.1 %d %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n"
                          "Connection: %s\r\n\r\n%s",
                          status, http_status_str((enum http_status)status), strlen(body),
                          keep_alive ? "keep-alive" : "close", body);
    return (size_t)length;
}

size_t http_write_request(char *out, const char *method, const char *target, const char *host)
{
    int length = snprintf(out, HTTP_MESSAGE_MAX,
                          "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: 0\r\n"
                          "Connection: close\r\n\r\n",
                          method, target, host);
    return (size_t)length;
}
