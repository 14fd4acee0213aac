/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CPUs as the kernel and a run's files write them: "0-1,3". */
#ifndef WAITBENCH_BASE_CPU_LIST_H
#define WAITBENCH_BASE_CPU_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* How many CPUs the list has; 0 of an empty one, and of one that is malformed. */
size_t cpu_list_count(const char *list);

/* Whether the two have a CPU in common; not where one of them is malformed. */
bool cpu_list_overlap(const char *a, const char *b);

#endif
