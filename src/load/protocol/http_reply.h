/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The replies of an HTTP load, checked as they come: whether each is HTTP, says 2xx, ends where it
 * should, and has the row for its body that was asked for. */
#ifndef WAITBENCH_LOAD_PROTOCOL_HTTP_REPLY_H
#define WAITBENCH_LOAD_PROTOCOL_HTTP_REPLY_H

#include "http/message.h"
#include "load/protocol/protocol.h"

/* Longer heads are parsed each time. */
#define HTTP_REPLY_KNOWN_MAX 1024

/* Replies of one server mostly have the same head, byte by byte. What it means is known from the
 * last one that was parsed: a whole good reply whose head said how long its body is. Anything that
 * differs in a byte of its head, or in its length, or comes in pieces, goes to the parser. */
struct http_replies {
    bool verify;   /* that the body is the row that was asked for */
    uint64_t seed; /* of the rows */
    char head[HTTP_REPLY_KNOWN_MAX];
    size_t head_length; /* 0: none is known */
    size_t body_length; /* that goes with it */
};

/* One that is under way: a connection's parser. */
struct http_reply {
    struct http_message message;
    int64_t id;    /* of the row that was asked for */
    uint64_t seed; /* and of all of them */
};

void http_replies_init(struct http_replies *replies, const struct protocol_settings *settings);

/* As of struct protocol, of the reply to a request for that id. Interim replies (1xx) are passed
 * over. */
enum reply_state http_replies_check(struct http_replies *replies, struct exchange *exchange,
                                    int64_t id, const char *bytes, size_t length);
enum reply_state http_replies_end(const struct http_replies *replies, struct exchange *exchange);
void http_reply_describe(const struct exchange *exchange, char *text, size_t text_bytes);

#endif
