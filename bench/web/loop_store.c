/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "loop_store.h"

static const struct loop_store_engine *const engines[] = {
    [STORE_CALL_POOL] = &loop_store_pool,
    [STORE_CALL_ASYNC] = &loop_store_postgres,
    [STORE_CALL_PIPELINE] = &loop_store_postgres,
};

bool loop_store_is_inline(const struct loop_store *loop_store)
{
    return !loop_store->engine;
}

int loop_store_open(struct loop_store *loop_store, struct store *store, uv_loop_t *uv, size_t loops,
                    struct error *error)
{
    *loop_store = (struct loop_store){.store = store, .uv = uv, .loops = loops};
    if (store->options.call == STORE_CALL_INLINE)
        return 0;
    loop_store->engine = engines[store->options.call];
    return loop_store->engine->open(loop_store, error);
}

void loop_store_submit(struct loop_store *loop_store, struct loop_query *query, int64_t id,
                       loop_query_cb answered_cb)
{
    query->id = id;
    query->answered_cb = answered_cb;
    query->store = loop_store;
    loop_store->engine->submit(loop_store, query);
}

void loop_query_answer(struct loop_query *query, enum store_answer answer)
{
    query->answer = answer;
    query->answered_cb(query);
}
