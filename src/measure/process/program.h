/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runner's side of flow subjects: a program that is not a server runs, prints lines, and ends.
 */
#ifndef WAITBENCH_MEASURE_PROCESS_PROGRAM_H
#define WAITBENCH_MEASURE_PROCESS_PROGRAM_H

#include "base/error.h"
#include "measure/cgroup/cgroup.h"

#include <hwloc.h>
#include <sys/types.h>

struct program {
    char *const *argv;
    const struct cgroup_home *cgroup_home; /* where it gets a cgroup of its own, if it can */
    unsigned sequence;                     /* of that cgroup */
    hwloc_const_bitmap_t cpus;             /* it is bound to; NULL: anywhere */
    int seconds;                           /* it may take before it is killed */
    /* Called for each line it prints, without the newline; it may change the line. Anything but 0
     * ends the program, and is the result. */
    int (*line)(void *data, char *line, struct error *error);
    void *data;
};

/* Runs it, with the environment that subjects get. Returns 0 when it exited 0 in time, else -errno
 * with `error` saying how it ended. Nothing of it is left either way. `pid` is set once it runs. */
int program_run(const struct program *program, pid_t *pid, struct error *error);

#endif
