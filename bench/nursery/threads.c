/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A child is a thread; to leave a scope is to wait for its threads. */
#include "nursery.h"

#include "base/clock.h"
#include "flow/scope.h"
#include "subject/blocked.h"

#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include <string.h>
#include <unistd.h>

const char nursery_idle_key[] = "thread_start_join_ns";

struct child {
    struct nursery *nursery;
    struct nursery_round *round;
    int64_t number;
    pid_t thread;
    sem_t waits; /* posted just before it waits for its socket */
};

/* Waits for the child's answer. */
static int wait_for_answer(struct token *token, struct child *child)
{
    struct peer *peer = &child->nursery->peer;
    int ready = token_poll(token, peer->fds[child->number], POLLIN, FLOW_NEVER);
    if (ready > 0)
        return peer_take_answer(peer, (int)child->number) ? 0 : -EPROTO;
    return ready;
}

static int ask_run(struct token *token, void *argument)
{
    struct child *child = argument;
    peer_ask(&child->nursery->peer, (int)child->number);
    int result = wait_for_answer(token, child);
    if (result == 0)
        atomic_fetch_add(&child->nursery->answers, 1);
    return result;
}

int nursery_asking_scopes(struct nursery *nursery, struct error *error)
{
    struct child children[NURSERY_CHILDREN_MAX];
    int result = 0;
    int64_t begin_ns = clock_now_ns();
    for (int64_t i = 0; i < nursery->scopes && result == 0; i++) {
        struct scope scope;
        scope_init(&scope, NULL);
        for (int64_t child = 0; child < nursery->children && result == 0; child++) {
            children[child].nursery = nursery;
            children[child].number = child;
            result = scope_start(&scope, ask_run, &children[child]);
        }
        int left = scope_leave(&scope);
        scope_finish(&scope);
        result = result != 0 ? result : left;
    }
    nursery->asking_ns = clock_now_ns() - begin_ns;
    return result == 0 ? 0 : error_set(error, result, "cannot ask: %s", strerror(-result));
}

static int idle_run(struct token *token, void *argument)
{
    (void)token;
    struct nursery *nursery = argument;
    atomic_fetch_add(&nursery->idle, 1);
    return 0;
}

int nursery_idle_scopes(struct nursery *nursery, struct error *error)
{
    int result = 0;
    int64_t begin_ns = clock_now_ns();
    for (int64_t i = 0; i < nursery->scopes && result == 0; i++) {
        struct scope scope;
        scope_init(&scope, NULL);
        for (int64_t child = 0; child < nursery->children && result == 0; child++)
            result = scope_start(&scope, idle_run, nursery);
        scope_leave(&scope);
        scope_finish(&scope);
    }
    nursery->idle_ns = clock_now_ns() - begin_ns;
    return result == 0 ? 0 : error_set(error, result, "cannot start: %s", strerror(-result));
}

/* A scope in a tree. */
struct branch {
    struct nursery *nursery;
    struct branch *parent;
    int64_t depth; /* 0 is a leaf */
    atomic_int_fast64_t ended;
};

static int leaf_run(struct token *token, void *argument)
{
    struct branch *parent = argument;
    int64_t deadline_ns = clock_now_ns() + NURSERY_LEAF_MS * NS_PER_MS;
    int result = token_sleep_until(token, deadline_ns);
    atomic_fetch_add(&parent->ended, 1);
    return result;
}

static int branch_child_run(struct token *token, void *argument);

static int branch_run(struct token *token, struct branch *branch)
{
    struct nursery *nursery = branch->nursery;
    struct scope scope;
    int result = 0;
    scope_init(&scope, token);
    for (int64_t i = 0; i < nursery->children && result == 0; i++)
        result = scope_start(&scope, branch->depth == 1 ? leaf_run : branch_child_run, branch);
    int left = scope_leave(&scope);
    scope_finish(&scope);
    if (branch->ended != nursery_leaf_count(nursery, branch->depth))
        atomic_fetch_add(&nursery->outlived, 1);
    return result != 0 ? result : left;
}

static int branch_child_run(struct token *token, void *argument)
{
    struct branch *parent = argument;
    struct branch branch = {.nursery = parent->nursery, .depth = parent->depth - 1};
    int result = branch_run(token, &branch);
    atomic_fetch_add(&parent->ended, branch.ended);
    return result;
}

int nursery_trees(struct nursery *nursery, struct error *error)
{
    for (int64_t i = 0; i < nursery->trees; i++) {
        struct branch root = {.nursery = nursery, .depth = nursery->depth};
        int result = branch_run(NULL, &root);
        if (result != 0)
            return error_set(error, result, "cannot grow a tree: %s", strerror(-result));
        nursery->leaves += root.ended;
    }
    return 0;
}

/* Waits for an answer to what was never asked. The token's descriptor is made before: that takes a
 * lock, and blocked for a lock is not blocked for the socket. */
static int child_wait(struct token *token, struct child *child)
{
    token_descriptor(token);
    child->thread = gettid();
    atomic_fetch_add(&child->round->waiting, 1);
    sem_post(&child->waits);
    return wait_for_answer(token, child);
}

/* Child 0 fails when it has its answer; the others wait for theirs until they are cancelled, then
 * fail or just end. */
static int child_run(struct token *token, void *argument)
{
    struct child *child = argument;
    struct nursery_round *round = child->round;
    int result = nursery_error_of(child->number);
    atomic_fetch_add(&round->alive, 1);
    if (child->number == 0) {
        peer_ask(&child->nursery->peer, 0);
        if (wait_for_answer(token, child) == 0)
            nursery_note_failure(round);
    } else if (child_wait(token, child) == -ECANCELED && child->number >= round->nursery->failing) {
        result = -ECANCELED;
    }
    atomic_fetch_sub(&round->alive, 1);
    return result;
}

/* Child 0 comes last, when the others are blocked. */
static int children_start(struct scope *scope, struct nursery_round *round, struct child *children)
{
    int64_t count = round->nursery->children;
    int result = 0;
    for (int64_t i = 1; i < count && result == 0; i++) {
        children[i] = (struct child){.nursery = round->nursery, .round = round, .number = i};
        sem_init(&children[i].waits, 0, 0);
        result = scope_start(scope, child_run, &children[i]);
    }
    for (int64_t i = 1; i < count && result == 0; i++) {
        while (sem_wait(&children[i].waits) != 0)
            continue;
        result = blocked_await(children[i].thread);
    }
    children[0] = (struct child){.nursery = round->nursery, .round = round};
    return result == 0 ? scope_start(scope, child_run, &children[0]) : result;
}

static int round_run(struct nursery_round *round, struct error *error)
{
    struct child children[NURSERY_CHILDREN_MAX];
    struct scope scope;
    scope_init(&scope, NULL);
    int result = children_start(&scope, round, children);
    if (result != 0) {
        scope_cancel(&scope);
        scope_finish(&scope);
        return error_set(error, result, "cannot start: %s", strerror(-result));
    }
    scope_leave(&scope);
    for (const struct scope_error *failed = scope_first_error(&scope); failed;
         failed = scope_next_error(failed))
        nursery_note_error(round, failed->code);
    result = nursery_note_quiet(round, error);
    scope_finish(&scope);
    return result;
}

int nursery_failures(struct nursery *nursery, struct error *error)
{
    int result = 0;
    for (int64_t i = 0; i < nursery->rounds && result == 0; i++) {
        struct nursery_round round = {.nursery = nursery};
        result = round_run(&round, error);
    }
    return result;
}
