/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server does with the bytes of one read: parse the requests in them one by one, have each
 * answered, and gather the replies, so that those to requests that came together go out together.
 * It waits for nothing: each step says what is to be waited for, and each half does so in its way.
 *
 *     web_turn_begin(&turn, connection, bytes, length, replies, sizeof replies);
 *     for (;;)
 *         switch (web_turn_next(&turn)) ...
 */
#ifndef WAITBENCH_BENCH_WEB_TURN_H
#define WAITBENCH_BENCH_WEB_TURN_H

#include "connection.h"
#include "reply.h"
#include "store.h"

/* Of a request line with all header lines; a longer one is refused (431). Bodies are read and
 * dropped up to HTTP_BODY_MAX (413). */
#define WEB_HEAD_MAX 8192
/* Room for the replies to one turn: more than those to a read full of ordinary requests. */
#define WEB_REPLIES_BYTES (16 * 1024)

enum web_step {
    WEB_ASKS,   /* the store is to be asked for row `id`, and web_turn_answer called */
    WEB_WRITES, /* no more replies fit: write them, call web_turn_written and go on */
    WEB_READS,  /* the turn is over: write the replies, then wait for more bytes */
    WEB_SHUTS, /* ... write, shut down sending, then wait as before until the peer closes: else what
                  it has sent and we have not read would reset the connection under the reply */
    WEB_CLOSES, /* ... write, then close */
};

struct web_turn {
    struct web_connection *connection;
    struct http_message message;
    const char *bytes; /* what is not parsed yet */
    size_t length;
    char *replies;
    size_t room;
    size_t filled;     /* bytes of replies to be written */
    int64_t id;        /* of WEB_ASKS */
    bool replies_next; /* `reply` is to be put next */
    struct reply reply;
    enum web_step last; /* WEB_SHUTS or WEB_CLOSES once the last reply is put, else WEB_READS */
};

/* `bytes` are what a read brought: none where the connection's deadline is over. `replies` is room
 * for replies, of at least REPLY_BYTES_MAX bytes. Both are the caller's, and stay until the turn is
 * over. */
void web_turn_begin(struct web_turn *turn, struct web_connection *connection, const char *bytes,
                    size_t length, char *replies, size_t room);

/* What to do next. When the turn is over it goes on saying so; with WEB_READS and WEB_SHUTS the
 * connection has its deadline. */
enum web_step web_turn_next(struct web_turn *turn);

/* Does the work of the request, and replies. `text` is the row's, where it was found. */
void web_turn_answer(struct web_turn *turn, enum store_answer answer,
                     const char text[ROW_TEXT_LETTERS + 1]);

/* The replies so far are written. */
void web_turn_written(struct web_turn *turn);

#endif
