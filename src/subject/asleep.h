/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a thread has really gone to sleep. That it said so just before is not enough: until the
 * kernel has put it away, it is on its way there, and a clock started now would time that, too. */
#ifndef WAITBENCH_SUBJECT_ASLEEP_H
#define WAITBENCH_SUBJECT_ASLEEP_H

#include <sys/types.h>

/* Waits until a thread of this process, by its kernel id (gettid(2)), sleeps in the kernel. Whoever
 * calls must know that it takes no lock on the way, or a sleep for that would count. Returns 0;
 * -ETIMEDOUT after half a minute; or the -errno that kept its state from being read. */
int asleep_await(pid_t thread);

#endif
