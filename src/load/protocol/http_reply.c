/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/protocol/http_reply.h"

#include "http/write.h"
#include "store/row.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What an exchange's fault is where it is no status. */
enum fault {
    FAULT_NOT_HTTP = 1,
    FAULT_GOES_ON,
    FAULT_LENGTH,
    FAULT_ROW,
};

#define STATUS_GOOD     200
#define STATUS_REDIRECT 300 /* the first after the good ones */

_Static_assert(ROW_JSON_LENGTH < HTTP_TEXT_MAX, "a message keeps a row's whole body");

void http_replies_init(struct http_replies *replies, const struct protocol_settings *settings)
{
    *replies = (struct http_replies){
        .verify = settings->verify_body,
        .seed = settings->data_seed,
    };
}

static bool is_row(const struct http_replies *replies, int64_t id, const char *body)
{
    char text[ROW_TEXT_LETTERS + 1];
    char json[ROW_JSON_LENGTH + 1];
    row_text(replies->seed, id, text);
    row_json(id, text, json);
    return memcmp(body, json, ROW_JSON_LENGTH) == 0;
}

static enum reply_state wrong(struct exchange *exchange, enum fault fault)
{
    exchange->fault = (int)fault;
    return REPLY_WRONG;
}

/* `body` holds at least ROW_JSON_LENGTH bytes where its length is that. */
static enum reply_state check_body(const struct http_replies *replies, struct exchange *exchange,
                                   const char *body, size_t length)
{
    const struct http_reply *reply = exchange->parser;
    if (!replies->verify)
        return REPLY_WHOLE;
    if (length != ROW_JSON_LENGTH)
        return wrong(exchange, FAULT_LENGTH);
    return is_row(replies, reply->id, body) ? REPLY_WHOLE : wrong(exchange, FAULT_ROW);
}

/* A message that is complete. */
static enum reply_state judge(const struct http_replies *replies, struct exchange *exchange)
{
    const struct http_reply *reply = exchange->parser;
    const struct http_message *message = &reply->message;
    exchange->closes = !message->keep_alive;
    if (message->status < STATUS_GOOD || message->status >= STATUS_REDIRECT) {
        exchange->fault = message->status;
        return REPLY_ERROR;
    }
    return check_body(replies, exchange, message->body, message->body_length);
}

/* The head of a good reply that came in one piece and has left the connection open. */
static void learn(struct http_replies *replies, const struct http_message *message,
                  const char *bytes, size_t length)
{
    size_t head_length = length - message->body_length;
    if (!message->counted || !message->keep_alive || head_length > sizeof replies->head)
        return;
    memcpy(replies->head, bytes, head_length);
    replies->head_length = head_length;
    replies->body_length = message->body_length;
}

static bool is_interim(const struct http_message *message)
{
    return message->status >= 100 && message->status < STATUS_GOOD;
}

static enum reply_state parse(struct http_replies *replies, struct exchange *exchange,
                              const char *bytes, size_t length)
{
    struct http_reply *reply = exchange->parser;
    struct http_message *message = &reply->message;
    size_t taken = 0;
    size_t used = 0;
    int result = 0;
    do {
        result = http_message_read(message, bytes + taken, length - taken, &used);
        taken += used;
    } while (result == 1 && is_interim(message) && taken < length);
    if (result < 0)
        return wrong(exchange, FAULT_NOT_HTTP);
    if (result == 0 || is_interim(message))
        return REPLY_PART;
    if (taken < length)
        return wrong(exchange, FAULT_GOES_ON);
    enum reply_state state = judge(replies, exchange);
    if (state == REPLY_WHOLE && exchange->received == 0 && used == length)
        learn(replies, message, bytes, length);
    return state;
}

static bool is_known(const struct http_replies *replies, const char *bytes, size_t length)
{
    return replies->head_length > 0 && length == replies->head_length + replies->body_length &&
           memcmp(bytes, replies->head, replies->head_length) == 0;
}

static void begin(struct http_reply *reply)
{
    http_message_init(&reply->message, HTTP_READS_RESPONSES);
    reply->message.body_max = SIZE_MAX;
}

enum reply_state http_replies_check(struct http_replies *replies, struct exchange *exchange,
                                    int64_t id, const char *bytes, size_t length)
{
    struct http_reply *reply = exchange->parser;
    if (exchange->received == 0) {
        reply->id = id;
        reply->seed = replies->seed;
        if (is_known(replies, bytes, length))
            return check_body(replies, exchange, bytes + replies->head_length,
                              replies->body_length);
        begin(reply);
    }
    return parse(replies, exchange, bytes, length);
}

enum reply_state http_replies_end(const struct http_replies *replies, struct exchange *exchange)
{
    struct http_reply *reply = exchange->parser;
    if (http_message_end(&reply->message) != 1 || is_interim(&reply->message))
        return REPLY_PART;
    return judge(replies, exchange);
}

void http_reply_describe(const struct exchange *exchange, char *text, size_t text_bytes)
{
    const struct http_reply *reply = exchange->parser;
    switch (exchange->fault) {
    case FAULT_NOT_HTTP:
        snprintf(text, text_bytes, "not HTTP: %s", http_message_fault(&reply->message));
        return;
    case FAULT_GOES_ON:
        snprintf(text, text_bytes, "bytes after its end");
        return;
    case FAULT_LENGTH:
        snprintf(text, text_bytes, "its body is not as long as a row");
        return;
    case FAULT_ROW:
        snprintf(text, text_bytes,
                 "its body is not row %" PRId64 " of seed %" PRIu64
                 ": is the server's --seed another?",
                 reply->id, reply->seed);
        return;
    default:
        snprintf(text, text_bytes, "status %d %s", exchange->fault, http_reason(exchange->fault));
        size_t length = strlen(text);
        if (length > 0 && text[length - 1] == ' ')
            text[length - 1] = '\0';
    }
}
