/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a database runs beside a server and its clients. */
#ifndef WAITBENCH_MEASURE_PLACEMENT_STORE_PLACEMENT_H
#define WAITBENCH_MEASURE_PLACEMENT_STORE_PLACEMENT_H

#include "measure/placement/placement.h"

struct store_placement {
    hwloc_bitmap_t cpus;
    bool own;               /* nobody else's; else they are the server's, too */
    struct placement sides; /* server and clients beside it: its own copies */
};

/* Takes half of the clients' cores (rounded down, whole ones) for the store, so that the server's
 * are the same with a store and without; where the clients have but one, the store has the server's
 * CPUs, for whose work it is. `placement` is as placement_compute made it of this topology. Returns
 * 0 or -ENOMEM. The caller ends it with store_placement_finish. */
int store_placement_compute(struct store_placement *made, hwloc_topology_t topology,
                            const struct placement *placement);

/* The same for this machine. Returns 0 or -errno with `error` set. */
int store_placement_detect(struct store_placement *made, const struct placement *placement,
                           struct error *error);

/* Frees the sets; fine on a zeroed one. */
void store_placement_finish(struct store_placement *placement);

#endif
