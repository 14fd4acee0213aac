/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows in a PostgreSQL, asked by a loop that does not block: it polls its connections (polled.h),
 * and queries that find none idle wait for it in the order in which they came.
 *
 * async is the base pair's half: a connection has one query under way, as a thread's has. With
 * pipeline it has up to PIPELINE_DEPTH; what a turn of the loop has brought is sent at its end, by
 * as few system calls as it can be, and the connection that has least under way gets the next. */
#include "polled.h"

#include "base/clock.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#define PIPELINE_DEPTH 64
/* How often it is looked whether a database has fallen silent, while it is asked. */
#define LOOK_MS 500

struct loop_postgres {
    struct polled_owner owner; /* first: a connection's owner is its loop's */
    struct loop_store *loop_store;
    struct polled *connections;
    size_t count;
    size_t depth;                /* queries that a connection may have under way */
    struct loop_queries waiting; /* for a connection, the first to come first */
    struct loop_queries failed;  /* to be told so */
    size_t asked;                /* queries that are not answered yet */
    bool down;                   /* the last try to connect failed */
    uv_timer_t failed_timer;
    uv_timer_t retry_timer;
    uv_timer_t look_timer;
    uv_prepare_t prepare; /* both: before the loop waits, and after what it waited for */
    uv_check_t check;
};

static void answer(struct loop_postgres *loop, struct loop_query *query, enum store_answer answer)
{
    loop->asked--;
    if (answer == STORE_FAILED)
        atomic_fetch_add_explicit(&loop->loop_store->store->figures.errors, 1,
                                  memory_order_relaxed);
    loop_query_answer(query, answer);
}

static void failed_cb(uv_timer_t *timer)
{
    struct loop_postgres *loop = timer->data;
    struct loop_query *query;
    /* Those that come meanwhile have a turn of their own. */
    struct loop_queries failed = TAILQ_HEAD_INITIALIZER(failed);
    TAILQ_CONCAT(&failed, &loop->failed, entry);
    while ((query = TAILQ_FIRST(&failed))) {
        TAILQ_REMOVE(&failed, query, entry);
        answer(loop, query, STORE_FAILED);
    }
}

/* Later, since whoever asks may be in the midst of submitting. */
static void fail_later(struct loop_postgres *loop, struct loop_queries *queries)
{
    TAILQ_CONCAT(&loop->failed, queries, entry);
    if (!TAILQ_EMPTY(&loop->failed))
        uv_timer_start(&loop->failed_timer, failed_cb, 0, 0);
}

/* The connection to send the next query on, or NULL where all have as much under way as they may.
 */
static struct polled *pick(struct loop_postgres *loop)
{
    struct polled *least = NULL;
    for (size_t i = 0; i < loop->count; i++) {
        struct polled *polled = &loop->connections[i];
        if (polled->state != POLLED_READY || polled->stale || polled->count == loop->depth)
            continue;
        if (!least || polled->count < least->count)
            least = polled;
        if (least->count == 0)
            break;
    }
    return least;
}

/* Whether there will be a connection, as far as one knows. */
static bool has_hope(const struct loop_postgres *loop)
{
    if (!loop->down)
        return true;
    for (size_t i = 0; i < loop->count; i++)
        if (loop->connections[i].state == POLLED_READY)
            return true;
    return false;
}

static void send_waiting(struct loop_postgres *loop)
{
    struct loop_query *query;
    struct polled *polled;
    while ((query = TAILQ_FIRST(&loop->waiting)) && (polled = pick(loop))) {
        TAILQ_REMOVE(&loop->waiting, query, entry);
        if (polled->count == 0)
            store_count_connections(loop->loop_store->store, 1);
        polled_send(polled, query);
    }
    if (!has_hope(loop))
        fail_later(loop, &loop->waiting);
}

static void sync_all(struct loop_postgres *loop)
{
    for (size_t i = 0; i < loop->count; i++)
        if (loop->connections[i].state == POLLED_READY && loop->connections[i].unsynced)
            polled_sync(&loop->connections[i]);
}

/* Sends all that a turn of the loop has brought. */
static void send_batch(struct loop_postgres *loop)
{
    if (TAILQ_EMPTY(&loop->waiting))
        return;
    send_waiting(loop);
    sync_all(loop);
}

static void prepare_cb(uv_prepare_t *prepare)
{
    send_batch(prepare->data);
}

static void check_cb(uv_check_t *check)
{
    send_batch(check->data);
}

/* In pipeline mode there is a batch for it. */
static void send_at_once(struct loop_postgres *loop)
{
    if (!loop->owner.pipeline)
        send_waiting(loop);
}

static struct loop_postgres *loop_of(const struct polled *polled)
{
    return (struct loop_postgres *)polled->owner;
}

/* The connection has the next query before this one's answer is made use of. */
static void answered(struct polled *polled, struct loop_query *query, enum store_answer found)
{
    struct loop_postgres *loop = loop_of(polled);
    if (polled->count == 0)
        store_count_connections(loop->loop_store->store, -1);
    send_at_once(loop);
    answer(loop, query, found);
}

static void retry_cb(uv_timer_t *timer);

