/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scope: threads that begin and end inside a block of code, as local variables do.
 *
 *     struct scope scope;
 *     scope_init(&scope, NULL);
 *     scope_start(&scope, heat_water, &kettle);
 *     scope_start(&scope, grind_beans, &mill);
 *     int error = scope_leave(&scope);        // both have ended here, whatever happened
 *     scope_finish(&scope);
 *
 * A child that returns an error cancels the scope's token, and so its siblings; each of them is
 * expected to look at the token and to wait with it (flow/token.h). Every error is kept. A child
 * may have scopes of its own, with the token it was given as parent, and may start siblings. */
#ifndef WAITBENCH_FLOW_SCOPE_H
#define WAITBENCH_FLOW_SCOPE_H

#include "flow/token.h"

#include <stddef.h>
#include <sys/queue.h>

/* How a child ended that did not end well. */
struct scope_error {
    int code;       /* what it returned */
    void *argument; /* what it was started with */
    STAILQ_ENTRY(scope_error) entry;
};

struct scope_child;

struct scope {
    struct token token;
    pthread_mutex_t mutex;
    pthread_cond_t quiet_cond;
    size_t live_count;
    STAILQ_HEAD(, scope_child) ended;  /* threads to join */
    STAILQ_HEAD(, scope_error) errors; /* in the order in which they happened */
};

/* `parent` is the token whose cancellation cancels this scope, or NULL. */
void scope_init(struct scope *scope, struct token *parent);

/* Starts a thread that runs `run(token, argument)`, where the token is the scope's. It returns 0 or
 * a negative errno; -ECANCELED from a cancelled scope is a child doing as it was told, not an
 * error. Returns 0, -ECANCELED when the scope is cancelled, -ENOMEM, or the -errno of thread
 * creation; the child is then not started. For the scope's owner before scope_leave, and for its
 * children. */
int scope_start(struct scope *scope, int (*run)(struct token *token, void *argument),
                void *argument);

/* Asks every child, and theirs, to end. */
void scope_cancel(struct scope *scope);

/* Waits until every child has ended. Returns 0; or the error of the first that failed; or
 * -ECANCELED when none failed, but the scope was cancelled. */
int scope_leave(struct scope *scope);

/* After scope_leave: the error that happened first, and the one after it; NULL when there is none.
 * The scope owns them until scope_finish. */
const struct scope_error *scope_first_error(const struct scope *scope);
const struct scope_error *scope_next_error(const struct scope_error *error);

/* Leaves, if that was not done, and frees what the scope holds. */
void scope_finish(struct scope *scope);

#endif
