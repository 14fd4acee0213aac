/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HTTP as far as servers that look for themselves need it: a reader with a buffer of its own, and
 * answers as plain text. No sockets here. */
#ifndef WAITBENCH_BENCH_FINDSELF_HTTP_H
#define WAITBENCH_BENCH_FINDSELF_HTTP_H

#include "http/message.h"

#include <stdbool.h>
#include <stddef.h>

/* Room for any answer and question of theirs. */
#define HTTP_MESSAGE_MAX 512

/* The message that was read last, and the bytes that follow it. */
struct http_reader {
    struct http_message message;
    char bytes[2048];
    size_t begin, end; /* of what has not been parsed */
};

void http_reader_init(struct http_reader *reader, enum http_side side);

/* Where to read the next bytes to, and how many there is room for (at least 1 when http_next
 * returned 0); then how many came. */
char *http_reader_room(struct http_reader *reader, size_t *size);
void http_reader_add(struct http_reader *reader, size_t length);

/* Parses on. Returns 1 when a message is complete, 0 when it takes more bytes, or -EBADMSG when it
 * is not HTTP or too long: the stream is then of no more use. */
int http_next(struct http_reader *reader);

/* The stream ended. Returns 1 when that completes an answer without a length, or -ECONNRESET. */
int http_end(struct http_reader *reader);

/* Writes an answer with a plain text body of at most HTTP_TEXT_MAX bytes. Returns the length; `out`
 * has room for HTTP_MESSAGE_MAX. */
size_t http_write_answer(char *out, enum http_code status, bool keep_alive, const char *body);

#endif
