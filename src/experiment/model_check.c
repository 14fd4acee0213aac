/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/model_check.h"

#include "run/model.h"
#include "run/scenario.h"

#include <errno.h>
#include <inttypes.h>

/* What an in-tree program has: the control thread, and an acceptor (where somebody connects) with a
 * thread per waiter, or the loops, or one that accepts and watches what waits for a thread of the
 * pool; and the threads of a pool, libuv's too, which are there from the beginning. */
static int64_t expected_threads(const struct arm *arm, const char *model, int64_t waiters)
{
    int64_t shards = arm_shards(arm);
    int64_t pool = arm_pool_threads(arm);
    if (model_is(model, MODEL_THREADS))
        return shards * (1 + (scenario_find(arm->scenario)->protocol != NULL) + pool) + waiters;
    if (model_is(model, MODEL_LOOPS))
        return shards * (1 + arm->parameters.loops + pool);
    return shards * (2 + pool);
}

int model_check_threads(const struct arm *arm, const struct subject_stats *stats, int64_t threads,
                        int64_t waiters, struct error *error)
{
    const char *model = stats->model;
    int64_t runtime = stats->runtime_threads > 0 ? stats->runtime_threads : 0;
    int64_t expected = arm->foreign ? waiters : expected_threads(arm, model, waiters) + runtime;
    bool right =
        arm->foreign ? !model_is(model, MODEL_THREADS) || threads >= expected : threads == expected;
    if (right)
        return 0;
    return error_set(error, -EPROTO,
                     "the kernel counts %" PRId64 " threads where model %s with %" PRId64
                     " waiters has %" PRId64,
                     threads, model, waiters, expected);
}
