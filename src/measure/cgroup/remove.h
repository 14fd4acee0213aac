/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by a trial's cgroup and the sweep of those that dead runs left. */
#ifndef WAITBENCH_MEASURE_CGROUP_REMOVE_H
#define WAITBENCH_MEASURE_CGROUP_REMOVE_H

#include "base/error.h"

#define CGROUP_NAME_PREFIX "waitbench-"

/* Kills the members, waits until they are gone (at most five seconds) and removes the cgroup; one
 * that is gone already is not an error. Returns 0 or -errno with `error` set. */
int cgroup_remove(const char *directory, struct error *error);

#endif