/* What was under way has failed, and so has what waits if there is nothing to wait for. */
static void lost(struct polled *polled, bool was_ready)
{
    struct loop_postgres *loop = loop_of(polled);
    if (polled->count > 0)
        store_count_connections(loop->loop_store->store, -1);
    polled->count = 0;
    fail_later(loop, &polled->under_way);
    if (was_ready && !loop->down) {
        polled_connect(polled);
        return;
    }
    loop->down = true;
    if (!uv_is_active((uv_handle_t *)&loop->retry_timer))
        uv_timer_start(&loop->retry_timer, retry_cb, POSTGRES_PAUSE_MS, 0);
    if (!has_hope(loop))
        fail_later(loop, &loop->waiting);
}

/* The first that is down, or NULL. */
static struct polled *find_down(struct loop_postgres *loop)
{
    for (size_t i = 0; i < loop->count; i++)
        if (loop->connections[i].state == POLLED_DOWN)
            return &loop->connections[i];
    return NULL;
}

/* One tries for all. */
static void retry_cb(uv_timer_t *timer)
{
    struct polled *polled = find_down(timer->data);
    if (polled)
        polled_connect(polled);
}

static void ready(struct polled *polled)
{
    struct loop_postgres *loop = loop_of(polled);
    loop->down = false;
    send_at_once(loop);
    while (!loop->down && (polled = find_down(loop)))
        polled_connect(polled);
}

/* Whether it should have said something by now. */
static bool is_silent(const struct loop_postgres *loop, const struct polled *polled)
{
    bool awaited = polled->state == POLLED_CONNECTING || polled->state == POLLED_PREPARING ||
                   (polled->state == POLLED_READY && polled->count > 0);
    uint64_t patience_ms = (uint64_t)(loop->owner.postgres->patience_ns / NS_PER_MS);
    return awaited && uv_now(loop->owner.uv) - polled->heard_ms > patience_ms;
}

static void look_cb(uv_timer_t *timer)
{
    struct loop_postgres *loop = timer->data;
    if (loop->asked == 0)
        uv_timer_stop(timer);
    for (size_t i = 0; i < loop->count; i++)
        if (is_silent(loop, &loop->connections[i]))
            polled_lose(&loop->connections[i]);
}

static void submit(struct loop_store *loop_store, struct loop_query *query)
{
    struct loop_postgres *loop = loop_store->state;
    loop->asked++;
    if (!uv_is_active((uv_handle_t *)&loop->look_timer))
        uv_timer_start(&loop->look_timer, look_cb, LOOK_MS, LOOK_MS);
    TAILQ_INSERT_TAIL(&loop->waiting, query, entry);
    send_at_once(loop);
}

static void handles_init(struct loop_postgres *loop)
{
    uv_loop_t *uv = loop->owner.uv;
    uv_timer_t *const timers[] = {&loop->failed_timer, &loop->retry_timer, &loop->look_timer};
    for (size_t i = 0; i < sizeof timers / sizeof *timers; i++) {
        uv_timer_init(uv, timers[i]);
        timers[i]->data = loop;
    }
    uv_prepare_init(uv, &loop->prepare);
    uv_check_init(uv, &loop->check);
    loop->prepare.data = loop->check.data = loop;
    if (!loop->owner.pipeline)
        return;
    uv_prepare_start(&loop->prepare, prepare_cb);
    uv_check_start(&loop->check, check_cb);
}

/* Blocking, before the loop runs, as the other half does it. */
static int open_connection(struct loop_postgres *loop, size_t number, struct error *error)
{
    PGconn *pg;
    int result = postgres_session_open(loop->owner.postgres, &pg, error);
    if (result < 0)
        return result;
    result = polled_open(&loop->connections[number], &loop->owner, pg);
    if (result == 0)
        return 0;
    PQfinish(pg);
    return error_set(error, -EIO, "cannot poll a connection to PostgreSQL: %s",
                     uv_strerror(result));
}

static int open_engine(struct loop_store *loop_store, struct error *error)
{
    struct store *store = loop_store->store;
    size_t share = (size_t)store->options.connections / loop_store->loops;
    struct loop_postgres *loop = calloc(1, sizeof *loop);
    if (!loop)
        return error_set(error, -ENOMEM, "out of memory");
    loop->owner = (struct polled_owner){
        .postgres = store->state, /* its first part (store_postgres.c) */
        .uv = loop_store->uv,
        .pipeline = store->options.call == STORE_CALL_PIPELINE,
        .ready = ready,
        .lost = lost,
        .answered = answered,
    };
    loop->loop_store = loop_store;
    loop->count = share > 0 ? share : 1;
    loop->depth = loop->owner.pipeline ? PIPELINE_DEPTH : 1;
    TAILQ_INIT(&loop->waiting);
    TAILQ_INIT(&loop->failed);
    handles_init(loop);
    loop_store->state = loop;
    loop->connections = calloc(loop->count, sizeof *loop->connections);
    if (!loop->connections)
        return error_set(error, -ENOMEM, "out of memory");
    int result = 0;
    for (size_t i = 0; result == 0 && i < loop->count; i++)
        result = open_connection(loop, i, error);
    return result;
}

const struct loop_store_engine loop_store_postgres = {
    .open = open_engine,
    .submit = submit,
};
