/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that a program has started, its children's children and those in a session of their own, too:
 * where a parent ends, the kernel gives its children to the nearest ancestor that asks for them. */
#ifndef WAITBENCH_CHECK_FAMILY_H
#define WAITBENCH_CHECK_FAMILY_H

#include <stddef.h>
#include <sys/types.h>

/* This process is that ancestor from now on. Returns 0 or -errno. */
int family_adopt(void);

/* The living processes below this one. Returns how many, `pids` holding the first `capacity` of
 * them; 0 where it cannot be told. */
size_t family_list(pid_t *pids, size_t capacity);

/* Kills all below this process and reaps them. Whoever waits for one of them by its pid has to have
 * done so before. */
void family_end(void);

#endif
