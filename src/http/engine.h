/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What message.c needs of a library that parses HTTP, and what it is told by it. One engine_*.c is
 * built: engine_llhttp.c, or engine_http_parser.c where llhttp is not to be had. */
#ifndef WAITBENCH_HTTP_ENGINE_H
#define WAITBENCH_HTTP_ENGINE_H

#include "http/message.h"

void http_engine_init(struct http_message *message, enum http_side side);

/* Parses on, not beyond a message's end. Returns how many bytes that took; a fault is kept in the
 * message. */
size_t http_engine_read(struct http_message *message, const char *bytes, size_t length);

/* The stream ended, which may complete the message. */
void http_engine_end(struct http_message *message);

/* The engine calls these in a message's order. Those that return something return 0, or -1 when
 * reading stops here with a fault. `method` is static. */
void http_message_begins(struct http_message *message);
void http_message_add_target(struct http_message *message, const char *bytes, size_t length);
int http_message_head_ends(struct http_message *message, const char *method, int status,
                           bool upgrade);
int http_message_add_body(struct http_message *message, const char *bytes, size_t length);
void http_message_ends(struct http_message *message, bool keep_alive);

/* The first fault stays. */
void http_message_set_fault(struct http_message *message, const char *fault);

#endif
