/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/message.h"

#include "http/engine.h"

#include <errno.h>
#include <string.h>

void http_message_set_fault(struct http_message *message, const char *fault)
{
    if (!message->fault)
        message->fault = fault;
}

void http_message_begins(struct http_message *message)
{
    message->method = "";
    message->status = 0;
    message->target_length = 0;
    message->body_length = 0;
    message->target[0] = '\0';
    message->body[0] = '\0';
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

void http_message_add_target(struct http_message *message, const char *bytes, size_t length)
{
    keep(message->target, message->target_length, bytes, length);
    message->target_length += length;
}

int http_message_head_ends(struct http_message *message, const char *method, int status,
                           bool upgrade)
{
    message->method = method;
    message->status = status;
    message->head_complete = true;
    if (upgrade)
        http_message_set_fault(message, "it asks for another protocol");
    return upgrade ? -1 : 0;
}

int http_message_add_body(struct http_message *message, const char *bytes, size_t length)
{
    keep(message->body, message->body_length, bytes, length);
    message->body_length += length;
    if (message->body_length <= HTTP_BODY_MAX)
        return 0;
    http_message_set_fault(message, "its body is too long");
    return -1;
}

void http_message_ends(struct http_message *message, bool keep_alive)
{
    message->complete = true;
    message->keep_alive = keep_alive;
}

void http_message_init(struct http_message *message, enum http_side side)
{
    memset(message, 0, sizeof *message);
    http_message_begins(message);
    http_engine_init(message, side);
}

/* What was complete is done with; what comes now is another one. */
static void go_on(struct http_message *message)
{
    if (!message->complete)
        return;
    if (!message->keep_alive)
        http_message_set_fault(message, "it follows a message that was the last");
    message->complete = false;
    message->head_complete = false;
    message->head_length = 0;
}

/* Hands the engine no more of a head than may be, since not every library has a limit. Returns how
 * many bytes were taken. */
static size_t read_piece(struct http_message *message, const char *bytes, size_t length)
{
    size_t room = HTTP_HEAD_MAX - message->head_length;
    if (message->head_complete)
        return http_engine_read(message, bytes, length);
    size_t taken = http_engine_read(message, bytes, length < room ? length : room);
    message->head_length += taken;
    if (!message->head_complete && message->head_length == HTTP_HEAD_MAX)
        http_message_set_fault(message, "its head is too long");
    return taken;
}

int http_message_read(struct http_message *message, const char *bytes, size_t length, size_t *used)
{
    *used = 0;
    if (length > 0)
        go_on(message);
    while (*used < length && !message->complete && !message->fault)
        *used += read_piece(message, bytes + *used, length - *used);
    if (message->fault)
        return -EBADMSG;
    return *used > 0 && message->complete;
}

int http_message_end(struct http_message *message)
{
    if (message->fault || message->complete)
        return -ECONNRESET;
    http_engine_end(message);
    return message->complete ? 1 : -ECONNRESET;
}

const char *http_message_fault(const struct http_message *message)
{
    return message->fault ? message->fault : "";
}
