/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HTTP/1.1 as far as servers that look for themselves need it: messages one by one from a stream of
 * bytes (http-parser does the reading), and answers as text. No sockets here. */
#ifndef WAITBENCH_BENCH_FINDSELF_HTTP_H
#define WAITBENCH_BENCH_FINDSELF_HTTP_H

#include <http_parser.h>
#include <stdbool.h>
#include <stddef.h>

/* The largest body that is read at all; of it, only the beginning is kept. */
#define HTTP_BODY_MAX 65536
#define HTTP_TEXT_MAX 128
/* Room for any answer that http_write makes. */
#define HTTP_MESSAGE_MAX 512

/* The message that was read last, and the bytes that follow it. */
struct http_reader {
    http_parser parser;
    char target[HTTP_TEXT_MAX]; /* of a request; cut if longer, which matches no route */
    char body[HTTP_TEXT_MAX];   /* its beginning */
    size_t target_length;
    size_t body_length; /* all of it */
    bool complete;
    bool keep_alive;
    char bytes[2048];
    size_t begin, end; /* of what has not been parsed */
};

/* `type` is HTTP_REQUEST or HTTP_RESPONSE. */
void http_reader_init(struct http_reader *reader, enum http_parser_type type);

/* Where to read the next bytes to, and how many there is room for (at least 1 when http_next
 * returned 0); then how many came. */
char *http_reader_room(struct http_reader *reader, size_t *size);
void http_reader_add(struct http_reader *reader, size_t length);

/* Parses on. Returns 1 when a message is complete, 0 when it takes more bytes, or -EBADMSG when it
 * is no HTTP or too long: the stream is then of no more use. */
int http_next(struct http_reader *reader);

/* The stream ended. Returns 1 when that completes an answer without a length, or -ECONNRESET. */
int http_end(struct http_reader *reader);

/* Writes an answer with a plain text body of at most HTTP_TEXT_MAX bytes, or a request without one.
 * Both return the length; `out` has room for HTTP_MESSAGE_MAX. */
size_t http_write_answer(char *out, int status, bool keep_alive, const char *body);
size_t http_write_request(char *out, const char *method, const char *target, const char *host);

#endif
