/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flow/completed.h"

#include <errno.h>
#include <stdlib.h>

struct member {
    struct future_watch watch; /* first, so that the callback finds the member */
    struct completed *completed;
    struct future *future;
    STAILQ_ENTRY(member) entry;
};

struct completed {
    pthread_mutex_t mutex;
    pthread_cond_t arrived_cond;
    STAILQ_HEAD(, member) arrived;
    size_t taken_count;
    size_t count;
    struct member members[];
};

/* Runs with the member's future locked; the set's lock always comes second. */
static void resolved_cb(struct future_watch *watch, int error, void *value)
{
    (void)error;
    (void)value;
    struct member *member = (struct member *)watch;
    struct completed *completed = member->completed;
    pthread_mutex_lock(&completed->mutex);
    STAILQ_INSERT_TAIL(&completed->arrived, member, entry);
    pthread_cond_signal(&completed->arrived_cond);
    pthread_mutex_unlock(&completed->mutex);
}

int completed_create(struct completed **completed, struct future *const *futures, size_t count)
{
    struct completed *made = calloc(1, sizeof *made + count * sizeof made->members[0]);
    if (!made)
        return -ENOMEM;
    pthread_mutex_init(&made->mutex, NULL);
    monotonic_cond_init(&made->arrived_cond);
    STAILQ_INIT(&made->arrived);
    made->count = count;
    for (size_t i = 0; i < count; i++) {
        struct member *member = &made->members[i];
        member->completed = made;
        member->future = futures[i];
        future_watch(futures[i], &member->watch, resolved_cb);
    }
    *completed = made;
    return 0;
}

int completed_next(struct completed *completed, int64_t deadline_ns, size_t *index)
{
    if (completed->taken_count == completed->count)
        return -ENOENT;
    int result = 0;
    pthread_mutex_lock(&completed->mutex);
    while (STAILQ_EMPTY(&completed->arrived) && result == 0)
        result =
            monotonic_cond_wait_until(&completed->arrived_cond, &completed->mutex, deadline_ns);
    struct member *member = STAILQ_FIRST(&completed->arrived);
    if (member) {
        STAILQ_REMOVE_HEAD(&completed->arrived, entry);
        completed->taken_count++;
        *index = (size_t)(member - completed->members);
        result = 0;
    }
    pthread_mutex_unlock(&completed->mutex);
    return result;
}

void completed_destroy(struct completed *completed)
{
    if (!completed)
        return;
    for (size_t i = 0; i < completed->count; i++)
        future_unwatch(completed->members[i].future, &completed->members[i].watch);
    pthread_cond_destroy(&completed->arrived_cond);
    pthread_mutex_destroy(&completed->mutex);
    free(completed);
}
