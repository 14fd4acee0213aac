/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cancellation token: one side asks for an end, any number of threads notice.
 *
 * A token is live, then cancelled, never live again. Cancelling asks; it stops nobody by force.
 * Work looks at token_is_cancelled() now and then (one load); what blocks uses token_poll() or
 * token_sleep_until(), which return at once when the token is cancelled. A token with a parent is
 * cancelled with it, and may be cancelled alone.
 *
 * Any thread may call any function but init and finish, which belong to the owner. */
#ifndef WAITBENCH_FLOW_TOKEN_H
#define WAITBENCH_FLOW_TOKEN_H

#include "flow/monotonic.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

/* Told of a cancellation. The caller's memory, from token_watch to token_unwatch. */
struct token_watch {
    void (*cancelled_cb)(struct token_watch *watch);
    bool linked;
    LIST_ENTRY(token_watch) entry;
};

struct token {
    atomic_bool cancelled;
    atomic_int descriptor; /* -1 until asked for */
    pthread_mutex_t mutex;
    pthread_cond_t cancelled_cond;
    LIST_HEAD(, token_watch) watches;
    struct token *parent;
    struct token_watch parent_watch;
};

/* `parent` may be NULL; if not, it must outlive the token. A child of a cancelled parent begins
 * cancelled. */
void token_init(struct token *token, struct token *parent);

/* No thread may be inside a call on the token, no watch registered, no child alive. */
void token_finish(struct token *token);

/* Asks for the end; returns when every watch has been told. The second time does nothing. */
void token_cancel(struct token *token);

/* What is written before token_cancel() is visible to whoever sees true here. */
static inline bool token_is_cancelled(const struct token *token)
{
    return atomic_load_explicit(&token->cancelled, memory_order_acquire);
}

/* Calls `cancelled_cb` once when the token is cancelled, from the cancelling thread; at once, from
 * this thread, if it is already. The token is locked meanwhile: the callback must be short and not
 * call this token's functions but token_is_cancelled. It may cancel other tokens further down, and
 * resolve futures. */
void token_watch(struct token *token, struct token_watch *watch,
                 void (*cancelled_cb)(struct token_watch *watch));

/* Afterwards the callback does not run and never will. Right after the callback ran, too. */
void token_unwatch(struct token *token, struct token_watch *watch);

/* A descriptor that polls readable once the token is cancelled, for poll sets of one's own. Made
 * when first asked for, without a lock from then on; the token owns it: neither read nor close it.
 * Returns it, or -errno. */
int token_descriptor(struct token *token);

/* Waits until `fd` has one of poll(2)'s `events`. Returns the events that came (> 0), -ECANCELED,
 * -ETIMEDOUT at `deadline_ns` (FLOW_NEVER for none), or -errno. A cancelled token comes first. */
int token_poll(struct token *token, int fd, short events, int64_t deadline_ns);

/* Sleeps. Returns 0 at the deadline, or -ECANCELED. */
int token_sleep_until(struct token *token, int64_t deadline_ns);

#endif
