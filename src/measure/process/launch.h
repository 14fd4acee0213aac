/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How every program under measurement is started. */
#ifndef WAITBENCH_MEASURE_PROCESS_LAUNCH_H
#define WAITBENCH_MEASURE_PROCESS_LAUNCH_H

#include "base/channel.h"
#include "base/error.h"
#include "measure/cgroup/cgroup.h"

#include <hwloc.h>
#include <stdbool.h>

/* Starts `argv` (the program is looked up in PATH) inside `cgroup` and bound to `cpus`, either of
 * which may be NULL. Its environment lacks what would change an allocator or libuv (MALLOC_*,
 * GLIBC_TUNABLES, UV_*, LD_PRELOAD): the two sides of a pair must run alike. It is the first to be
 * ended where memory runs out (oom_score_adj). A program that cannot be run shows as a child that
 * exits 127 with the reason as its last words. Returns 0 or -errno with `error` set. */
int launch_start(struct channel *channel, char *const *argv, const struct cgroup *cgroup,
                 hwloc_const_bitmap_t cpus, struct error *error);

/* True for an environment variable that they do not get. `entry` is "NAME=VALUE". */
bool launch_drops(const char *entry);

#endif
