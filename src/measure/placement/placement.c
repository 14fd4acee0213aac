/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/placement/placement.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's largest NR_CPUS is 8,192; a fixed mask needs no allocation. */
#define MASK_WORDS (8192 / (8 * sizeof(unsigned long)))

/* The depth of cores; some virtual machines show processing units only. */
static int core_depth(hwloc_topology_t topology)
{
    int depth = hwloc_get_type_depth(topology, HWLOC_OBJ_CORE);
    return depth < 0 ? hwloc_get_type_depth(topology, HWLOC_OBJ_PU) : depth;
}

/* The first core at or after `index` that has CPUs inside `within`, or NULL. */
static hwloc_obj_t next_core(hwloc_topology_t topology, hwloc_const_bitmap_t within,
                             unsigned *index)
{
    int depth = core_depth(topology);
    for (;; (*index)++) {
        hwloc_obj_t core = hwloc_get_obj_by_depth(topology, depth, *index);
        if (!core || hwloc_bitmap_intersects(core->cpuset, within))
            return core;
    }
}

/* Usable cores of `object`. */
static unsigned count_cores(hwloc_topology_t topology, hwloc_const_bitmap_t usable,
                            hwloc_obj_t object)
{
    unsigned count = 0;
    hwloc_obj_t core;
    for (unsigned index = 0; (core = next_core(topology, usable, &index)); index++)
        count += hwloc_bitmap_isincluded(core->cpuset, object->cpuset) != 0;
    return count;
}

/* Narrows `usable` to the object of that type with the most usable cores, if they are enough. */
static void narrow_to(hwloc_topology_t topology, hwloc_obj_type_t type, hwloc_bitmap_t usable)
{
    hwloc_obj_t best = NULL;
    unsigned best_cores = 0;
    int depth = hwloc_get_type_depth(topology, type);
    for (unsigned i = 0; i < hwloc_get_nbobjs_by_depth(topology, depth); i++) {
        hwloc_obj_t object = hwloc_get_obj_by_depth(topology, depth, i);
        unsigned cores = count_cores(topology, usable, object);
        if (cores > best_cores) {
            best = object;
            best_cores = cores;
        }
    }
    if (best_cores >= PLACEMENT_CORES_ENOUGH)
        hwloc_bitmap_and(usable, usable, best->cpuset);
}

/* Deals the first half of the cores to the server and the rest to the clients: neighbours stay
 * together, so caches are shared within a side where the machine has several. */
static void deal(struct placement *placement, hwloc_topology_t topology,
                 hwloc_const_bitmap_t usable)
{
    unsigned cores = count_cores(topology, usable, hwloc_get_root_obj(topology));
    if (cores == 1) {
        placement->shared = true;
        hwloc_bitmap_copy(placement->server_cpus, usable);
        hwloc_bitmap_copy(placement->client_cpus, usable);
        return;
    }
    unsigned dealt = 0;
    hwloc_obj_t core;
    for (unsigned index = 0; (core = next_core(topology, usable, &index)); index++) {
        hwloc_bitmap_t side = dealt++ < cores / 2 ? placement->server_cpus : placement->client_cpus;
        hwloc_bitmap_or(side, side, core->cpuset);
    }
    hwloc_bitmap_and(placement->server_cpus, placement->server_cpus, usable);
    hwloc_bitmap_and(placement->client_cpus, placement->client_cpus, usable);
}

int placement_compute(struct placement *placement, hwloc_topology_t topology,
                      hwloc_const_bitmap_t allowed)
{
    struct placement made = {hwloc_bitmap_alloc(), hwloc_bitmap_alloc(), false};
    hwloc_bitmap_t usable = hwloc_bitmap_dup(hwloc_topology_get_allowed_cpuset(topology));
    int result = 0;
    if (!made.server_cpus || !made.client_cpus || !usable) {
        result = -ENOMEM;
    } else {
        if (allowed)
            hwloc_bitmap_and(usable, usable, allowed);
        if (hwloc_bitmap_iszero(usable))
            result = -EINVAL;
    }
    if (result == 0) {
        narrow_to(topology, HWLOC_OBJ_NUMANODE, usable);
        narrow_to(topology, HWLOC_OBJ_PACKAGE, usable);
        deal(&made, topology, usable);
        *placement = made;
    } else {
        placement_finish(&made);
    }
    hwloc_bitmap_free(usable);
    return result;
}

static int detect_on(struct placement *placement, hwloc_topology_t topology, struct error *error)
{
    if (hwloc_topology_load(topology) < 0)
        return error_set(error, -EIO, "hwloc cannot read this machine's topology");
    hwloc_bitmap_t allowed = hwloc_bitmap_alloc();
    int result = allowed ? placement_read_back(0, allowed) : -ENOMEM;
    if (result == 0)
        result = placement_compute(placement, topology, allowed);
    hwloc_bitmap_free(allowed);
    if (result < 0)
        return error_set(error, result, "cannot divide the CPUs between server and clients: %s",
                         strerror(-result));
    return 0;
}

int placement_detect(struct placement *placement, struct error *error)
{
    hwloc_topology_t topology;
    if (hwloc_topology_init(&topology) < 0)
        return error_set(error, -ENOMEM, "out of memory for the machine's topology");
    int result = detect_on(placement, topology, error);
    hwloc_topology_destroy(topology);
    return result;
}

void placement_finish(struct placement *placement)
{
    hwloc_bitmap_free(placement->server_cpus);
    hwloc_bitmap_free(placement->client_cpus);
    *placement = (struct placement){0};
}

/* The system calls themselves, because they take a mask of any size without allocating. */
int placement_bind(hwloc_const_bitmap_t cpus)
{
    unsigned long mask[MASK_WORDS];
    for (unsigned i = 0; i < MASK_WORDS; i++)
        mask[i] = hwloc_bitmap_to_ith_ulong(cpus, i);
    return syscall(SYS_sched_setaffinity, 0, sizeof mask, mask) < 0 ? -errno : 0;
}

int placement_read_back(pid_t pid, hwloc_bitmap_t cpus)
{
    unsigned long mask[MASK_WORDS] = {0};
    if (syscall(SYS_sched_getaffinity, pid, sizeof mask, mask) < 0)
        return -errno;
    hwloc_bitmap_zero(cpus);
    for (unsigned i = 0; i < MASK_WORDS; i++)
        if (hwloc_bitmap_set_ith_ulong(cpus, i, mask[i]) < 0)
            return -ENOMEM;
    return 0;
}

int placement_format(hwloc_const_bitmap_t cpus, char *text, size_t size)
{
    int length = hwloc_bitmap_list_snprintf(text, size, cpus);
    return length < 0 || (size_t)length >= size ? -EFBIG : 0;
}
