/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a request's header lines say that the library which parses them does not tell: for how many
 * hosts it is, by which codings its body is sent, and whether that waits to be asked for. Names and
 * values come in pieces. */
#ifndef WAITBENCH_HTTP_FIELDS_H
#define WAITBENCH_HTTP_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

/* One more than the longest name or word that is looked for: transfer-encoding, 100-continue. */
#define HTTP_WORD_MAX 18

/* The beginning of a text in small letters. */
struct http_word {
    char text[HTTP_WORD_MAX];
    size_t length; /* HTTP_WORD_MAX: it was longer, perhaps */
};

struct http_fields {
    size_t hosts; /* lines that are Host */
    size_t codings;
    bool coded;   /* there is a Transfer-Encoding */
    bool chunked; /* that is its last coding */
    bool expects; /* Expect: 100-continue */

    /* How far the reading is; nobody else's business. */
    struct http_word name;
    struct http_word item; /* of a value, which is a list */
    bool in_value;
    enum http_field { HTTP_FIELD_OTHER, HTTP_FIELD_CODING, HTTP_FIELD_EXPECT } field;
};

void http_fields_init(struct http_fields *fields);

/* In the order of the lines; a value has at least one piece, which may be empty. */
void http_fields_add_name(struct http_fields *fields, const char *bytes, size_t length);
void http_fields_add_value(struct http_fields *fields, const char *bytes, size_t length);

/* The head is over. */
void http_fields_end(struct http_fields *fields);

#endif
