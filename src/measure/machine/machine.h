/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine.json: what a run was measured on, with what, and how it was asked for: gathered,
 * completed with what only the caller knows, and written (run/machine_json.h reads it). Values that
 * cannot be seen (no root, no such file) are null, and `not_seen` lists each with the reason.
 *
 * machine_write is in file.c, all else in machine.c. */
#ifndef WAITBENCH_MEASURE_MACHINE_MACHINE_H
#define WAITBENCH_MEASURE_MACHINE_MACHINE_H

#include "base/error.h"
#include "measure/disturbance/disturbance.h"
#include "measure/floor/calibration.h"
#include "measure/floor/cpu_pair.h"
#include "measure/limits/limits.h"
#include "measure/placement/placement.h"
#include "measure/placement/store_placement.h"
#include "run/runtimes/runtimes.h"

#include <hwloc.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct machine;

/* Gathers hardware, kernel, settings, software and environment below `root` ("" for this machine),
 * and takes now as the start time. `topology` is borrowed for the call; NULL reads this machine's.
 * Cannot fail but for memory: returns 0, or -ENOMEM with `error` set. */
int machine_create(struct machine **machine, const char *root, hwloc_topology_t topology,
                   struct error *error);

/* Frees; NULL is accepted. */
void machine_destroy(struct machine *machine);

/* How the run was asked for. `profile` is the plan's name, or NULL (a command without one). */
void machine_set_run(struct machine *machine, int argc, char *const argv[], const char *profile,
                     int64_t seed);

/* What the machine is called (run/label.h), or NULL: nobody gave it a name. */
void machine_set_label(struct machine *machine, const char *label);

/* The file of the plan, as it was given (NULL: one of ours), whether it is one of ours with nothing
 * changed but blocks, its digest (run/plan/plan.h), how often its rows are judged, and what it says
 * that it omits (NULL: nothing). */
void machine_set_plan(struct machine *machine, const char *path, bool as_it_comes,
                      const char *digest, int64_t looks, const char *omits);

/* The foreign subjects' names in the order in which they were given, and the arm that every other
 * one is set against (NULL: none was chosen). */
void machine_set_subjects(struct machine *machine, const char *const *names, size_t count,
                          const char *baseline);

/* A runtime that takes part (run/runtimes/), and what its probe said: one more of the object
 * `runtimes`. */
void machine_set_runtime(struct machine *machine, const struct runtime *runtime,
                         const char *version);

/* A load generator behind a prefix (clients/clients.h), one more of the list `clients.list`. */
struct machine_client {
    const char *prefix;
    const char *host;          /* what its machine calls itself */
    const char *cpus;          /* it may use; a list */
    const char *revision;      /* of its waitbench */
    bool local;                /* on this machine */
    int64_t round_trip_p50_ns; /* bare, over its path to the servers */
    int64_t round_trip_p99_ns; /* -1: too few */
    int64_t clock_error_ns;    /* it began its schedules within so long of the others */
};
void machine_add_client(struct machine *machine, const struct machine_client *client);

/* Where servers listen, how many generators are behind prefixes, and whether all of them are on
 * other machines; of a run that has some. */
void machine_set_clients(struct machine *machine, const char *host, size_t count, bool elsewhere,
                         int64_t longest_round_trip_ns);

/* jemalloc's version as a subject reports it: waitbench does not link it. NULL: not seen. */
void machine_set_jemalloc(struct machine *machine, const char *version);

/* Whether a trial gets a cgroup of its own; `reason` says why not, and may be NULL if it does. */
void machine_set_trial_cgroup(struct machine *machine, bool possible, const char *reason);

void machine_set_limits(struct machine *machine, const struct limits *limits);
void machine_set_placement(struct machine *machine, const struct placement *placement);

/* What web servers had their rows in: the versions of SQLite and PostgreSQL (NULL: not used), and
 * the CPUs of the latter. Nothing where neither was used. */
void machine_set_store(struct machine *machine, const char *sqlite, const char *postgres,
                       const struct store_placement *placement);
void machine_set_calibration(struct machine *machine, const struct calibration *calibration);

/* Whether server and client CPUs slow each other down: `when` is "before" or "after" the run, of
 * which the first gives the verdict that runs are compared by. */
void machine_set_cpu_pair(struct machine *machine, const char *when, const struct cpu_pair *pair);

/* Or why that is not known. */
void machine_set_no_cpu_pair(struct machine *machine, const char *reason);

/* Lists what disturbs: `when` is "before" (the state in which the run began) or "during" (what
 * happened meanwhile). */
void machine_set_disturbances(struct machine *machine, const char *when,
                              const struct disturbance_list *list);

/* Takes now as the end time. Until then `ended_utc` is null, and it stays so where a signal asked
 * for the end: the run was cut short. */
void machine_set_ended(struct machine *machine);

/* Writes the file whole, or leaves what was there: it may be written at the start of a run and
 * again at its end. Returns 0 or -errno with `error` set. */
int machine_write(const struct machine *machine, const char *path, struct error *error);

/* The description so far; borrowed. */
const json_t *machine_json(const struct machine *machine);

#endif
