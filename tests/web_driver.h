/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A half of the web scenario without sockets: bytes go in, in pieces, replies come out. */
#ifndef WAITBENCH_TESTS_WEB_DRIVER_H
#define WAITBENCH_TESTS_WEB_DRIVER_H

#include "parked.h"
#include "turn.h"
#include "web.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define DRIVER_SEED  7
#define DRIVER_ROWS  1000
#define DRIVER_FAILS 500 /* the row that the store fails to find */

struct driver {
    struct web web;
    struct web_connection connection;
    size_t room;         /* for replies, at least REPLY_BYTES_MAX */
    enum web_step ended; /* WEB_READS as long as more may be sent */
    bool shut;           /* the server has */
    bool parks;          /* each turn, whenever it has to wait */
    size_t asked;        /* queries */
    size_t writes;
    size_t length;
    char *replies; /* all that was written */
};

static inline void driver_init(struct driver *driver, size_t room)
{
    memset(driver, 0, sizeof *driver);
    driver->web.request_timeout_ms = 3600000;
    driver->connection.base.server = &driver->web.server;
    driver->room = room;
    driver->ended = WEB_READS;
    web_connection_open(&driver->connection);
}

static inline void driver_finish(struct driver *driver)
{
    web_connection_close(&driver->connection);
    free(driver->replies);
}

static inline enum store_answer driver_ask(struct driver *driver, int64_t id,
                                           char text[ROW_TEXT_LETTERS + 1])
{
    driver->asked++;
    if (id == DRIVER_FAILS)
        return STORE_FAILED;
    if (id < 1 || id > DRIVER_ROWS)
        return STORE_NOT_FOUND;
    row_text(DRIVER_SEED, id, text);
    return STORE_FOUND;
}

static inline void driver_write(struct driver *driver, struct web_turn *turn)
{
    if (turn->filled == 0)
        return;
    driver->replies = realloc(driver->replies, driver->length + turn->filled);
    if (!driver->replies || turn->filled > turn->room)
        abort();
    memcpy(driver->replies + driver->length, turn->replies, turn->filled);
    driver->length += turn->filled;
    driver->writes++;
    web_turn_written(turn);
}

/* Parks the turn and takes it up again, when the buffers have been others' meanwhile. What was
 * parked before is given back, of which the turn knows nothing any more. */
static inline void driver_park(struct driver *driver, struct web_turn *turn,
                               struct web_parked *parked)
{
    struct web_parked next;
    char *replies = turn->replies;
    if (!driver->parks)
        return;
    if (web_park(&next, turn, 0) < 0)
        abort();
    web_parked_finish(parked);
    *parked = next;
    memset(replies, 0x5a, turn->room);
    memset(turn, 0x5a, sizeof *turn);
    web_unpark(parked, turn, replies);
}

/* One read's bytes, in memory of exactly that size, so that a sanitizer sees who reads beyond. */
static inline void driver_feed(struct driver *driver, const char *bytes, size_t length)
{
    struct web_turn turn;
    char *piece = malloc(length + (length == 0));
    char *replies = malloc(driver->room);
    struct web_parked parked = {0};
    enum web_step step;
    if (!piece || !replies)
        abort();
    if (length > 0)
        memcpy(piece, bytes, length);
    web_turn_begin(&turn, &driver->connection, piece, length, replies, driver->room);
    do {
        char text[ROW_TEXT_LETTERS + 1];
        step = web_turn_next(&turn);
        driver_park(driver, &turn, &parked);
        if (step == WEB_ASKS)
            web_turn_answer(&turn, driver_ask(driver, turn.id, text), text);
        else
            driver_write(driver, &turn);
    } while (step == WEB_ASKS || step == WEB_WRITES);
    if (web_turn_next(&turn) != step)
        abort();
    driver->shut |= step == WEB_SHUTS;
    driver->ended = step == WEB_CLOSES ? WEB_CLOSES : WEB_READS;
    web_parked_finish(&parked);
    free(piece);
    free(replies);
}

#endif
