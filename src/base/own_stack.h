/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stacks of this program itself. A small limit (ulimit -S -s 64) is a way to give the threads
 * of the measured programs small stacks, and would end this one with a segmentation fault. */
#ifndef WAITBENCH_BASE_OWN_STACK_H
#define WAITBENCH_BASE_OWN_STACK_H

#include <stdint.h>

/* Enough for every command, several times over. */
#define OWN_STACK_BYTES (INT64_C(1) << 20)

/* Raises the soft limit of this process, and what its further threads get, to OWN_STACK_BYTES where
 * it is lower, and the hard limit where that is lower and this process may. To be called before
 * anything that needs a stack. Returns 0, or -EPERM where it may not. */
int own_stack_ensure(void);

/* The soft limit that the process was started with, in bytes; -1 where it was left alone. */
int64_t own_stack_given_bytes(void);

/* In a child, right before it becomes a measured program: sets what this one was started with. */
void own_stack_give_back(void);

#endif
