/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/process/measured.h"

#include "base/interrupt.h"
#include "measure/process/launch.h"
#include "measure/process/proc_tree.h"
#include "measure/process/usage.h"

#include <errno.h>

/* Processes of a subject that are looked at; more than this is not a server we know of. */
#define FAMILY_MAX 1024

int measured_place(struct measured *measured, const struct cgroup_home *home, unsigned sequence,
                   struct error *error)
{
    if (home->version == CGROUP_NONE)
        return 0;
    int result = cgroup_init(&measured->cgroup, home, sequence, error);
    measured->has_cgroup = result == 0;
    return result;
}

const struct cgroup *measured_cgroup(const struct measured *measured)
{
    return measured->has_cgroup ? &measured->cgroup : NULL;
}

int64_t measured_family_ns(const struct measured *measured)
{
    pid_t pids[FAMILY_MAX];
    const struct cgroup *cgroup = measured_cgroup(measured);
    int count = cgroup ? cgroup_pids(cgroup, pids, FAMILY_MAX)
                       : shards_pids(&measured->shards, "", pids, FAMILY_MAX);
    return count > 0 && count <= FAMILY_MAX ? usage_family_ns(pids, (size_t)count) : -1;
}

int measured_start(struct measured *measured, int64_t shards, char *const *argv,
                   hwloc_const_bitmap_t cpus, struct error *error)
{
    if (!argv)
        return error_set(error, -ENOMEM, "out of memory");
    measured->serves = true;
    return shards_start(&measured->shards, (size_t)shards, argv, measured_cgroup(measured), cpus,
                        error);
}

int measured_start_waiting(struct measured *measured, char *const *argv, hwloc_const_bitmap_t cpus,
                           int64_t waiters, struct error *error)
{
    if (!argv)
        return error_set(error, -ENOMEM, "out of memory");
    return shards_start_waiting(&measured->shards, argv, measured_cgroup(measured), cpus, waiters,
                                error);
}

int measured_launch(struct measured *measured, char *const *argv, hwloc_const_bitmap_t cpus,
                    struct error *error)
{
    if (!argv)
        return error_set(error, -ENOMEM, "out of memory");
    return shards_launch(&measured->shards, argv, measured_cgroup(measured), cpus, error);
}

/* One that lives on and says nothing was waited for already, and after an interrupt nobody waits.
 */
static bool may_be_to_blame(const struct measured *measured, int result)
{
    return measured->serves && result != -EINTR && result != -ETIMEDOUT && !interrupt_signal();
}

static int end_subject(struct measured *measured, int result, struct error *error)
{
    if (result == 0)
        return shards_stop(&measured->shards, error);
    if (may_be_to_blame(measured, result))
        shards_blame(&measured->shards, error);
    shards_kill(&measured->shards);
    return result;
}

/* The kernel's code would say of some files that they are busy, which experiments take for a CPU
 * that was. */
static int remove_cgroup(struct measured *measured, int result, struct error *error)
{
    struct error fault = {0};
    if (!measured->has_cgroup)
        return result;
    measured->has_cgroup = false;
    int removed = cgroup_finish(&measured->cgroup, &fault);
    if (result == 0 && removed < 0)
        return error_set(error, -EIO, "%s", fault.text);
    return result;
}

int measured_end(struct measured *measured, int result, struct error *error)
{
    result = end_subject(measured, result, error);
    idle_clients_stop(&measured->clients);
    return remove_cgroup(measured, result, error);
}
