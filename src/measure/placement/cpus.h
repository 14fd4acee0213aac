/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the kernel says of CPUs, read below a root directory ("" for this machine). */
#ifndef WAITBENCH_MEASURE_PLACEMENT_CPUS_H
#define WAITBENCH_MEASURE_PLACEMENT_CPUS_H

#include <hwloc.h>
#include <stddef.h>

/* Fills `cpus`, a bitmap of the caller's, with the CPUs that are online. Returns 0 or -errno. */
int cpus_read_online(const char *root, hwloc_bitmap_t cpus);

/* The frequency governor of those CPUs, or "mixed" where they differ. Returns 0, or -errno with
 * `governor` empty when none of them shows one, as in most guests. */
int cpus_read_governor(const char *root, hwloc_const_bitmap_t cpus, char *governor, size_t size);

#endif
