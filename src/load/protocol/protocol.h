/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is spoken on the connections of a load. A protocol makes requests and checks replies, and
 * nothing else: it opens no socket, reads no clock, keeps no count. It is asked once for each piece
 * that is sent or has come, never for a single byte. A new one is a file beside this one and a line
 * in the list of protocol.c. */
#ifndef WAITBENCH_LOAD_PROTOCOL_PROTOCOL_H
#define WAITBENCH_LOAD_PROTOCOL_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a load asks of its protocol. */
struct protocol_settings {
    int64_t size_bytes; /* of each request */
    uint64_t seed;      /* of all that is drawn at random */
};

/* One of these settings, as a number of which a protocol makes use. */
struct protocol_option {
    const char *name;  /* of `waitbench load`'s option, without dashes */
    const char *words; /* in a sentence: "the size in bytes" */
    size_t offset;     /* of its int64_t in struct protocol_settings */
    int64_t low;
    int64_t high;
};

/* One request and its reply. The connection keeps it, and sets all but what a check finds. */
struct exchange {
    uint64_t number; /* of the request, which no other one of the run has */
    size_t request_bytes;
    size_t sent;     /* of them, so far */
    size_t received; /* bytes of the reply that were checked before and were right */
    void *parser;    /* protocol->parser_bytes for this exchange alone, zeroed before its first
                        piece: where a reply that comes in pieces was left; NULL without any */
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

    /* Makes ready what all connections share. Settings are within the options' ranges. Returns 0 or
     * -errno. */
    int (*init)(void **shared, const struct protocol_settings *settings);
    void (*finish)(void *shared);

    size_t (*request_bytes)(const void *shared, uint64_t number);

    /* Writes the bytes [offset, offset + length) of the request, which lie within it. */
    void (*fill)(const void *shared, uint64_t number, size_t offset, void *bytes, size_t length);

    /* What the next `length` bytes (1 or more) make of the reply. A reply may begin before the
     * request is sent, where the protocol has it so, and must not end before. */
    enum reply_state (*check)(const void *shared, struct exchange *exchange, const void *bytes,
                              size_t length);

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

/* A protocol at work: the requests and replies of one load. Threads may share it. */
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
