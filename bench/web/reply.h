/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server answers, as bytes. They follow from the request and the row alone, so that they are
 * the same from every half, model and store: no date, no name. */
#ifndef WAITBENCH_BENCH_WEB_REPLY_H
#define WAITBENCH_BENCH_WEB_REPLY_H

#include "http/message.h"
#include "store/row.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No reply is longer. */
#define REPLY_BYTES_MAX 1536

enum reply_body {
    REPLY_REASON, /* what the status means: "Not Found" */
    REPLY_ROW,    /* as JSON */
    REPLY_PAGE,   /* for a browser */
};

struct reply {
    enum http_code code;
    enum reply_body body;
    bool head_only; /* to HEAD */
    bool last;      /* the connection ends with it */
    bool old;       /* to HTTP/1.0, where a connection that goes on has to be told */
    int64_t id;     /* of the row */
    char text[ROW_TEXT_LETTERS + 1];
};

/* Writes it, without a NUL, and returns its length: 0 where that is more than `room`, and nothing
 * is written. */
size_t reply_write(const struct reply *reply, char *out, size_t room);

#endif
