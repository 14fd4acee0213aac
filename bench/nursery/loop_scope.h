/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scope of a loop: what flow/scope.h is to threads. A child is a handle; the scope is left, by a
 * callback, when the last of them is closed. A child that fails cancels its siblings. */
#ifndef WAITBENCH_BENCH_NURSERY_LOOP_SCOPE_H
#define WAITBENCH_BENCH_NURSERY_LOOP_SCOPE_H

#include "nursery.h"

#include <stdbool.h>
#include <uv.h>

struct scope;

struct child {
    struct scope *scope;
    int64_t number;
    union {
        uv_handle_t handle;
        uv_timer_t timer;
        uv_poll_t poll;
    } as;
    /* Called once when the scope is cancelled while the child lives. */
    void (*cancelled_cb)(struct child *child);
};

struct scope {
    uv_loop_t *loop;
    struct scope *parent;
    void *data;
    struct child *children;
    int64_t child_count;
    int64_t live_count; /* handles not closed, and scopes inside not left */
    bool cancelled;
    int errors[NURSERY_CHILDREN_MAX]; /* in the order in which they happened */
    int error_count;
    void (*left_cb)(struct scope *scope);
};

/* `children` has room for all that will be started, and is the caller's until the scope is left. */
void scope_init(struct scope *scope, uv_loop_t *loop, struct child *children, void *data,
                void (*left_cb)(struct scope *scope));

/* Starts a child that runs after a while, or when its socket has something to read. */
void scope_start_timer(struct scope *scope, uint64_t after_ms, uv_timer_cb run_cb,
                       void (*cancelled_cb)(struct child *child));
void scope_start_poll(struct scope *scope, int fd, uv_poll_cb run_cb,
                      void (*cancelled_cb)(struct child *child));

/* Ends a child: with 0, or with a negative errno, which cancels its siblings. */
void child_end(struct child *child, int error);

/* A scope inside, which the owner has counted in `live_count`, has been left. */
void scope_child_gone(struct scope *scope);

#endif
