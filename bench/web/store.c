/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct store_engine *const engines[] = {
    [STORE_MEMORY] = &store_memory,
    [STORE_SQLITE] = &store_sqlite,
    [STORE_POSTGRES] = &store_postgres,
};

static void end_own_session(void *data)
{
    struct store_session *session = data;
    store_session_finish(session);
    free(session);
}

int store_open(struct store *store, const struct store_options *options, struct error *error)
{
    memset(store, 0, sizeof *store);
    store->options = *options;
    store->engine = engines[options->kind];
    int result = pthread_key_create(&store->own_session, end_own_session);
    if (result != 0)
        return error_set(error, -result, "no room for sessions of threads: %s", strerror(result));
    return store->engine->open(store, error);
}

void store_close(struct store *store)
{
    if (store->engine->close)
        store->engine->close(store);
}

void store_session_init(struct store_session *session, struct store *store)
{
    session->store = store;
    session->state = NULL;
}

void store_session_finish(struct store_session *session)
{
    if (session->state)
        session->store->engine->session_close(session);
}

enum store_answer store_get(struct store_session *session, int64_t id,
                            char text[ROW_TEXT_LETTERS + 1])
{
    enum store_answer answer = session->store->engine->get(session, id, text);
    if (answer == STORE_FAILED)
        atomic_fetch_add_explicit(&session->store->figures.errors, 1, memory_order_relaxed);
    return answer;
}

static struct store_session *own_session(struct store *store)
{
    struct store_session *session = pthread_getspecific(store->own_session);
    if (session)
        return session;
    session = malloc(sizeof *session);
    if (!session)
        return NULL;
    store_session_init(session, store);
    if (pthread_setspecific(store->own_session, session) == 0)
        return session;
    free(session);
    return NULL;
}

enum store_answer store_get_on_thread(struct store *store, int64_t id,
                                      char text[ROW_TEXT_LETTERS + 1])
{
    struct store_session *session = own_session(store);
    return session ? store_get(session, id, text) : STORE_FAILED;
}

void store_count_connections(struct store *store, int change)
{
    struct store_figures *figures = &store->figures;
    int_fast64_t now = atomic_fetch_add(&figures->connections, change) + change;
    int_fast64_t most = atomic_load(&figures->connections_most);
    while (now > most && !atomic_compare_exchange_weak(&figures->connections_most, &most, now))
        ;
}
