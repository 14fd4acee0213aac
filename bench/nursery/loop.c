/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A child is a handle; a scope is left in the close callback of its last child. */
#include "nursery.h"

#include "base/clock.h"
#include "loop_scope.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

const char nursery_idle_key[] = "timer_start_close_ns";

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

static void ask_run_cb(uv_poll_t *poll, int status, int events)
{
    struct child *child = poll->data;
    struct series *series = child->scope->data;
    bool answered = status == 0 && (events & UV_READABLE) &&
                    peer_take_answer(&series->nursery->peer, (int)child->number);
    if (answered)
        atomic_fetch_add(&series->nursery->answers, 1);
    child_end(child, answered ? 0 : -EPROTO);
}

static void ask_cancelled_cb(struct child *child)
{
    child_end(child, 0);
}

static void ask_begin(struct series *series);

static void ask_left_cb(struct scope *scope)
{
    struct series *series = scope->data;
    if (--series->left > 0)
        ask_begin(series);
}

static void ask_begin(struct series *series)
{
    struct peer *peer = &series->nursery->peer;
    scope_init(&series->scope, &series->loop, series->children, series, ask_left_cb);
    for (int64_t i = 0; i < series->nursery->children; i++) {
        peer_ask(peer, (int)i);
        scope_start_poll(&series->scope, peer->fds[i], ask_run_cb, ask_cancelled_cb);
    }
}

int nursery_asking_scopes(struct nursery *nursery, struct error *error)
{
    int64_t begin_ns = clock_now_ns();
    int result = series_run(nursery, nursery->scopes, ask_begin, error);
    nursery->asking_ns = clock_now_ns() - begin_ns;
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
        scope_start_timer(&series->scope, 0, idle_run_cb, idle_cancelled_cb);
}

int nursery_idle_scopes(struct nursery *nursery, struct error *error)
{
    int64_t begin_ns = clock_now_ns();
    int result = series_run(nursery, nursery->scopes, idle_begin, error);
    nursery->idle_ns = clock_now_ns() - begin_ns;
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
            scope_start_timer(&branch->scope, NURSERY_LEAF_MS, leaf_run_cb, idle_cancelled_cb);
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

/* Child 0 fails when it has its answer. */
static void child_fail_cb(uv_poll_t *poll, int status, int events)
{
    struct child *child = poll->data;
    struct series *series = child->scope->data;
    (void)events;
    if (status == 0 && peer_take_answer(&series->nursery->peer, 0))
        nursery_note_failure(&series->round);
    series->round.alive--;
    child_end(child, nursery_error_of(child->number));
}

/* The others wait for theirs until they are cancelled, then fail or just end. */
static void child_cancelled_cb(struct child *child)
{
    struct series *series = child->scope->data;
    series->round.alive--;
    child_end(child,
              child->number < series->nursery->failing ? nursery_error_of(child->number) : 0);
}

/* An answer to what was never asked. */
static void child_answered_cb(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    child_end(poll->data, -EPROTO);
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

/* All are registered before the loop waits, so that they wait when child 0 has its answer. */
static void round_begin(struct series *series)
{
    struct peer *peer = &series->nursery->peer;
    int64_t count = series->nursery->children;
    series->round = (struct nursery_round){.nursery = series->nursery};
    scope_init(&series->scope, &series->loop, series->children, series, round_left_cb);
    series->round.alive = (int)count;
    peer_ask(peer, 0);
    for (int64_t i = 0; i < count; i++) {
        scope_start_poll(&series->scope, peer->fds[i], i == 0 ? child_fail_cb : child_answered_cb,
                         child_cancelled_cb);
        series->round.waiting += i > 0;
    }
}

int nursery_failures(struct nursery *nursery, struct error *error)
{
    return series_run(nursery, nursery->rounds, round_begin, error);
}
