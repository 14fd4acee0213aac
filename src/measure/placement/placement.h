/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which CPUs the server gets and which the clients, so that neither takes time from the other. */
#ifndef WAITBENCH_MEASURE_PLACEMENT_PLACEMENT_H
#define WAITBENCH_MEASURE_PLACEMENT_PLACEMENT_H

#include "base/error.h"

#include <hwloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A NUMA node or package with this many usable cores takes server and clients both: memory and
 * wake-ups then stay inside it, and four cores a side are enough to tell the models apart. */
#define PLACEMENT_CORES_ENOUGH 8

/* Bytes that hold the CPU list of any machine we know of, with its NUL. */
#define PLACEMENT_LIST_MAX 1024

struct placement {
    hwloc_bitmap_t server_cpus;
    hwloc_bitmap_t client_cpus;
    bool shared; /* one core only: both sets are the same, and timings are of a shared CPU */
};

/* Halves the cores of `topology` that `allowed` leaves (NULL: all). The sets are disjoint unless
 * `shared`, and the SMT siblings of a core are on one side. With an odd number of cores the clients
 * get the odd one, since a generator that lags spoils every figure. Returns 0, -ENOMEM, or -EINVAL
 * when `allowed` leaves no CPU. The caller ends it with placement_finish. */
int placement_compute(struct placement *placement, hwloc_topology_t topology,
                      hwloc_const_bitmap_t allowed);

/* The same for this machine and the CPUs that the calling process may use. */
int placement_detect(struct placement *placement, struct error *error);

/* Frees the sets; fine on a zeroed placement. */
void placement_finish(struct placement *placement);

/* Binds the calling thread, and what it starts from then on. Allocates nothing, so it is safe
 * between fork and exec. Returns 0 or -errno. */
int placement_bind(hwloc_const_bitmap_t cpus);

/* Reads back the affinity of a process or thread id (0: the caller) into `cpus`, a bitmap of the
 * caller's. Returns 0 or -errno. */
int placement_read_back(pid_t pid, hwloc_bitmap_t cpus);

/* Writes the kernel's list format: "0-3,8". Returns 0, or -EFBIG when it does not fit. */
int placement_format(hwloc_const_bitmap_t cpus, char *text, size_t size);

#endif
