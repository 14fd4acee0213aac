/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/placement/store_placement.h"

#include <errno.h>
#include <string.h>

/* The core of that number among those with CPUs in `within`, or NULL. Some virtual machines show
 * processing units only. */
static hwloc_obj_t core_within(hwloc_topology_t topology, hwloc_const_bitmap_t within,
                               unsigned number)
{
    int depth = hwloc_get_type_or_below_depth(topology, HWLOC_OBJ_CORE);
    hwloc_obj_t core = NULL;
    while ((core = hwloc_get_next_obj_by_depth(topology, depth, core)))
        if (hwloc_bitmap_intersects(core->cpuset, within) && number-- == 0)
            return core;
    return NULL;
}

static unsigned count_cores(hwloc_topology_t topology, hwloc_const_bitmap_t within)
{
    unsigned count = 0;
    while (core_within(topology, within, count))
        count++;
    return count;
}

/* The last ones, which are farthest from the server's. */
static void take_cores(struct store_placement *made, hwloc_topology_t topology, unsigned cores)
{
    hwloc_bitmap_t clients = made->sides.client_cpus;
    for (unsigned number = cores - cores / 2; number < cores; number++) {
        hwloc_obj_t core = core_within(topology, clients, number);
        hwloc_bitmap_or(made->cpus, made->cpus, core->cpuset);
    }
    hwloc_bitmap_and(made->cpus, made->cpus, clients);
    hwloc_bitmap_andnot(clients, clients, made->cpus);
}

int store_placement_compute(struct store_placement *made, hwloc_topology_t topology,
                            const struct placement *placement)
{
    struct store_placement taken = {
        .cpus = hwloc_bitmap_alloc(),
        .sides = {hwloc_bitmap_dup(placement->server_cpus),
                  hwloc_bitmap_dup(placement->client_cpus), placement->shared},
    };
    if (!taken.cpus || !taken.sides.server_cpus || !taken.sides.client_cpus) {
        store_placement_finish(&taken);
        return -ENOMEM;
    }
    unsigned cores = count_cores(topology, placement->client_cpus);
    taken.own = !placement->shared && cores > 1;
    if (taken.own)
        take_cores(&taken, topology, cores);
    else
        hwloc_bitmap_copy(taken.cpus, placement->server_cpus);
    *made = taken;
    return 0;
}

int store_placement_detect(struct store_placement *made, const struct placement *placement,
                           struct error *error)
{
    hwloc_topology_t topology;
    if (hwloc_topology_init(&topology) < 0)
        return error_set(error, -ENOMEM, "out of memory for the machine's topology");
    int result = hwloc_topology_load(topology) < 0
                     ? -EIO
                     : store_placement_compute(made, topology, placement);
    hwloc_topology_destroy(topology);
    if (result < 0)
        return error_set(error, result, "cannot find CPUs for a database: %s", strerror(-result));
    return 0;
}

void store_placement_finish(struct store_placement *placement)
{
    hwloc_bitmap_free(placement->cpus);
    placement_finish(&placement->sides);
    *placement = (struct store_placement){0};
}
