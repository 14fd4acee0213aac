/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flow/scope.h"

#include <errno.h>
#include <stdlib.h>

struct scope_child {
    struct scope_error error; /* first, so that a failed child is found by its error */
    struct scope *scope;
    int (*run)(struct token *token, void *argument);
    pthread_t thread;
    STAILQ_ENTRY(scope_child) ended_entry;
};

void scope_init(struct scope *scope, struct token *parent)
{
    token_init(&scope->token, parent);
    pthread_mutex_init(&scope->mutex, NULL);
    pthread_cond_init(&scope->quiet_cond, NULL);
    scope->live_count = 0;
    STAILQ_INIT(&scope->ended);
    STAILQ_INIT(&scope->errors);
}

static void note_failure(struct scope *scope, struct scope_child *child)
{
    pthread_mutex_lock(&scope->mutex);
    STAILQ_INSERT_TAIL(&scope->errors, &child->error, entry);
    pthread_mutex_unlock(&scope->mutex);
}

static void note_end(struct scope *scope, struct scope_child *child)
{
    pthread_mutex_lock(&scope->mutex);
    STAILQ_INSERT_TAIL(&scope->ended, child, ended_entry);
    if (--scope->live_count == 0)
        pthread_cond_signal(&scope->quiet_cond);
    pthread_mutex_unlock(&scope->mutex);
}

static void *child_main(void *argument)
{
    struct scope_child *child = argument;
    struct scope *scope = child->scope;
    int code = child->run(&scope->token, child->error.argument);
    child->error.code = code == -ECANCELED && token_is_cancelled(&scope->token) ? 0 : code;
    if (child->error.code != 0) {
        note_failure(scope, child);
        token_cancel(&scope->token);
    }
    note_end(scope, child);
    return NULL;
}

/* Joins children that have ended, so that a scope that lives long does not hoard threads. A failed
 * child's memory holds its error until the scope is finished. */
static void reap(struct scope *scope)
{
    STAILQ_HEAD(, scope_child) ended = STAILQ_HEAD_INITIALIZER(ended);
    pthread_mutex_lock(&scope->mutex);
    STAILQ_CONCAT(&ended, &scope->ended);
    pthread_mutex_unlock(&scope->mutex);
    struct scope_child *child;
    while ((child = STAILQ_FIRST(&ended)) != NULL) {
        STAILQ_REMOVE_HEAD(&ended, ended_entry);
        pthread_join(child->thread, NULL);
        if (child->error.code == 0)
            free(child);
    }
}

/* The lock is held until the thread's id is stored: a child that is through at once must not be
 * joined by a sibling before that. */
static int start_thread(struct scope *scope, struct scope_child *child)
{
    pthread_mutex_lock(&scope->mutex);
    int error = pthread_create(&child->thread, NULL, child_main, child);
    if (error == 0)
        scope->live_count++;
    pthread_mutex_unlock(&scope->mutex);
    return -error;
}

int scope_start(struct scope *scope, int (*run)(struct token *token, void *argument),
                void *argument)
{
    reap(scope);
    if (token_is_cancelled(&scope->token))
        return -ECANCELED;
    struct scope_child *child = calloc(1, sizeof *child);
    if (!child)
        return -ENOMEM;
    child->scope = scope;
    child->run = run;
    child->error.argument = argument;
    int error = start_thread(scope, child);
    if (error != 0)
        free(child);
    return error;
}

void scope_cancel(struct scope *scope)
{
    token_cancel(&scope->token);
}

int scope_leave(struct scope *scope)
{
    pthread_mutex_lock(&scope->mutex);
    while (scope->live_count > 0)
        pthread_cond_wait(&scope->quiet_cond, &scope->mutex);
    pthread_mutex_unlock(&scope->mutex);
    reap(scope);
    const struct scope_error *first = scope_first_error(scope);
    if (first)
        return first->code;
    return token_is_cancelled(&scope->token) ? -ECANCELED : 0;
}

const struct scope_error *scope_first_error(const struct scope *scope)
{
    return STAILQ_FIRST(&scope->errors);
}

const struct scope_error *scope_next_error(const struct scope_error *error)
{
    return STAILQ_NEXT(error, entry);
}

void scope_finish(struct scope *scope)
{
    scope_leave(scope);
    struct scope_error *error;
    while ((error = STAILQ_FIRST(&scope->errors)) != NULL) {
        STAILQ_REMOVE_HEAD(&scope->errors, entry);
        free((struct scope_child *)error);
    }
    pthread_cond_destroy(&scope->quiet_cond);
    pthread_mutex_destroy(&scope->mutex);
    token_finish(&scope->token);
}
