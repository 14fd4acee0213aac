/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where this process stands in the hierarchy that has a controller: memory, or another. */
#ifndef WAITBENCH_MEASURE_CGROUP_PLACE_H
#define WAITBENCH_MEASURE_CGROUP_PLACE_H

#include "measure/cgroup/cgroup.h"

struct cgroup_place {
    const char *controller; /* borrowed */
    enum cgroup_version version;
    char mount[CGROUP_PATH_SIZE]; /* where the hierarchy is mounted */
    char own[CGROUP_PATH_SIZE];   /* our own cgroup, at or below `mount` */
};

/* Reads proc/self/cgroup and proc/self/mountinfo below `root` ("" for this machine), which also
 * goes before the mount point found there. On a hybrid machine the memory controller sits in a v1
 * hierarchy although cgroup2 is mounted too: /proc/self/cgroup then has a line that names `memory`.
 * Returns 0, or -errno with `error` set; -ENOTSUP when the kernel has no memory controller. */
int cgroup_place_find(struct cgroup_place *place, const char *root, struct error *error);

/* The same for another controller, such as "pids", which on v1 may have a hierarchy of its own. */
int cgroup_place_find_for(struct cgroup_place *place, const char *root, const char *controller,
                          struct error *error);

#endif
