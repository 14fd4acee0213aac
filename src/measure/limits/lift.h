/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Raising what bounds the number of threads on this machine, for as long as a run lasts. The
 * settings are ceilings: a higher one takes nothing by itself. */
#ifndef WAITBENCH_MEASURE_LIMITS_LIFT_H
#define WAITBENCH_MEASURE_LIMITS_LIFT_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define LIFT_MAX 4

/* One setting that was raised. */
struct lifted {
    size_t number; /* which, for lift_name */
    int64_t before;
    int64_t now;
};

/* On the caller's memory, zeroed. */
struct lift {
    struct lifted settings[LIFT_MAX];
    size_t count;
    int keeper_fd;    /* closing it has them put back */
    pid_t keeper_pid; /* 0: nobody keeps them */
};

/* Raises kernel.pid_max, kernel.threads-max, vm.max_map_count and net.netfilter.nf_conntrack_max
 * below `root` ("" for this machine) as far as the kernel knows process ids, where they are lower.
 * A process of its own remembers what they were, and puts them back when this one ends, whatever
 * ends it: no signal to this process or to its group reaches it. Returns 0, also where there was
 * nothing to raise; or -EACCES (this takes root) or -errno with `error` set and all as it was. */
int lift_limits(struct lift *lift, const char *root, struct error *error);

/* "kernel.pid_max". Static. */
const char *lift_name(const struct lifted *lifted);

/* Has them put back, and waits until they are. One that somebody else changed meanwhile is left.
 * Fine on a zeroed one. */
void lift_finish(struct lift *lift);

#endif
