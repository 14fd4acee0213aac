/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deadlines.h"

#include <stddef.h>

/* All have the same time to wait, and so come in the order of their deadlines, or nearly. */
static void insert(struct deadlines *deadlines, struct deadline *deadline)
{
    struct deadline *before = TAILQ_LAST(deadlines, deadlines);
    while (before && before->at_ns > deadline->at_ns)
        before = TAILQ_PREV(before, deadlines, entry);
    if (before)
        TAILQ_INSERT_AFTER(deadlines, before, deadline, entry);
    else
        TAILQ_INSERT_HEAD(deadlines, deadline, entry);
}

bool deadline_set(struct deadlines *deadlines, struct deadline *deadline, int64_t at_ns)
{
    if (deadline->at_ns == at_ns)
        return false;
    if (deadline->at_ns != 0)
        TAILQ_REMOVE(deadlines, deadline, entry);
    deadline->at_ns = at_ns;
    if (at_ns == 0)
        return false;
    insert(deadlines, deadline);
    return TAILQ_FIRST(deadlines) == deadline;
}

struct deadline *deadlines_take(struct deadlines *deadlines, int64_t now_ns)
{
    struct deadline *first = TAILQ_FIRST(deadlines);
    if (!first || first->at_ns > now_ns)
        return NULL;
    deadline_set(deadlines, first, 0);
    return first;
}
