/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flow_uv/loop_scope.h"

void loop_scope_init(struct loop_scope *scope, struct loop_scope *parent, uv_loop_t *loop,
                     void *data, void (*left_cb)(struct loop_scope *scope))
{
    *scope = (struct loop_scope){.loop = loop, .parent = parent, .data = data, .left_cb = left_cb};
    STAILQ_INIT(&scope->children);
    STAILQ_INIT(&scope->errors);
    LIST_INIT(&scope->inner);
    scope->live_count = 1; /* its owner, until loop_scope_leave */
    if (!parent)
        return;
    scope->cancelled = parent->cancelled;
    LIST_INSERT_HEAD(&parent->inner, scope, inner_entry);
    parent->live_count++;
}

/* `left_cb` may free the scope. */
static void scope_member_gone(struct loop_scope *scope)
{
    struct loop_scope *parent = scope->parent;
    if (--scope->live_count > 0)
        return;
    if (parent)
        LIST_REMOVE(scope, inner_entry);
    scope->left_cb(scope);
    if (parent)
        scope_member_gone(parent);
}

void loop_scope_leave(struct loop_scope *scope)
{
    scope_member_gone(scope);
}

static void scope_add(struct loop_scope *scope, struct loop_child *child,
                      void (*cancelled_cb)(struct loop_child *child))
{
    child->scope = scope;
    child->number = scope->child_count++;
    child->cancelled_cb = cancelled_cb;
    child->error = 0;
    child->as.handle.data = child;
    STAILQ_INSERT_TAIL(&scope->children, child, entry);
    scope->live_count++;
}

/* A handle that was just made has no reason not to start. */
int loop_scope_start_timer(struct loop_scope *scope, struct loop_child *child, uint64_t after_ms,
                           uv_timer_cb run_cb, void (*cancelled_cb)(struct loop_child *child))
{
    if (scope->cancelled)
        return UV_ECANCELED;
    uv_timer_init(scope->loop, &child->as.timer);
    scope_add(scope, child, cancelled_cb);
    return uv_timer_start(&child->as.timer, run_cb, after_ms, 0);
}

int loop_scope_start_poll(struct loop_scope *scope, struct loop_child *child, int fd,
                          uv_poll_cb run_cb, void (*cancelled_cb)(struct loop_child *child))
{
    if (scope->cancelled)
        return UV_ECANCELED;
    int result = uv_poll_init(scope->loop, &child->as.poll, fd);
    if (result != 0)
        return result;
    scope_add(scope, child, cancelled_cb);
    return uv_poll_start(&child->as.poll, UV_READABLE, run_cb);
}

/* No scope is left meanwhile: handles are closed when the loop comes round. */
void loop_scope_cancel(struct loop_scope *scope)
{
    if (scope->cancelled)
        return;
    scope->cancelled = true;
    for (struct loop_child *child = STAILQ_FIRST(&scope->children); child;
         child = STAILQ_NEXT(child, entry))
        if (!uv_is_closing(&child->as.handle))
            child->cancelled_cb(child);
    for (struct loop_scope *inner = LIST_FIRST(&scope->inner); inner;
         inner = LIST_NEXT(inner, inner_entry))
        loop_scope_cancel(inner);
}

static void child_closed_cb(uv_handle_t *handle)
{
    struct loop_child *child = handle->data;
    scope_member_gone(child->scope);
}

void loop_child_end(struct loop_child *child, int error)
{
    struct loop_scope *scope = child->scope;
    uv_close(&child->as.handle, child_closed_cb);
    child->error = error;
    if (error == 0)
        return;
    STAILQ_INSERT_TAIL(&scope->errors, child, error_entry);
    loop_scope_cancel(scope);
}

const struct loop_child *loop_scope_first_error(const struct loop_scope *scope)
{
    return STAILQ_FIRST(&scope->errors);
}

const struct loop_child *loop_scope_next_error(const struct loop_child *child)
{
    return STAILQ_NEXT(child, error_entry);
}
