/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What message.c needs of a library that parses HTTP, and what it is told by it. One engine_*.c is
 * built: engine_llhttp.c, or engine_http_parser.c where llhttp is not to be had. */
#ifndef WAITBENCH_HTTP_ENGINE_H
#define WAITBENCH_HTTP_ENGINE_H

#include "http/message.h"

#include <stdint.h>

void http_engine_init(struct http_message *message, enum http_side side);

/* Of a head that has come whole. */
struct http_head {
    const char *method; /* of a request, static; else "" */
    int status;         /* of a response, else 0 */
    int major_version, minor_version;
    bool upgrade;         /* it asks for another protocol */
    uint64_t body_length; /* as announced; UINT64_MAX: it is not */
    bool counted;         /* that says where the message ends */
};

/* Parses on, not beyond a message's end. Returns how many bytes that took; a fault is kept in the
 * message, and a byte that was at fault was not taken. */
size_t http_engine_read(struct http_message *message, const char *bytes, size_t length);

/* The stream ended, which may complete the message. */
void http_engine_end(struct http_message *message);

/* The engine calls these in a message's order. Those that return something return 0, or -1 when
 * reading stops here with a fault. */
void http_message_begins(struct http_message *message);
void http_message_add_target(struct http_message *message, const char *bytes, size_t length);
int http_message_add_name(struct http_message *message, const char *bytes, size_t length);
/* Each header line has one, of no length perhaps. */
int http_message_add_value(struct http_message *message, const char *bytes, size_t length);
int http_message_head_ends(struct http_message *message, const struct http_head *head);
int http_message_add_body(struct http_message *message, const char *bytes, size_t length);
void http_message_ends(struct http_message *message, bool keep_alive);

/* The first fault stays. `refusal` is what a server answers. */
void http_message_set_fault(struct http_message *message, enum http_code refusal,
                            const char *fault);

/* The same for a method that the engine does not know, of which `byte` is the first at fault: what
 * may be a method all the same is refused otherwise than what is none. */
void http_message_set_method_fault(struct http_message *message, char byte, const char *fault);

#endif
