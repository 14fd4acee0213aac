/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply.h"

#include "http/write.h"
#include "page.h"

#include <stdio.h>
#include <string.h>

#define TEXT(number) TEXT_OF(number)
#define TEXT_OF(x)   #x

static const char *const kept = "Connection: keep-alive\r\n";
static const char *const closed = "Connection: close\r\n";

static const char *connection_line(const struct reply *reply)
{
    if (reply->last)
        return closed;
    return reply->old ? kept : "";
}

/* What nearly every reply is, and so without a format to be read. */
static size_t write_row(const struct reply *reply, char *out, size_t room)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                               "Content-Length: " TEXT(ROW_JSON_LENGTH) "\r\n";
    const char *line = connection_line(reply);
    size_t line_length = strlen(line);
    size_t head_length = sizeof head - 1 + line_length + 2;
    size_t length = head_length + (reply->head_only ? 0 : ROW_JSON_LENGTH);
    /* One more, since row_json() writes a NUL. */
    if (length + 1 > room)
        return 0;
    memcpy(out, head, sizeof head - 1);
    memcpy(out + sizeof head - 1, line, line_length);
    memcpy(out + head_length - 2, "\r\n", 2);
    if (!reply->head_only)
        row_json(reply->id, reply->text, out + head_length);
    return length;
}

static size_t write_text(const struct reply *reply, char *out, size_t room, const char *type,
                         const char *body)
{
    /* What is not allowed comes with what is (RFC 9110, 15.5.6). */
    const char *allow = reply->code == HTTP_METHOD_NOT_ALLOWED ? "Allow: GET, HEAD\r\n" : "";
    int length = snprintf(out, room,
                          "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n%s%s\r\n%s",
                          (int)reply->code, http_reason(reply->code), type, strlen(body), allow,
                          connection_line(reply), reply->head_only ? "" : body);
    return length > 0 && (size_t)length < room ? (size_t)length : 0;
}

size_t reply_write(const struct reply *reply, char *out, size_t room)
{
    if (reply->body == REPLY_ROW)
        return write_row(reply, out, room);
    if (reply->body == REPLY_PAGE)
        return write_text(reply, out, room, "text/html; charset=utf-8", page_text);
    char body[64];
    snprintf(body, sizeof body, "%s\n", http_reason(reply->code));
    return write_text(reply, out, room, "text/plain", body);
}
