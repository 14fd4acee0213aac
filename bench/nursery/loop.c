/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A child is a handle; a scope is left in the close callback of its last child. */
#include "nursery.h"

#include "base/clock.h"
#include "flow_uv/loop_scope.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

const char nursery_idle_key[] = "timer_start_close_ns";

struct series {
    struct nursery *nursery;
    uv_loop_t loop;
    struct loop_scope scope;
    struct loop_child children[NURSERY_CHILDREN_MAX];
    int64_t left;
    struct nursery_round round;
    struct error *error;
    int failure;
};

/* Notes what kept a child from starting; nothing is begun after it. */
static void series_note_start(struct series *series, int result)
{
    if (result != 0 && series->failure == 0)
        series->failure = error_set(series->error, result, "cannot start: %s", uv_strerror(result));
}

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
    struct loop_child *child = poll->data;
    struct series *series = child->scope->data;
    bool answered = status == 0 && (events & UV_READABLE) &&
                    peer_take_answer(&series->nursery->peer, (int)child->number);
    if (answered)
        atomic_fetch_add(&series->nursery->answers, 1);
    loop_child_end(child, answered ? 0 : -EPROTO);
}

static void ask_cancelled_cb(struct loop_child *child)
{
    loop_child_end(child, 0);
}

static void ask_begin(struct series *series);

static void ask_left_cb(struct loop_scope *scope)
{
    struct series *series = scope->data;
    if (series->failure == 0 && --series->left > 0)
        ask_begin(series);
}

static void ask_begin(struct series *series)
{
    struct peer *peer = &series->nursery->peer;
    int result = 0;
    loop_scope_init(&series->scope, NULL, &series->loop, series, ask_left_cb);
    for (int64_t i = 0; i < series->nursery->children && result == 0; i++) {
        peer_ask(peer, (int)i);
        result = loop_scope_start_poll(&series->scope, &series->children[i], peer->fds[i],
                                       ask_run_cb, ask_cancelled_cb);
    }
    series_note_start(series, result);
    loop_scope_leave(&series->scope);
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
    struct loop_child *child = timer->data;
    struct series *series = child->scope->data;
    atomic_fetch_add(&series->nursery->idle, 1);
    loop_child_end(child, 0);
}

static void idle_cancelled_cb(struct loop_child *child)
{
    loop_child_end(child, 0);
}

static void idle_begin(struct series *series);

static void idle_left_cb(struct loop_scope *scope)
{
    struct series *series = scope->data;
    if (series->failure == 0 && --series->left > 0)
        idle_begin(series);
}

static void idle_begin(struct series *series)
{
    int result = 0;
    loop_scope_init(&series->scope, NULL, &series->loop, series, idle_left_cb);
    for (int64_t i = 0; i < series->nursery->children && result == 0; i++)
        result = loop_scope_start_timer(&series->scope, &series->children[i], 0, idle_run_cb,
                                        idle_cancelled_cb);
    series_note_start(series, result);
    loop_scope_leave(&series->scope);
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
    struct loop_scope scope;
    struct series *series;
    int64_t depth; /* 1 has leaves */
    int64_t ended;
    struct loop_child children[];
};

static void tree_begin(struct series *series);

static void leaf_run_cb(uv_timer_t *timer)
{
    struct loop_child *child = timer->data;
    struct branch *branch = child->scope->data;
    branch->ended++;
    loop_child_end(child, 0);
}

static void branch_left_cb(struct loop_scope *scope)
{
    struct branch *branch = scope->data;
    struct series *series = branch->series;
    struct branch *parent = scope->parent ? scope->parent->data : NULL;
    if (branch->ended != nursery_leaf_count(series->nursery, branch->depth))
        atomic_fetch_add(&series->nursery->outlived, 1);
    if (parent)
        parent->ended += branch->ended;
    else
        series->nursery->leaves += branch->ended;
    free(branch);
    if (!parent && series->failure == 0 && --series->left > 0)
        tree_begin(series);
}

static int branch_begin(struct series *series, struct branch *parent, int64_t depth)
{
    size_t child_count = (size_t)series->nursery->children;
    struct branch *branch = calloc(1, sizeof *branch + child_count * sizeof branch->children[0]);
    int result = 0;
    if (!branch)
        return -ENOMEM;
    branch->series = series;
    branch->depth = depth;
    loop_scope_init(&branch->scope, parent ? &parent->scope : NULL, &series->loop, branch,
                    branch_left_cb);
    for (size_t i = 0; i < child_count && result == 0; i++)
        if (depth == 1)
            result = loop_scope_start_timer(&branch->scope, &branch->children[i], NURSERY_LEAF_MS,
                                            leaf_run_cb, idle_cancelled_cb);
        else
            result = branch_begin(series, branch, depth - 1);
    series_note_start(series, result);
    loop_scope_leave(&branch->scope);
    return result;
}

static void tree_begin(struct series *series)
{
    series_note_start(series, branch_begin(series, NULL, series->nursery->depth));
}

int nursery_trees(struct nursery *nursery, struct error *error)
{
    return series_run(nursery, nursery->trees, tree_begin, error);
}

/* Child 0 fails when it has its answer. */
static void child_fail_cb(uv_poll_t *poll, int status, int events)
{
    struct loop_child *child = poll->data;
    struct series *series = child->scope->data;
    (void)events;
    if (status == 0 && peer_take_answer(&series->nursery->peer, 0))
        nursery_note_failure(&series->round);
    series->round.alive--;
    loop_child_end(child, nursery_error_of(child->number));
}

/* The others wait for theirs until they are cancelled, then fail or just end. */
static void child_cancelled_cb(struct loop_child *child)
{
    struct series *series = child->scope->data;
    series->round.alive--;
    loop_child_end(child,
                   child->number < series->nursery->failing ? nursery_error_of(child->number) : 0);
}

/* An answer to what was never asked. */
static void child_answered_cb(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    loop_child_end(poll->data, -EPROTO);
}

static void round_begin(struct series *series);

static void round_left_cb(struct loop_scope *scope)
{
    struct series *series = scope->data;
    for (const struct loop_child *failed = loop_scope_first_error(scope); failed;
         failed = loop_scope_next_error(failed))
        nursery_note_error(&series->round, failed->error);
    if (series->failure == 0)
        series->failure = nursery_note_quiet(&series->round, series->error);
    if (series->failure == 0 && --series->left > 0)
        round_begin(series);
}

/* All are registered before the loop waits, so that they wait when child 0 has its answer. */
static void round_begin(struct series *series)
{
    struct peer *peer = &series->nursery->peer;
    int64_t count = series->nursery->children;
    int result = 0;
    series->round = (struct nursery_round){.nursery = series->nursery};
    loop_scope_init(&series->scope, NULL, &series->loop, series, round_left_cb);
    series->round.alive = (int)count;
    peer_ask(peer, 0);
    for (int64_t i = 0; i < count && result == 0; i++) {
        result =
            loop_scope_start_poll(&series->scope, &series->children[i], peer->fds[i],
                                  i == 0 ? child_fail_cb : child_answered_cb, child_cancelled_cb);
        series->round.waiting += i > 0;
    }
    series_note_start(series, result);
    if (result != 0)
        loop_scope_cancel(&series->scope);
    loop_scope_leave(&series->scope);
}

int nursery_failures(struct nursery *nursery, struct error *error)
{
    return series_run(nursery, nursery->rounds, round_begin, error);
}
