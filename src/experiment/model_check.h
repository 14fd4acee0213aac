/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WAITBENCH_EXPERIMENT_MODEL_CHECK_H
#define WAITBENCH_EXPERIMENT_MODEL_CHECK_H

#include "base/error.h"
#include "experiment/arm.h"
#include "measure/process/subject.h"

/* Holds the kernel's count of a subject's threads against the model that the subject's `stats`
 * names. Of a foreign subject only the claim of a thread per waiter can be held against it; its
 * runtime may well have threads of its own. An in-tree program says how many its runtime has, which
 * is none unless a sanitizer is built in. Returns 0, or -EPROTO with `error` set. */
int model_check_threads(const struct arm *arm, const struct subject_stats *stats, int64_t threads,
                        int64_t waiters, struct error *error);

#endif
