/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "loop_scope.h"

#include <stdlib.h>
#include <string.h>

void scope_init(struct scope *scope, uv_loop_t *loop, struct child *children, void *data,
                void (*left_cb)(struct scope *scope))
{
    memset(scope, 0, sizeof *scope);
    scope->loop = loop;
    scope->children = children;
    scope->data = data;
    scope->left_cb = left_cb;
}

void scope_child_gone(struct scope *scope)
{
    if (--scope->live_count == 0)
        scope->left_cb(scope);
}

static struct child *scope_add(struct scope *scope, void (*cancelled_cb)(struct child *child))
{
    struct child *child = &scope->children[scope->child_count];
    child->scope = scope;
    child->number = scope->child_count++;
    child->cancelled_cb = cancelled_cb;
    scope->live_count++;
    return child;
}

void scope_start_timer(struct scope *scope, uint64_t after_ms, uv_timer_cb run_cb,
                       void (*cancelled_cb)(struct child *child))
{
    struct child *child = scope_add(scope, cancelled_cb);
    uv_timer_init(scope->loop, &child->as.timer);
    child->as.handle.data = child;
    uv_timer_start(&child->as.timer, run_cb, after_ms, 0);
}

void scope_start_poll(struct scope *scope, int fd, uv_poll_cb run_cb,
                      void (*cancelled_cb)(struct child *child))
{
    struct child *child = scope_add(scope, cancelled_cb);
    if (uv_poll_init(scope->loop, &child->as.poll, fd) != 0)
        abort();
    child->as.handle.data = child;
    uv_poll_start(&child->as.poll, UV_READABLE, run_cb);
}

static void child_closed_cb(uv_handle_t *handle)
{
    scope_child_gone(((struct child *)handle->data)->scope);
}

static void scope_cancel(struct scope *scope)
{
    scope->cancelled = true;
    for (int64_t i = 0; i < scope->child_count; i++)
        if (!uv_is_closing(&scope->children[i].as.handle))
            scope->children[i].cancelled_cb(&scope->children[i]);
}

void child_end(struct child *child, int error)
{
    struct scope *scope = child->scope;
    uv_close(&child->as.handle, child_closed_cb);
    if (error != 0)
        scope->errors[scope->error_count++] = error;
    if (error != 0 && !scope->cancelled)
        scope_cancel(scope);
}
