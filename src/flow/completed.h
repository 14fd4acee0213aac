/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes a set of futures in the order in which they resolve, whichever comes first. */
#ifndef WAITBENCH_FLOW_COMPLETED_H
#define WAITBENCH_FLOW_COMPLETED_H

#include "flow/future.h"

#include <stddef.h>

struct completed;

/* Watches `count` futures, which must outlive it; the array itself is only read here. A future may
 * be in several sets. Returns 0 or -ENOMEM. */
int completed_create(struct completed **completed, struct future *const *futures, size_t count);

/* Waits for the next future to resolve and returns 0 with `index` set to its place in the array:
 * each comes once. Returns -ETIMEDOUT at `deadline_ns` (FLOW_NEVER for none), or -ENOENT when all
 * have come. One thread at a time. */
int completed_next(struct completed *completed, int64_t deadline_ns, size_t *index);

/* Lets go of the futures, resolved or not. NULL is accepted. */
void completed_destroy(struct completed *completed);

#endif
