/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/message.h"

#include "http/engine.h"

#include <errno.h>
#include <string.h>

static const char body_is_too_long[] = "its body is too long";

void http_message_set_fault(struct http_message *message, enum http_code refusal, const char *fault)
{
    if (message->fault)
        return;
    message->fault = fault;
    message->refusal = refusal;
}

/* Only what is wrong with one byte is known, however the bytes were cut: BREW and GETT, which
 * differ from methods by a capital letter, may be methods of others. */
void http_message_set_method_fault(struct http_message *message, char byte, const char *fault)
{
    bool capital = byte >= 'A' && byte <= 'Z';
    http_message_set_fault(message, capital ? HTTP_NOT_IMPLEMENTED : HTTP_BAD_REQUEST, fault);
}

void http_message_begins(struct http_message *message)
{
    message->method = "";
    message->status = 0;
    message->target_length = 0;
    message->body_length = 0;
    message->counted = false;
    message->target[0] = '\0';
    message->body[0] = '\0';
    http_fields_init(&message->fields);
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

/* Lines behind the last chunk are not the head's. Who reads responses looks at none. */
static bool looks_at_fields(const struct http_message *message)
{
    return message->side == HTTP_READS_REQUESTS && !message->head_complete;
}

int http_message_add_name(struct http_message *message, const char *bytes, size_t length)
{
    if (!looks_at_fields(message))
        return 0;
    /* Not every library minds a blank before the colon (RFC 9112, 5.1). */
    if (memchr(bytes, ' ', length) || memchr(bytes, '\t', length)) {
        http_message_set_fault(message, HTTP_BAD_REQUEST, "a header's name has a blank in it");
        return -1;
    }
    http_fields_add_name(&message->fields, bytes, length);
    return 0;
}

int http_message_add_value(struct http_message *message, const char *bytes, size_t length)
{
    if (looks_at_fields(message))
        http_fields_add_value(&message->fields, bytes, length);
    return 0;
}

/* RFC 9112, 3.2 and 6.1; RFC 9110, 10.1.1. */
static void check_fields(struct http_message *message, const struct http_head *head)
{
    const struct http_fields *fields = &message->fields;
    bool old = head->minor_version == 0;
    bool has_body = fields->coded || (head->body_length > 0 && head->body_length != UINT64_MAX);
    if (fields->hosts > 1 || (fields->hosts == 0 && !old))
        http_message_set_fault(message, HTTP_BAD_REQUEST, "it does not name one host");
    else if (fields->coded && (old || !fields->chunked))
        http_message_set_fault(message, HTTP_BAD_REQUEST, "where its body ends is not known");
    else if (fields->codings > 1)
        http_message_set_fault(message, HTTP_NOT_IMPLEMENTED, "its body is coded");
    else if (fields->expects && has_body && !old)
        http_message_set_fault(message, HTTP_EXPECTATION_FAILED, "its body waits to be asked for");
}

static void check_head(struct http_message *message, const struct http_head *head)
{
    if (head->major_version == 0)
        http_message_set_fault(message, HTTP_BAD_REQUEST, "its version is missing");
    else if (head->major_version != 1 || head->minor_version > 1)
        http_message_set_fault(message, HTTP_VERSION_NOT_SUPPORTED, "its version is not HTTP/1");
    else if (head->upgrade && !message->ignores_upgrade)
        http_message_set_fault(message, HTTP_NOT_IMPLEMENTED, "it asks for another protocol");
    else if (head->status == 0 && head->body_length != UINT64_MAX &&
             head->body_length > message->body_max)
        http_message_set_fault(message, HTTP_CONTENT_TOO_LARGE, body_is_too_long);
}

int http_message_head_ends(struct http_message *message, const struct http_head *head)
{
    message->method = head->method;
    message->status = head->status;
    message->minor_version = head->minor_version;
    message->counted = head->counted;
    message->head_complete = true;
    check_head(message, head);
    if (message->side == HTTP_READS_REQUESTS) {
        http_fields_end(&message->fields);
        check_fields(message, head);
    }
    return message->fault ? -1 : 0;
}

int http_message_add_body(struct http_message *message, const char *bytes, size_t length)
{
    keep(message->body, message->body_length, bytes, length);
    message->body_length += length;
    if (message->body_length <= message->body_max)
        return 0;
    http_message_set_fault(message, HTTP_CONTENT_TOO_LARGE, body_is_too_long);
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
    message->side = side;
    message->head_max = HTTP_HEAD_MAX;
    message->body_max = HTTP_BODY_MAX;
    http_message_begins(message);
    http_engine_init(message, side);
}

/* What was complete is done with; what comes now is another one. */
static void go_on(struct http_message *message)
{
    if (!message->complete)
        return;
    if (!message->keep_alive)
        http_message_set_fault(message, HTTP_BAD_REQUEST, "it follows a message that was the last");
    message->complete = false;
    message->head_complete = false;
    message->head_length = 0;
}

/* Hands the engine no more of a head than may be, since not every library has a limit. Returns how
 * many bytes were taken. */
static size_t read_piece(struct http_message *message, const char *bytes, size_t length)
{
    if (message->head_complete)
        return http_engine_read(message, bytes, length);
    size_t room = message->head_max - message->head_length;
    size_t taken = http_engine_read(message, bytes, length < room ? length : room);
    message->head_length += taken;
    if (!message->head_complete && message->head_length == message->head_max)
        http_message_set_fault(message, HTTP_HEAD_TOO_LARGE, "its head is too long");
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

bool http_message_is_partial(const struct http_message *message)
{
    return message->head_length > 0 && !message->complete;
}

enum http_code http_message_refusal(const struct http_message *message)
{
    return message->refusal;
}

const char *http_message_fault(const struct http_message *message)
{
    return message->fault ? message->fault : "";
}
