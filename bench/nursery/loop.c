/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A child is a timer; a scope is left in the close callback of its last child. */
#include "nursery.h"

#include "base/clock.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

/* What never comes, in milliseconds. */
#define NEVER_MS INT64_C(3600000)

struct scope;

struct child {
    struct scope *scope;
    int64_t number;
    uv_timer_t timer;
    /* Called once when the scope is cancelled while the child lives. */
    void (*cancelled_cb)(struct child *child);
};

struct scope {
    uv_loop_t *loop;
    struct scope *parent;
    void *data;
    struct child *children;
    int64_t child_count;
    int64_t live_count; /* timers not closed, and scopes inside not left */
    bool cancelled;
    int errors[NURSERY_CHILDREN_MAX];
    int error_count;
    void (*left_cb)(struct scope *scope);
};

static void scope_init(struct scope *scope, uv_loop_t *loop, struct child *children, void *data,
                       void (*left_cb)(struct scope *scope))
{
    memset(scope, 0, sizeof *scope);
    scope->loop = loop;
    scope->children = children;
    scope->data = data;
    scope->left_cb = left_cb;
}

static void scope_child_gone(struct scope *scope)
{
    if (--scope->live_count == 0)
        scope->left_cb(scope);
}

static void scope_start(struct scope *scope, uint64_t after_ms, uv_timer_cb run_cb,
                        void (*cancelled_cb)(struct child *child))
{
    struct child *child = &scope->children[scope->child_count];
    child->scope = scope;
    child->number = scope->child_count++;
    child->cancelled_cb = cancelled_cb;
    child->timer.data = child;
    scope->live_count++;
    uv_timer_init(scope->loop, &child->timer);
    uv_timer_start(&child->timer, run_cb, after_ms, 0);
}

static void child_closed_cb(uv_handle_t *timer)
{
    scope_child_gone(((struct child *)timer->data)->scope);
}

static void scope_cancel(struct scope *scope)
{
    scope->cancelled = true;
    for (int64_t i = 0; i < scope->child_count; i++)
        if (!uv_is_closing((uv_handle_t *)&scope->children[i].timer))
            scope->children[i].cancelled_cb(&scope->children[i]);
}

/* Ends a child; one that failed cancels its siblings. */
static void child_end(struct child *child, int error)
{
    struct scope *scope = child->scope;
    uv_close((uv_handle_t *)&child->timer, child_closed_cb);
    if (error != 0)
        scope->errors[scope->error_count++] = error;
    if (error != 0 && !scope->cancelled)
        scope_cancel(scope);
}

struct series {
    struct nursery *nursery;
    uv_loop_t loop;
    struct scope scope;
    struct child children[NURSERY_CHILDREN_MAX];
    int64_t left;
    struct nursery_round round;
    struct error *error;
    int failure;
};

/* Sets up a loop for a series of scopes, one after the other. */
static int series_run(struct nursery *nursery, int64_t count, void (*begin)(struct series *series),
                      struct error *error)
{
    struct series *series = calloc(1, sizeof *series);
    int result = series ? uv_loop_init(&series->loop) : -ENOMEM;
    if (result == 0) {
        series->nursery = nursery;
        series->left = count;
        series->error = error;
        if (count > 0)
            begin(series);
        uv_run(&series->loop, UV_RUN_DEFAULT);
        result = uv_loop_close(&series->loop);
    }
    if (result != 0)
        error_set(error, result, "nursery: %s", uv_strerror(result));
    else
        result = series->failure;
    free(series);
    return result;
}

static void idle_run_cb(uv_timer_t *timer)
{
    struct child *child = timer->data;
    struct series *series = child->scope->data;
    atomic_fetch_add(&series->nursery->idle, 1);
    child_end(child, 0);
}

static void idle_cancelled_cb(struct child *child)
{
    child_end(child, 0);
}

static void idle_begin(struct series *series);

static void idle_left_cb(struct scope *scope)
{
    struct series *series = scope->data;
    if (--series->left > 0)
        idle_begin(series);
}

static void idle_begin(struct series *series)
{
    scope_init(&series->scope, &series->loop, series->children, series, idle_left_cb);
    for (int64_t i = 0; i < series->nursery->children; i++)
        scope_start(&series->scope, 0, idle_run_cb, idle_cancelled_cb);
}

