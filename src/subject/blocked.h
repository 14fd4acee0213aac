/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a thread is blocked in the kernel. That it said just before that it would be is not
 * enough: until the kernel has put it away, it is on its way there, and a clock started now would
 * time that, too. */
#ifndef WAITBENCH_SUBJECT_BLOCKED_H
#define WAITBENCH_SUBJECT_BLOCKED_H

#include <sys/types.h>

/* Waits until a thread of this process, by its kernel id (gettid(2)), is blocked in an
 * interruptible sleep (proc(5)). Whoever calls must know that it takes no lock on the way, or being
 * blocked for that would count. Returns 0; -ETIMEDOUT after half a minute; or the -errno that kept
 * its state from being read. */
int blocked_await(pid_t thread);

#endif
