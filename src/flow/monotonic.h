/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Condition variables whose deadlines are CLOCK_MONOTONIC nanoseconds, as everywhere in flow/. */
#ifndef WAITBENCH_FLOW_MONOTONIC_H
#define WAITBENCH_FLOW_MONOTONIC_H

#include <pthread.h>
#include <stdint.h>

/* A deadline that never comes. */
#define FLOW_NEVER INT64_MAX

/* Undo it with pthread_cond_destroy. */
void monotonic_cond_init(pthread_cond_t *cond);

/* Waits with `mutex` held, as pthread_cond_wait does, spurious wake-ups included.
 * Returns 0, or -ETIMEDOUT once `deadline_ns` has passed. */
int monotonic_cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t deadline_ns);

#endif
