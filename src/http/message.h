/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HTTP/1.1 messages out of a stream of bytes, one by one, however the bytes are cut. A packaged
 * library does the parsing, and only its own file (engine_*.c) knows which. No sockets here, and no
 * buffers: the bytes are the caller's. */
#ifndef WAITBENCH_HTTP_MESSAGE_H
#define WAITBENCH_HTTP_MESSAGE_H

#include "http/fields.h"

#include <stdbool.h>
#include <stddef.h>

/* Longer ones are refused: of the request or status line with all header lines (whoever wants it
 * shorter sets head_max), and of a body (but see body_max). */
#define HTTP_HEAD_MAX 16384
#define HTTP_BODY_MAX 65536
/* What is kept of a target and of a body, with a NUL at its end. */
#define HTTP_TEXT_MAX 128
/* Room for the library's own state; its file checks that it is enough. */
#define HTTP_ENGINE_BYTES 128

enum http_side {
    HTTP_READS_REQUESTS, /* a server */
    HTTP_READS_RESPONSES /* a client; none of them answers HEAD */
};

enum http_code {
    HTTP_OK = 200,
    HTTP_BAD_REQUEST = 400,
    HTTP_NOT_FOUND = 404,
    HTTP_METHOD_NOT_ALLOWED = 405,
    HTTP_REQUEST_TIMEOUT = 408,
    HTTP_CONTENT_TOO_LARGE = 413,
    HTTP_EXPECTATION_FAILED = 417,
    HTTP_HEAD_TOO_LARGE = 431,
    HTTP_NOT_IMPLEMENTED = 501,
    HTTP_SERVICE_UNAVAILABLE = 503,
    HTTP_VERSION_NOT_SUPPORTED = 505,
};

/* The message that is being read, or was read last. */
struct http_message {
    /* Whoever reads may set these once it is initialised. */
    size_t head_max;      /* up to HTTP_HEAD_MAX */
    size_t body_max;      /* HTTP_BODY_MAX; whoever keeps no bodies may raise it */
    bool ignores_upgrade; /* a request for another protocol is none of its faults: it is answered
                             in this one */

    const char *method;         /* of a request: "GET"; static */
    int status;                 /* of a response */
    int minor_version;          /* HTTP/1.0 or 1.1 */
    char target[HTTP_TEXT_MAX]; /* of a request; cut if longer */
    char body[HTTP_TEXT_MAX];   /* its beginning */
    size_t target_length;
    size_t body_length; /* all of it */
    bool complete;
    bool keep_alive; /* once complete: another may follow (version, Connection) */
    bool counted;    /* its Content-Length says where it ends, not chunks, nor the stream */

    /* How far the reading is; nobody else's business. */
    enum http_side side;
    struct http_fields fields; /* of a request */
    bool head_complete;
    size_t head_length;
    const char *fault;
    enum http_code refusal;
    union {
        max_align_t alignment;
        unsigned char bytes[HTTP_ENGINE_BYTES];
    } engine;
};

/* `side` holds for the whole stream. Nothing has to be freed, and between two calls it may be
 * moved. */
void http_message_init(struct http_message *message, enum http_side side);

/* Reads on, and stops behind the end of a message: `used` bytes were taken, and what follows is for
 * the next call, which begins the next message. Returns 1 when a message is complete, 0 when it
 * takes more bytes (all were taken), or -EBADMSG when this is not HTTP/1, too long, asks for
 * another protocol, or follows a message that was the last: the stream is then of no more use. Of
 * requests it is also -EBADMSG, from the head alone, when they have not the one Host that HTTP/1.1
 * asks for, a body in other codings than chunked, or one that is not sent before it is asked for
 * (Expect: 100-continue), which nobody here does. */
int http_message_read(struct http_message *message, const char *bytes, size_t length, size_t *used);

/* The stream ended. Returns 1 when that completes a response without a length, or -ECONNRESET. */
int http_message_end(struct http_message *message);

/* Whether some of a message has come, and not all. */
bool http_message_is_partial(const struct http_message *message);

/* What is wrong, after -EBADMSG: static text, for people, and what a server answers. */
const char *http_message_fault(const struct http_message *message);
enum http_code http_message_refusal(const struct http_message *message);

#endif
