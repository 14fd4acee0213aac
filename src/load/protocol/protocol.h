/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is spoken on the connections of a load. A protocol makes requests and checks replies, and
 * nothing else: it opens no socket, reads no clock, keeps no count. It is asked once for each piece
 * that is sent or has come, never for a single byte. A new one is a file beside this one and a line
 * in the list of protocol.c. */
#ifndef WAITBENCH_LOAD_PROTOCOL_PROTOCOL_H
#define WAITBENCH_LOAD_PROTOCOL_PROTOCOL_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a load asks of its protocol. Texts are borrowed. */
struct protocol_settings {
    uint64_t seed;      /* of all that is drawn at random */
    int64_t slow_every; /* one request in so many is slow by the server's own doing; 0: none */
    const char *host;   /* whom requests are for, by name or in figures */
    int port;           /* the server's */
    int64_t size_bytes; /* of each request */
    const char *path;   /* what is asked for; {id} in it stands for a number */
    int64_t id_low;     /* that number is from here */
    int64_t id_high;    /* to there */
    uint64_t data_seed; /* of the server's rows (store/row.h) */
    bool verify_body;   /* a reply must have that row for its body; else any will do */
};

enum protocol_option_kind {
    PROTOCOL_NUMBER, /* an int64_t */
    PROTOCOL_RANGE,  /* two of them, the first and the last of a range, one after the other */
    PROTOCOL_TEXT,   /* a const char * */
    PROTOCOL_FLAG,   /* a bool */
};

/* One of these settings, of which a protocol makes use. */
struct protocol_option {
    const char *name;  /* of `waitbench load`'s option, without dashes */
    const char *words; /* in a sentence: "the size in bytes" */
    enum protocol_option_kind kind;
    size_t offset; /* in struct protocol_settings */
    int64_t low;   /* of a number; of a text's length */
    int64_t high;
};

/* One request and its reply. The connection keeps it, and sets all but what a check finds. */
struct exchange {
    uint64_t number; /* of the request, which no other one of the run has */
    size_t request_bytes;
    size_t sent;     /* of them, so far */
    size_t received; /* bytes of the reply that were checked before and were right */
    void *parser;    /* protocol->parser_bytes of this connection alone, zeroed when it was made:
                        where a reply that comes in pieces was left. What a reply finds there at its
                        first byte (received == 0) is from an earlier one. NULL without any */
    int fault;       /* set by a check: what describe() says, in the protocol's own figures */
    bool closes;     /* set by a check: the server closes the connection after this reply */
};

enum reply_state {
    REPLY_PART,  /* all is right so far, and more must come */
    REPLY_WHOLE, /* it is right, and ends with the last byte of the piece */
    REPLY_ERROR, /* it is whole, and says that the server could not do what was asked */
    REPLY_WRONG, /* it is not the reply to that request, or goes on after its end */
};

struct protocol {
    const char *name; /* one word, in lower case: `--protocol` and the column of that name */
    const struct protocol_option *options; /* it has use for these; ends with a NULL name */
    size_t parser_bytes;                   /* struct exchange */
    bool may_close; /* a server may close a connection between two requests, and a request may be
                       sent twice without harm */

    /* Why settings that are within the options' ranges will not do together, in a sentence, static;
     * NULL where they will. May be NULL. */
    const char *(*refuses)(const struct protocol_settings *settings);

    /* Makes ready what the connections of one thread share. Settings are such as are not refused.
     * Returns 0 or -errno. */
    int (*init)(void **shared, const struct protocol_settings *settings);
    void (*finish)(void *shared);

    size_t (*request_bytes)(const void *shared, uint64_t number);

    /* Writes the bytes [offset, offset + length) of the request, which lie within it. */
    void (*fill)(const void *shared, uint64_t number, size_t offset, void *bytes, size_t length);

    /* Whether it is one of those that the server is slow about. */
    bool (*is_slow)(const void *shared, uint64_t number);

    /* What the next `length` bytes (1 or more) make of the reply. A reply may begin before the
     * request is sent, where the protocol has it so, and must not end before. */
    enum reply_state (*check)(void *shared, struct exchange *exchange, const void *bytes,
                              size_t length);

    /* What the end of the stream makes of a reply of which there is a part: REPLY_PART if it is not
     * whole by that, either. NULL: it never is. */
    enum reply_state (*end)(void *shared, struct exchange *exchange);

    /* After REPLY_ERROR or REPLY_WRONG: what was wrong with the reply, in a few words. */
    void (*describe)(const struct exchange *exchange, char *text, size_t text_bytes);
};

/* The one to take where none is named. */
const struct protocol *protocol_default(void);

/* NULL where there is none of that name. */
const struct protocol *protocol_find(const char *name);

/* Writes all names with ", " between them. */
void protocol_names(char *text, size_t text_bytes);

/* The protocol's option of that name, or NULL: it has no use for it. */
const struct protocol_option *protocol_find_option(const struct protocol *protocol,
                                                   const char *name);

/* What is to be done unless a load says otherwise: requests of 64 bytes for 127.0.0.1, or for
 * /item/1 to /item/100000 of rows from seed 1; seed 1. */
void protocol_settings_init(struct protocol_settings *settings);

/* Whether the protocol can do that. What it has no use for is not looked at. Returns 0, or -EINVAL
 * with `error` saying what is wrong. */
int protocol_check_settings(const struct protocol *protocol,
                            const struct protocol_settings *settings, struct error *error);

/* A protocol at work: the requests and replies of one load, or of one of its threads. */
struct messages {
    const struct protocol *protocol;
    void *shared;
};

/* Returns 0 or -errno. */
int messages_init(struct messages *messages, const struct protocol *protocol,
                  const struct protocol_settings *settings);

/* Fine on a zeroed one. */
void messages_finish(struct messages *messages);

#endif
