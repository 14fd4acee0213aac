/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A memory cgroup of each trial's own, so that the kernel itself counts what the subject costs and
 * everything the subject started can be found and ended.
 *
 * cgroup v2 allows processes only in leaves (the root excepted), so a trial's cgroup is made below
 * the nearest ancestor that hands the memory controller down; v1 has no such rule, and the trial's
 * cgroup is made below our own. Names are waitbench-PID-STARTTIME-SEQUENCE of the run that made
 * them (STARTTIME as in /proc/PID/stat), so that a later run can tell a dead run's cgroups from a
 * living one's even after the pid was given out again. Pids mean something within one pid namespace
 * only: a container that shares the host's cgroups must not run beside a run on the host.
 *
 * A trial's cgroup is in cgroup.c, the search for their home in home.c, the sweep in sweep.c. */
#ifndef WAITBENCH_MEASURE_CGROUP_CGROUP_H
#define WAITBENCH_MEASURE_CGROUP_CGROUP_H

#include "base/error.h"

#include <sys/types.h>

#define CGROUP_PATH_SIZE 4096

enum cgroup_version {
    CGROUP_NONE,
    CGROUP_V1,
    CGROUP_V2,
};

/* Where the cgroups of trials are made: found once per run, on the caller's memory. */
struct cgroup_home {
    enum cgroup_version version;      /* CGROUP_NONE: none can be made */
    char directory[CGROUP_PATH_SIZE]; /* the parent of the trials' cgroups, "" when none */
    char mount[CGROUP_PATH_SIZE];     /* where their hierarchy is mounted, "" when none */
    char reason[512];                 /* when none: why; else "" */
    char remedy[256]; /* when none: what to do about it, a command if there is one */
};

/* Finds the place and tries it: makes a cgroup there, moves a short-lived child into it and removes
 * it again. `root` goes before every path that is read ("" for this machine, a folder in tests).
 * Cannot fail: where no cgroup can be made, `version` is CGROUP_NONE and `reason` says why.
 * May enable the memory controller for children of the root cgroup (v2), where it is not. */
void cgroup_home_find(struct cgroup_home *home, const char *root);

/* Kills what still lives in the cgroups that dead runs left in this home, and removes those
 * cgroups. Elsewhere in the hierarchy, where other logins' and containers' runs had their homes,
 * only those are removed that are empty for good: what looks like a dead pid may be a living one of
 * another pid namespace. Call once at the start of a run. Returns how many were removed, or -errno
 * with `error` set when one remained in this home (the others are removed all the same).
 * CGROUP_NONE: 0. */
int cgroup_home_sweep(const struct cgroup_home *home, struct error *error);

/* One trial's cgroup, on the caller's memory. */
struct cgroup {
    enum cgroup_version version;
    int procs_fd; /* its cgroup.procs, open for writing, close-on-exec */
    char directory[CGROUP_PATH_SIZE];
};

/* Makes a cgroup below `home` (which must not be CGROUP_NONE); `sequence` sets it apart from the
 * others of this process. Returns 0 or -errno with `error` set. */
int cgroup_init(struct cgroup *cgroup, const struct cgroup_home *home, unsigned sequence,
                struct error *error);

/* Moves the calling process into the cgroup: for a forked child before exec. Async-signal-safe.
 * Returns 0 or -errno. */
int cgroup_enter(const struct cgroup *cgroup);

/* Moves another process into it, as it is: what it was charged elsewhere stays there. Returns 0 or
 * -errno. */
int cgroup_add(const struct cgroup *cgroup, pid_t pid);

/* Lists the live processes inside; zombies are not among them. Returns how many, `pids` holding the
 * first `capacity` of them, or -errno. */
int cgroup_pids(const struct cgroup *cgroup, pid_t *pids, size_t capacity);

/* Kills whatever is left inside, waits until it is gone (at most five seconds) and removes the
 * cgroup. Children of the caller still have to be reaped by it. Returns 0 or -errno with `error`
 * set; `cgroup` is finished either way. */
int cgroup_finish(struct cgroup *cgroup, struct error *error);

#endif
