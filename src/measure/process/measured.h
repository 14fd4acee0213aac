/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A subject under measurement, from before its start to after its end: the cgroup of the trial's
 * own, the process in it, and the idle clients where there are some. Every experiment starts and
 * ends its subjects here, so that an end that fails is the same error, in the same words, in each.
 *
 * In order: measured_place, then whatever has to be there before the subject is (idle clients, a
 * reading of the machine), then one of measured_start, measured_start_waiting and measured_launch,
 * the measurement, measured_end. Whichever of them fails, measured_end follows. */
#ifndef WAITBENCH_MEASURE_PROCESS_MEASURED_H
#define WAITBENCH_MEASURE_PROCESS_MEASURED_H

#include "base/error.h"
#include "measure/cgroup/cgroup.h"
#include "measure/process/idle_clients.h"
#include "measure/process/shards.h"

#include <hwloc.h>
#include <stdbool.h>

/* On the caller's memory; initialised with MEASURED_NONE. */
struct measured {
    struct shards shards;        /* the subject: one process, or several */
    struct idle_clients clients; /* that the caller starts, where it needs some */
    struct cgroup cgroup;
    bool has_cgroup;
    bool serves; /* it has clients, who notice its death before we do */
};

#define MEASURED_NONE         \
    {                         \
        .shards = { NULL, 0 } \
    }

/* Makes the cgroup of trial number `sequence`, where `home` can have one; it may be CGROUP_NONE.
 * Returns 0 or -errno with `error` set. */
int measured_place(struct measured *measured, const struct cgroup_home *home, unsigned sequence,
                   struct error *error);

/* The trial's cgroup, owned by `measured`; NULL where there is none. */
const struct cgroup *measured_cgroup(const struct measured *measured);

/* Starts a server in its place, `shards` processes of it, bound to `cpus` (NULL: anywhere), and
 * waits until it listens. Returns 0 or -errno with `error` set; -ENOMEM for an `argv` of NULL. */
int measured_start(struct measured *measured, int64_t shards, char *const *argv,
                   hwloc_const_bitmap_t cpus, struct error *error);

/* Starts a program that makes `waiters` by itself, and waits until it says that they all wait. The
 * same otherwise. */
int measured_start_waiting(struct measured *measured, char *const *argv, hwloc_const_bitmap_t cpus,
                           int64_t waiters, struct error *error);

/* Starts a program that is not a server; nothing is waited for. The same otherwise. */
int measured_launch(struct measured *measured, char *const *argv, hwloc_const_bitmap_t cpus,
                    struct error *error);

/* CPU time that the subject and what it started have used, by the trial's cgroup (without one by
 * who is whose child). -1: not known. */
int64_t measured_family_ns(const struct measured *measured);

/* Ends all of it, so that nothing is left running. `result` is what the trial has come to, and a
 * trial that failed (-errno, with `error` set) has its reason already; only a server's own death
 * goes before it, since the rest came of that. One that went well (0) fails here when the subject
 * does not end as it must (subject_stop) or its cgroup cannot be removed. Returns what the trial
 * has come to now: 0, or -errno with `error` set; never -EBUSY, -ENODATA or -EAGAIN of its own,
 * by which experiments know others' doings. */
int measured_end(struct measured *measured, int result, struct error *error);

#endif
