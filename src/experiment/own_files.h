/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that the run itself has open: pipes to each process that it started, and what its
 * generator has. What servers and idle clients open is theirs (measure/limits/). */
#ifndef WAITBENCH_EXPERIMENT_OWN_FILES_H
#define WAITBENCH_EXPERIMENT_OWN_FILES_H

#include "experiment/job.h"

#include <stddef.h>

/* Whether so many clients on other hosts may be talked with. Returns 0, or -ERANGE with `error`
 * naming the limit and the command that lifts it. */
int own_files_check_clients(size_t clients, struct error *error);

/* The same of the trial that takes most. */
int own_files_check(const struct run *run, const struct job *jobs, size_t count,
                    struct error *error);

#endif
