/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scope of a loop: what flow/scope.h is to threads. A child is a handle; a callback tells that
 * the scope is left, when the last of them is closed.
 *
 *     loop_scope_init(&scope, NULL, &loop, kitchen, coffee_left_cb);
 *     loop_scope_start_timer(&scope, &kettle, 4, heat_run_cb, heat_cancelled_cb);
 *     loop_scope_start_timer(&scope, &mill, 2, grind_run_cb, grind_cancelled_cb);
 *     loop_scope_leave(&scope);               // coffee_left_cb, when both have ended
 *
 * A child says itself when it has ended (loop_child_end). One that ends with an error cancels its
 * siblings, and the scopes inside; every error is kept. All memory is the caller's; every function
 * is for the loop's own thread. */
#ifndef WAITBENCH_FLOW_UV_LOOP_SCOPE_H
#define WAITBENCH_FLOW_UV_LOOP_SCOPE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <uv.h>

struct loop_scope;

/* A handle that lives inside a scope, which is the handle's `data`: find it with `poll->data` or
 * `timer->data`. The caller's memory from its start until the scope is left. */
struct loop_child {
    struct loop_scope *scope;
    int64_t number; /* 0 for the scope's first child */
    union {
        uv_handle_t handle;
        uv_timer_t timer;
        uv_poll_t poll;
    } as;
    /* Called once when the scope is cancelled while the child lives. It has to end the child. */
    void (*cancelled_cb)(struct loop_child *child);
    int error; /* what it ended with */
    STAILQ_ENTRY(loop_child) entry;
    STAILQ_ENTRY(loop_child) error_entry;
};

struct loop_scope {
    uv_loop_t *loop;
    struct loop_scope *parent;
    void *data; /* the caller's own */
    int64_t child_count;
    int64_t live_count; /* handles not closed, scopes inside not left, the owner that starts */
    bool cancelled;
    STAILQ_HEAD(, loop_child) children;
    STAILQ_HEAD(, loop_child) errors; /* in the order in which they happened */
    LIST_HEAD(, loop_scope) inner;    /* scopes inside that are not left */
    LIST_ENTRY(loop_scope) inner_entry;
    void (*left_cb)(struct loop_scope *scope);
};

/* `parent` is the scope that this one is inside of, or NULL: the parent is not left before it, and
 * when cancelled cancels it, too. A scope inside a cancelled one begins cancelled.
 *
 * `left_cb` is called once, when all that was started has ended. The memory of the scope and of its
 * children is then the caller's again, and may be freed or used anew in the callback. */
void loop_scope_init(struct loop_scope *scope, struct loop_scope *parent, uv_loop_t *loop,
                     void *data, void (*left_cb)(struct loop_scope *scope));

/* For the owner, once, when it has started what it starts; children may start more until they end.
 * Where nothing lives, `left_cb` is called from here. */
void loop_scope_leave(struct loop_scope *scope);

/* Start a child that runs after `after_ms` milliseconds, or each time `fd` has something to read.
 * The descriptor stays the caller's; no other handle of the loop may have it. Return 0,
 * UV_ECANCELED when the scope is cancelled, or libuv's error (a negative errno); the child is then
 * not started. */
int loop_scope_start_timer(struct loop_scope *scope, struct loop_child *child, uint64_t after_ms,
                           uv_timer_cb run_cb, void (*cancelled_cb)(struct loop_child *child));
int loop_scope_start_poll(struct loop_scope *scope, struct loop_child *child, int fd,
                          uv_poll_cb run_cb, void (*cancelled_cb)(struct loop_child *child));

/* Calls the `cancelled_cb` of every child that lives, in the order of their start, and of those of
 * the scopes inside. The second time does nothing. */
void loop_scope_cancel(struct loop_scope *scope);

/* Ends a child, once: with 0, or with a negative errno, which cancels its siblings. */
void loop_child_end(struct loop_child *child, int error);

/* In `left_cb`, or before: the child whose error happened first, and
 * the one after it; NULL when there is none. */
const struct loop_child *loop_scope_first_error(const struct loop_scope *scope);
const struct loop_child *loop_scope_next_error(const struct loop_child *child);

#endif
