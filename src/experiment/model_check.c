/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiment/model_check.h"

#include "run/model.h"

#include <errno.h>
#include <inttypes.h>

/* What an in-tree program has: the control thread, and an acceptor with a thread per waiter, or the
 * loops. */
static int64_t expected_threads(const struct arm *arm, const char *model, int64_t waiters)
{
    if (model_is(model, MODEL_THREADS))
        return 2 + waiters;
    if (model_is(model, MODEL_LOOPS))
        return 1 + arm->parameters.loops;
    return 2;
}

int model_check_threads(const struct arm *arm, const struct subject_stats *stats, int64_t threads,
                        int64_t waiters, struct error *error)
{
    const char *model = stats->model;
    int64_t expected =
        arm->foreign ? waiters : expected_threads(arm, model, waiters) + stats->runtime_threads;
    bool right =
        arm->foreign ? !model_is(model, MODEL_THREADS) || threads >= expected : threads == expected;
    if (right)
        return 0;
    return error_set(error, -EPROTO,
                     "the kernel counts %" PRId64 " threads where model %s with %" PRId64
                     " waiters has %" PRId64,
                     threads, model, waiters, expected);
}
