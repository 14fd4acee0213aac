/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A process and all that descend from it, for want of a cgroup that would list them. */
#ifndef WAITBENCH_MEASURE_PROCESS_PROC_TREE_H
#define WAITBENCH_MEASURE_PROCESS_PROC_TREE_H

#include <stddef.h>
#include <sys/types.h>

/* Lists `pid` first, then its living descendants, from `root`/proc ("" for this machine). One whose
 * parent ended is not found: it counts as init's child. Returns how many, `pids` holding the first
 * `capacity` of them, or -errno; -ESRCH when `pid` is gone. */
int proc_tree_list(const char *root, pid_t pid, pid_t *pids, size_t capacity);

#endif
