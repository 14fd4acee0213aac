/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "turn.h"

#include "route.h"

#include <string.h>

static void reply_with(struct web_turn *turn, enum http_code code, enum reply_body body)
{
    turn->reply.code = code;
    turn->reply.body = body;
    turn->replies_next = true;
}

/* To what is no request that could be answered, and behind which another could not be found. */
static void refuse(struct web_turn *turn, enum http_code code, enum web_step last)
{
    turn->reply.head_only = false;
    turn->reply.last = true;
    reply_with(turn, code, REPLY_REASON);
    turn->connection->refused = true;
    turn->last = last;
}

/* A peer that is late is not likely to be in the midst of sending, and is not waited for again. */
static void begin_late(struct web_turn *turn)
{
    turn->length = 0;
    if (turn->connection->refused)
        turn->last = WEB_CLOSES;
    else
        refuse(turn, HTTP_REQUEST_TIMEOUT, WEB_CLOSES);
}

void web_turn_begin(struct web_turn *turn, struct web_connection *connection, const char *bytes,
                    size_t length, char *replies, size_t room)
{
    turn->connection = connection;
    turn->bytes = bytes;
    turn->length = length;
    turn->replies = replies;
    turn->room = room;
    turn->filled = 0;
    turn->replies_next = false;
    turn->last = WEB_READS;
    if (connection->partial) {
        turn->message = *connection->partial;
    } else {
        http_message_init(&turn->message, HTTP_READS_REQUESTS);
        turn->message.head_max = WEB_HEAD_MAX;
        turn->message.ignores_upgrade = true;
    }
    if (web_connection_is_late(connection))
        begin_late(turn);
    else if (connection->refused)
        turn->length = 0;
}

/* Some clients send an empty line behind a body, which is not the beginning of a request and must
 * not make one late (RFC 9112, 2.2). */
static void skip_empty_lines(struct web_turn *turn)
{
    while (turn->length > 0 && (*turn->bytes == '\r' || *turn->bytes == '\n')) {
        turn->bytes++;
        turn->length--;
    }
}

/* Returns what http_message_read does. */
static int read_request(struct web_turn *turn)
{
    size_t used;
    if (!http_message_is_partial(&turn->message))
        skip_empty_lines(turn);
    if (turn->length == 0)
        return 0;
    int result = http_message_read(&turn->message, turn->bytes, turn->length, &used);
    turn->bytes += used;
    turn->length -= used;
    if (result != 0)
        turn->connection->deadline_ns = 0;
    return result;
}

/* What follows the last request is not looked at, but must be taken before the connection can be
 * closed. What follows CONNECT would be for somebody else. */
static void prepare_reply(struct web_turn *turn)
{
    const struct http_message *request = &turn->message;
    bool last = !request->keep_alive || strcmp(request->method, "CONNECT") == 0;
    turn->reply.head_only = strcmp(request->method, "HEAD") == 0;
    turn->reply.old = request->minor_version == 0;
    turn->reply.last = last;
    if (last) {
        turn->connection->refused = turn->length > 0;
        turn->last = turn->connection->refused ? WEB_SHUTS : WEB_CLOSES;
    }
}

/* Returns whether the store is to be asked. */
static bool serve_request(struct web_turn *turn)
{
    prepare_reply(turn);
    switch (route_find(&turn->message, &turn->id)) {
    case ROUTE_ITEM:
        return true;
    case ROUTE_HEALTH:
        reply_with(turn, HTTP_OK, REPLY_REASON);
        break;
    case ROUTE_PAGE:
        reply_with(turn, HTTP_OK, REPLY_PAGE);
        break;
    case ROUTE_NOTHING:
        reply_with(turn, HTTP_NOT_FOUND, REPLY_REASON);
        break;
    case ROUTE_FORBIDDEN:
        reply_with(turn, HTTP_METHOD_NOT_ALLOWED, REPLY_REASON);
        break;
    }
    return false;
}

/* Returns whether there was room for it, if there was one. */
static bool put_reply(struct web_turn *turn)
{
    if (!turn->replies_next)
        return true;
    size_t length =
        reply_write(&turn->reply, turn->replies + turn->filled, turn->room - turn->filled);
    turn->filled += length;
    turn->replies_next = length == 0;
    return length > 0;
}

/* Keeps what must be kept until the next turn. */
static enum web_step end(struct web_turn *turn)
{
    struct web_connection *connection = turn->connection;
    if (turn->last == WEB_READS && http_message_is_partial(&turn->message))
        return web_connection_keep(connection, &turn->message) < 0 ? WEB_CLOSES : WEB_READS;
    web_connection_forget(connection);
    if (turn->last == WEB_SHUTS && connection->deadline_ns == 0)
        web_connection_give_time(connection);
    return turn->last;
}

enum web_step web_turn_next(struct web_turn *turn)
{
    for (;;) {
        if (!put_reply(turn))
            return WEB_WRITES;
        if (turn->last != WEB_READS)
            return end(turn);
        int result = read_request(turn);
        if (result == 0)
            return end(turn);
        if (result < 0)
            refuse(turn, http_message_refusal(&turn->message), WEB_SHUTS);
        else if (serve_request(turn))
            return WEB_ASKS;
    }
}

void web_turn_answer(struct web_turn *turn, enum store_answer answer,
                     const char text[ROW_TEXT_LETTERS + 1])
{
    server_connection_work(&turn->connection->base, (uint64_t)turn->id);
    if (answer == STORE_FOUND) {
        turn->reply.id = turn->id;
        memcpy(turn->reply.text, text, sizeof turn->reply.text);
        reply_with(turn, HTTP_OK, REPLY_ROW);
    } else {
        bool failed = answer == STORE_FAILED;
        reply_with(turn, failed ? HTTP_SERVICE_UNAVAILABLE : HTTP_NOT_FOUND, REPLY_REASON);
    }
}

void web_turn_written(struct web_turn *turn)
{
    turn->filled = 0;
}
