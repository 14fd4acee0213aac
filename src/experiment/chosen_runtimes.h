/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runtimes that --runtimes chose and that are there: foreign arms of the scenarios that the
 * catalogue gives them (run/runtimes/). */
#ifndef WAITBENCH_EXPERIMENT_CHOSEN_RUNTIMES_H
#define WAITBENCH_EXPERIMENT_CHOSEN_RUNTIMES_H

#include "experiment/arm.h"
#include "run/plan/plan.h"
#include "run/runtimes/runtimes.h"

#define RUNTIME_VERSION_SIZE 128

struct run;

struct chosen_runtime {
    const struct runtime *runtime; /* the catalogue's */
    char version[RUNTIME_VERSION_SIZE];
};

struct chosen_runtimes {
    struct runtimes catalogue;
    struct chosen_runtime list[RUNTIMES_MAX];
    size_t count;
    struct error left_out; /* why the first one was that is not there; empty: all are */
};

/* Runs the runtime's probe, for ten seconds at most, and looks for what its command names. Returns
 * 0 with the first line that the probe printed in `version`, or -errno with `error` saying why it
 * cannot run here and which packages bring it; -EINTR when an interrupt came. */
int chosen_runtimes_probe(const struct runtimes *catalogue, const struct runtime *runtime,
                          char version[RUNTIME_VERSION_SIZE], struct error *error);

/* Reads the catalogue and probes those of `list`; NULL: none is wanted. What is not there, or has
 * scenarios that nobody knows, is told and left out. Returns 0 or -errno with `error` set; what is
 * in `chosen` is the caller's to finish in both cases. */
int chosen_runtimes_find(struct chosen_runtimes *chosen, const char *list, struct error *error);

void chosen_runtimes_finish(struct chosen_runtimes *chosen);

/* Whether some of them take part in the setting. */
bool chosen_runtimes_take(const struct run *run, const struct setting *setting);

/* Takes an arm of a setting; `wanted` says in which way it goes about it, its model being ours
 * where the runtime's is. Its parameters are empty: they are the caller's to fill in. Returns 0 or
 * -errno with `error` set. */
typedef int chosen_arm(void *data, struct arm *arm, const struct plan_arm *wanted,
                       struct error *error);

/* Calls `take` for each arm of the chosen runtimes that takes part in the setting: as the setting
 * has its model, as usual or in variants, and as usual where it has neither. Returns 0, or the
 * first failure with `error` set. */
int chosen_runtimes_of(const struct run *run, const struct setting *setting, chosen_arm *take,
                       void *data, struct error *error);

#endif
