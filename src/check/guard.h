/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Work that starts programs, in a process of its own, so that nothing of theirs is left whichever
 * of the two dies: each adopts what the other can no longer end (family.h). */
#ifndef WAITBENCH_CHECK_GUARD_H
#define WAITBENCH_CHECK_GUARD_H

/* Its result is an exit code. */
typedef int guard_work(void *data);

/* Has the child do the work and waits for it; interrupts go on to it. `interrupt_catch` must have
 * been called. Returns its exit code, or -errno where it could not be started or was killed. */
int guard_run(guard_work *work, void *data);

#endif
