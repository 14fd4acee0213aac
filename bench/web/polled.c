/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "polled.h"

#include <stdlib.h>

static void poll_cb(uv_poll_t *poll, int status, int events);

static void closed_cb(uv_handle_t *handle)
{
    free(handle);
}

/* To be called before libpq closes the descriptor, which it also does when it goes from one of a
 * host's addresses to the next. */
static void unwatch(struct polled *polled)
{
    if (!polled->poll)
        return;
    uv_poll_stop(polled->poll);
    uv_close((uv_handle_t *)polled->poll, closed_cb);
    polled->poll = NULL;
    polled->events = 0;
}

static int watch(struct polled *polled, int events)
{
    if (!polled->poll) {
        uv_poll_t *poll = calloc(1, sizeof *poll);
        if (!poll)
            return UV_ENOMEM;
        int result = uv_poll_init(polled->owner->uv, poll, PQsocket(polled->pg));
        if (result < 0) {
            free(poll);
            return result;
        }
        poll->data = polled;
        polled->poll = poll;
    }
    /* Each start is a pair of system calls, whether anything changes or not. */
    if (events == polled->events)
        return 0;
    polled->events = events;
    return uv_poll_start(polled->poll, events, poll_cb);
}

void polled_lose(struct polled *polled)
{
    bool was_ready = polled->state == POLLED_READY;
    unwatch(polled);
    PQfinish(polled->pg);
    polled->pg = NULL;
    polled->state = POLLED_DOWN;
    polled->owner->lost(polled, was_ready);
}

/* Sends what libpq has kept, as far as there is room, and polls for more. */
static void flush(struct polled *polled)
{
    int left = PQflush(polled->pg);
    if (left < 0 || watch(polled, left ? UV_READABLE | UV_WRITABLE : UV_READABLE) < 0)
        polled_lose(polled);
}

static void heard(struct polled *polled)
{
    polled->heard_ms = uv_now(polled->owner->uv);
}

/* Returns 0 or -1. */
static int become_ready(struct polled *polled)
{
    if (PQsetnonblocking(polled->pg, 1) < 0 ||
        (polled->owner->pipeline && PQenterPipelineMode(polled->pg) != 1) ||
        watch(polled, UV_READABLE) < 0)
        return -1;
    TAILQ_INIT(&polled->under_way);
    polled->count = 0;
    polled->answer = STORE_FAILED;
    polled->stale = false;
    polled->unsynced = false;
    polled->state = POLLED_READY;
    return 0;
}

int polled_open(struct polled *polled, struct polled_owner *owner, PGconn *pg)
{
    *polled = (struct polled){.owner = owner, .pg = pg};
    TAILQ_INIT(&polled->under_way);
    if (become_ready(polled) == 0)
        return 0;
    unwatch(polled);
    polled->pg = NULL;
    polled->state = POLLED_DOWN;
    return UV_EIO;
}

void polled_connect(struct polled *polled)
{
    polled->state = POLLED_CONNECTING;
    polled->pg = postgres_connect_begin(polled->owner->postgres);
    heard(polled);
    /* libpq's rule: as if PQconnectPoll had said that it wants to write. */
    if (!polled->pg || PQstatus(polled->pg) == CONNECTION_BAD || watch(polled, UV_WRITABLE) < 0)
        polled_lose(polled);
}

static void prepare(struct polled *polled)
{
    polled->state = POLLED_PREPARING;
    polled->prepared = false;
    if (PQsetnonblocking(polled->pg, 1) < 0 ||
        !postgres_send_prepare(polled->owner->postgres, polled->pg))
        polled_lose(polled);
    else
        flush(polled);
}

static void go_on_connecting(struct polled *polled)
{
    unwatch(polled);
    PostgresPollingStatusType wants = PQconnectPoll(polled->pg);
    if (wants == PGRES_POLLING_OK)
        prepare(polled);
    else if (wants == PGRES_POLLING_FAILED ||
             watch(polled, wants == PGRES_POLLING_READING ? UV_READABLE : UV_WRITABLE) < 0)
        polled_lose(polled);
}

static void go_on_preparing(struct polled *polled)
{
    while (!PQisBusy(polled->pg)) {
        PGresult *result = PQgetResult(polled->pg);
        if (!result) {
            if (polled->prepared && become_ready(polled) == 0)
                polled->owner->ready(polled);
            else
                polled_lose(polled);
            return;
        }
        polled->prepared = PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
    }
}

/* The results of the first query are over. A connection that has died must not be given the next,
 * which the owner sends when it is called: it is lost once this is done. */
static void end_first(struct polled *polled)
{
    struct loop_query *query = TAILQ_FIRST(&polled->under_way);
    enum store_answer answer = polled->answer;
    polled->stale |= PQstatus(polled->pg) != CONNECTION_OK;
    TAILQ_REMOVE(&polled->under_way, query, entry);
    polled->count--;
    polled->answer = STORE_FAILED;
    polled->owner->answered(polled, query, answer);
}

static void take_result(struct polled *polled, const PGresult *result)
{
    /* Between what polled_sync() has ended and what comes next. */
    if (PQresultStatus(result) == PGRES_PIPELINE_SYNC)
        return;
    polled->answer = postgres_answer(result, TAILQ_FIRST(&polled->under_way)->text);
    polled->stale |= postgres_is_stale(result);
}

/* The connection may be lost with each query that is answered, since its owner sends others. */
static void take_results(struct polled *polled)
{
    while (polled->state == POLLED_READY && polled->count > 0 && !PQisBusy(polled->pg)) {
        PGresult *result = PQgetResult(polled->pg);
        if (result)
            take_result(polled, result);
        else
            end_first(polled);
        PQclear(result);
    }
}

static void serve(struct polled *polled)
{
    take_results(polled);
    if (polled->state != POLLED_READY)
        return;
    if (PQstatus(polled->pg) != CONNECTION_OK || (polled->stale && polled->count == 0))
        polled_lose(polled);
    else
        flush(polled);
}

static void read_more(struct polled *polled, int status)
{
    const uv_poll_t *poll = polled->poll;
    /* What came before the end counts. */
    bool ended = !PQconsumeInput(polled->pg) || status < 0;
    heard(polled);
    if (polled->state == POLLED_PREPARING)
        go_on_preparing(polled);
    else
        serve(polled);
    if (ended && polled->poll == poll)
        polled_lose(polled);
}

/* Of a status below 0 libpq finds out what it was. */
static void poll_cb(uv_poll_t *poll, int status, int events)
{
    struct polled *polled = poll->data;
    if (polled->state == POLLED_CONNECTING)
        go_on_connecting(polled);
    else if (status == 0 && !(events & UV_READABLE))
        flush(polled);
    else
        read_more(polled, status);
}

void polled_send(struct polled *polled, struct loop_query *query)
{
    TAILQ_INSERT_TAIL(&polled->under_way, query, entry);
    if (polled->count++ == 0)
        heard(polled);
    polled->unsynced = true;
    if (!postgres_send_query(polled->pg, query->id))
        polled_lose(polled);
    else if (!polled->owner->pipeline)
        flush(polled);
}

void polled_sync(struct polled *polled)
{
    polled->unsynced = false;
    if (PQpipelineSync(polled->pg) != 1)
        polled_lose(polled);
    else
        flush(polled);
}
