/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web.h"

#include "subject/parameter.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECTIONS_DEFAULT 16
#define CONNECTIONS_MAX     10000
#define DELAY_US_MAX        INT64_C(60000000)
#define STACK_RESERVE_BYTES (INT64_C(48) << 10)
#define TIMEOUT_MS_DEFAULT  10000
#define TIMEOUT_MS_MAX      3600000

static const char *const stores[] = {"memory", "sqlite", "postgres", NULL};
static const char *const calls[] = {"inline", "pool", "async", "pipeline", NULL};

/* Whether a loop can call that store so. Threads call it themselves. */
static bool is_call_of(int64_t call, int64_t kind, enum web_half half)
{
    bool polled = call == STORE_CALL_ASYNC || call == STORE_CALL_PIPELINE;
    if (half != WEB_LOOP)
        return call == STORE_CALL_INLINE;
    return kind == STORE_POSTGRES ? polled : !polled;
}

static void check_store(const struct store_options *store, enum web_half half)
{
    const char *name = stores[store->kind];
    if (!is_call_of(store->call, store->kind, half))
        parameters_refuse("--store-call %s is not for %s with --store %s", calls[store->call],
                          half == WEB_LOOP ? "a loop" : "threads", name);
    if (store->kind == STORE_MEMORY && store->path)
        parameters_refuse("--store-path is not for --store memory");
    if (store->kind != STORE_POSTGRES && store->connections > 0)
        parameters_refuse("--store-connections is for --store postgres");
    if (store->kind != STORE_POSTGRES && store->delay_us > 0)
        parameters_refuse("--store-delay-us is for --store postgres");
}

static bool has_pool(const struct web *web, enum web_half half)
{
    return half == WEB_POOL || web->store_options.call == STORE_CALL_POOL;
}

/* Buffers that pipelines fill, and what the stores' libraries take below them. */
static void check_stack(const struct subject_options *options)
{
    int64_t needed = STACK_RESERVE_BYTES + options->work.stack_bytes;
    if (options->stack_bytes > 0 && options->stack_bytes < needed)
        parameters_refuse("--stack-size %" PRId64 " is too small: %" PRId64 " bytes are needed",
                          options->stack_bytes, needed);
}

static void complete(struct web *web, enum web_half half)
{
    struct store_options *store = &web->store_options;
    store->seed = web->server.options.work.seed;
    if (store->connections == 0)
        store->connections = CONNECTIONS_DEFAULT;
    if (web->pool_size == 0)
        web->pool_size = half == WEB_POOL ? WEB_POOL_DEFAULT : SUBJECT_POOL_SIZE;
}

static void read_options(struct web *web, enum web_half half, int argc, char **argv)
{
    static const unsigned features[] = {
        [WEB_THREADS] = SUBJECT_HAS_PROTOCOL | SUBJECT_HAS_STACK_SIZE,
        [WEB_LOOP] = SUBJECT_HAS_PROTOCOL | SUBJECT_HAS_LOOPS,
        [WEB_POOL] = SUBJECT_HAS_PROTOCOL | SUBJECT_HAS_STACK_SIZE,
    };
    struct store_options *store = &web->store_options;
    int64_t call = -1;
    const struct parameter own[] = {
        {"store", NULL, "where rows are kept (memory)", &store->kind, 0, 0, stores, NULL},
        {"store-path", NULL,
         "the file or URI of a store that is there (a temporary one is made, and removed)", NULL, 0,
         0, NULL, &store->path},
        {"store-call", NULL,
         "how a loop calls its store: inline or pool (memory, sqlite: inline), async or pipeline "
         "(postgres: async)",
         &call, 0, 0, calls, NULL},
        {"store-connections", NULL, "connections to the database (16)", &store->connections, 1,
         CONNECTIONS_MAX, NULL, NULL},
        {"store-delay-us", NULL, "what each query of a database takes more, asleep (0)",
         &store->delay_us, 0, DELAY_US_MAX, NULL, NULL},
        {"rows", NULL, "rows of the store (100000)", &store->rows, 1, ROWS_MAX, NULL, NULL},
        {"pool-size", NULL, "threads of the pool (model pool: 32; --store-call pool: 4)",
         &web->pool_size, 1, SUBJECT_POOL_SIZE_MAX, NULL, NULL},
        {"request-timeout-ms", NULL,
         "what a request may take from its first byte to its last before it is answered 408 "
         "(10000)",
         &web->request_timeout_ms, 1, TIMEOUT_MS_MAX, NULL, NULL},
        {0},
    };
    server_init(&web->server, features[half], own, argc, argv);
    store->call = STORE_CALL_INLINE;
    if (call >= 0)
        store->call = call;
    else if (half == WEB_LOOP && store->kind == STORE_POSTGRES)
        store->call = STORE_CALL_ASYNC;
    check_store(store, half);
    check_stack(&web->server.options);
    if (web->pool_size > 0 && !has_pool(web, half))
        parameters_refuse("--pool-size is for the pool model, and for --store-call pool");
    complete(web, half);
}

static void print_figures(const void *data)
{
    const struct web *web = data;
    const struct store_figures *figures = &web->store.figures;
    if (web->store_options.kind == STORE_POSTGRES)
        printf("store_connections_most %" PRIdFAST64 "\n",
               atomic_load_explicit(&figures->connections_most, memory_order_relaxed));
    printf("store_errors %" PRIdFAST64 "\n",
           atomic_load_explicit(&figures->errors, memory_order_relaxed));
}

static void close_store(int status, void *data)
{
    (void)status;
    store_close(data);
}

/* What must be installed first has an exit code of its own, as everywhere here. */
static void open_store(struct web *web)
{
    struct error error = {""};
    int result = store_open(&web->store, &web->store_options, &error);
    if (result == -ENOPKG) {
        fprintf(stderr, "%s: %s\n", program_invocation_short_name, error.text);
        exit(EXIT_MISSING);
    }
    if (result < 0)
        server_fail("open the store", error.text);
    /* The control channel's end ends the process by exit(). */
    if (on_exit(close_store, &web->store) != 0)
        server_fail("start", "no room to close the store at the end");
}

void web_init(struct web *web, enum web_half half, int argc, char **argv)
{
    memset(web, 0, sizeof *web);
    web->store_options.rows = ROWS_DEFAULT;
    web->request_timeout_ms = TIMEOUT_MS_DEFAULT;
    read_options(web, half, argc, argv);
    open_store(web);
    web->server.control.print_own = print_figures;
    web->server.control.own = web;
}
