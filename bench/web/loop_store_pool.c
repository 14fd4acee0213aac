/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store that blocks, called by a thread of libuv's pool while the loop goes on: what programs
 * with a loop do with libraries that block. */
#include "loop_store.h"

#include <stddef.h>

static int open_pool(struct loop_store *loop_store, struct error *error)
{
    (void)loop_store;
    (void)error;
    return 0;
}

static struct loop_query *query_of(uv_work_t *work)
{
    return (struct loop_query *)(void *)((char *)work - offsetof(struct loop_query, work));
}

static void work_cb(uv_work_t *work)
{
    struct loop_query *query = query_of(work);
    query->answer = store_get_on_thread(query->store->store, query->id, query->text);
}

static void done_cb(uv_work_t *work, int status)
{
    struct loop_query *query = query_of(work);
    loop_query_answer(query, status < 0 ? STORE_FAILED : query->answer);
}

static void submit(struct loop_store *loop_store, struct loop_query *query)
{
    /* It fails only where there is no function to call. */
    uv_queue_work(loop_store->uv, &query->work, work_cb, done_cb);
}

const struct loop_store_engine loop_store_pool = {
    .open = open_pool,
    .submit = submit,
};