int nursery_scopes(struct nursery *nursery, struct error *error)
{
    int64_t begin_ns = clock_now_ns();
    int result = series_run(nursery, nursery->scopes, idle_begin, error);
    nursery->scopes_ns = clock_now_ns() - begin_ns;
    return result;
}

/* A scope in a tree. It frees itself when it is left. */
struct branch {
    struct scope scope;
    struct series *series;
    int64_t depth; /* 1 has leaves */
    int64_t ended;
    struct child children[];
};

static void tree_begin(struct series *series);

static void leaf_run_cb(uv_timer_t *timer)
{
    struct child *child = timer->data;
    struct branch *branch = child->scope->data;
    branch->ended++;
    child_end(child, 0);
}

static void branch_left_cb(struct scope *scope)
{
    struct branch *branch = scope->data;
    struct series *series = branch->series;
    struct branch *parent = scope->parent ? scope->parent->data : NULL;
    if (branch->ended != nursery_leaf_count(series->nursery, branch->depth))
        atomic_fetch_add(&series->nursery->outlived, 1);
    if (parent) {
        parent->ended += branch->ended;
        scope_child_gone(&parent->scope);
    } else {
        series->nursery->leaves += branch->ended;
        if (--series->left > 0)
            tree_begin(series);
    }
    free(branch);
}

static void branch_begin(struct series *series, struct branch *parent, int64_t depth)
{
    size_t child_count = (size_t)series->nursery->children;
    struct branch *branch = calloc(1, sizeof *branch + child_count * sizeof branch->children[0]);
    if (!branch)
        abort();
    branch->series = series;
    branch->depth = depth;
    scope_init(&branch->scope, &series->loop, branch->children, branch, branch_left_cb);
    branch->scope.parent = parent ? &parent->scope : NULL;
    for (size_t i = 0; i < child_count; i++)
        if (depth == 1) {
            scope_start(&branch->scope, NURSERY_LEAF_MS, leaf_run_cb, idle_cancelled_cb);
        } else {
            branch->scope.live_count++;
            branch_begin(series, branch, depth - 1);
        }
}

static void tree_begin(struct series *series)
{
    branch_begin(series, NULL, series->nursery->depth);
}

int nursery_trees(struct nursery *nursery, struct error *error)
{
    return series_run(nursery, nursery->trees, tree_begin, error);
}

/* Child 0 fails by itself. */
static void child_fail_cb(uv_timer_t *timer)
{
    struct child *child = timer->data;
    struct series *series = child->scope->data;
    series->round.failed_ns = clock_now_ns();
    series->round.alive--;
    child_end(child, nursery_error_of(child->number));
}

/* The others wait until they are cancelled, then fail or just end. */
static void child_cancelled_cb(struct child *child)
{
    struct series *series = child->scope->data;
    series->round.alive--;
    child_end(child,
              child->number < series->nursery->failing ? nursery_error_of(child->number) : 0);
}

static void round_begin(struct series *series);

static void round_left_cb(struct scope *scope)
{
    struct series *series = scope->data;
    for (int i = 0; i < scope->error_count; i++)
        nursery_note_error(&series->round, scope->errors[i]);
    series->failure = nursery_note_quiet(&series->round, series->error);
    if (--series->left > 0 && series->failure == 0)
        round_begin(series);
}

static void child_late_cb(uv_timer_t *timer)
{
    child_end(timer->data, -ETIMEDOUT);
}

static void round_begin(struct series *series)
{
    struct nursery *nursery = series->nursery;
    series->round = (struct nursery_round){.nursery = nursery};
    scope_init(&series->scope, &series->loop, series->children, series, round_left_cb);
    for (int64_t i = 0; i < nursery->children; i++) {
        series->round.alive++;
        scope_start(&series->scope, i == 0 ? 0 : NEVER_MS, i == 0 ? child_fail_cb : child_late_cb,
                    child_cancelled_cb);
    }
}

int nursery_failures(struct nursery *nursery, struct error *error)
{
    return series_run(nursery, nursery->rounds, round_begin, error);
}
