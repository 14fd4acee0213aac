/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server's event loops: --loops of them, each on a thread of its own. The first one accepts, and
 * connections go to the loops in turn, where the program serves them. */
#ifndef WAITBENCH_SUBJECT_UV_SERVER_LOOPS_H
#define WAITBENCH_SUBJECT_UV_SERVER_LOOPS_H

#include "subject/server.h"

#include <stdatomic.h>
#include <uv.h>

/* One of them. `uv.data` points back to it: a handle's loop is handle->loop->data. */
struct server_loop {
    uv_loop_t uv;
    void *data; /* the program's own */
    size_t index;
    struct server *server;
    const struct server_loop_calls *calls;
    uv_thread_t thread;
    uv_async_t arrived_async;
    uv_prepare_t iteration_prepare;
    atomic_int_fast64_t iterations;
    uv_mutex_t mutex;
    int *arrived_fds; /* handed over by the accepting loop, under the mutex */
    size_t arrived_count;
    size_t arrived_capacity;
    /* One buffer serves all of a loop's waiters: an idle handle keeps none. */
    char buffer[SERVER_BUFFER_BYTES];
};

/* What a program does with its loops and connections. All but loop_init is called on the thread of
 * the connection's loop. */
struct server_loop_calls {
    /* Called for each loop before its thread starts, on the main thread: for the program's own
     * handles and data. Or NULL. */
    void (*loop_init)(struct server_loop *loop);
    /* Makes a connection, and returns its handle with `data` set; the caller initialises the rest.
     */
    uv_tcp_t *(*connection_create)(struct server_loop *loop);
    /* The handle is connected, and sends without delay: time to read. */
    void (*connection_start)(uv_tcp_t *tcp);
    /* The handle, which was perhaps never started, is closed: frees the connection. The program
     * gives it to uv_close itself for those that were. */
    uv_close_cb closed_cb;
};

/* Makes the loops, listens, starts the loops' threads and answers the control channel until that
 * ends. Sets the control's model, runtime and count of iterations. To be called on the main thread;
 * exits where it cannot start. */
void server_loops_serve(struct server *server, const struct server_loop_calls *calls)
    __attribute__((noreturn));

/* For uv_read_start: reads go into the loop's buffer, which is free again when read_cb returns. */
void server_loop_alloc_cb(uv_handle_t *handle, size_t suggested_size, uv_buf_t *buffer);

/* Exits, saying that it cannot do `what`, where `result` is an error of libuv's. */
void server_loop_check(int result, const char *what);

#endif
